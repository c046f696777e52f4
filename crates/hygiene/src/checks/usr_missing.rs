//! The user is a name that no account has.

use crate::prelude::*;
use crate::user::User;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "USR-MISSING",
        title: "user does not exist",
        severity: Severity::High,
        concern: "the container does not start, or starts as somebody else where a runtime guesses",
        fix: "RUN useradd --uid 10001 app, or USER 10001:10001, which needs no account",
        maps_to: &["CIS Docker 4.1"],
    },
    ask: Some(ask),
    bad: &[
        "USER app",
        "USER app\n/etc/passwd\n| web:x:10:10::/:/bin/sh",
    ],
    good: &["USER app\n/etc/passwd\n| app:x:10:10::/:/bin/sh", "USER 10"],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    if let (User::Nobody, Some(config)) = (&asking.facts.user, asking.facts.input.config) {
        let user = short(&config.config.user);
        hits.push(Hit::new(format!(
            "USER is `{user}`, and no line of etc/passwd has this name"
        )));
    }
}
