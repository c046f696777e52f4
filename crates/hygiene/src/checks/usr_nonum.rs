//! The user is a name, which a kubelet does not resolve.

use crate::prelude::*;
use crate::user::User;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "USR-NONUM",
        title: "user is a name, not a number",
        severity: Severity::Low,
        concern: "Kubernetes cannot prove that a name is not root: with runAsNonRoot the pod does not start",
        fix: "USER 10001:10001, the number instead of the name",
        maps_to: &["CIS Docker 4.1"],
    },
    ask: Some(ask),
    bad: &["USER app\n/etc/passwd\n| app:x:10:10::/:/bin/sh"],
    good: &["USER 10\n/etc/passwd\n| app:x:10:10::/:/bin/sh", "CMD /app"],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    if let (User::Named(uid), Some(config)) = (&asking.facts.user, asking.facts.input.config) {
        let user = short(&config.config.user);
        let message =
            format!("USER is `{user}`, which only this image's etc/passwd says to be {uid}");
        hits.push(Hit::new(message).set("etc/passwd"));
    }
}
