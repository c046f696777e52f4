//! A container of the image runs as root.

use crate::prelude::*;
use crate::user::User;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "USR-ROOT",
        title: "runs as root",
        severity: Severity::Medium,
        concern: "whoever breaks out of the program is root in the container, and one flaw of the runtime away from being root on the node",
        fix: "USER 10001:10001, behind the last step that needs root",
        maps_to: &[
            "CIS Docker 4.1",
            "NIST SP 800-190 4.1.2",
            "NSA/CISA non-root containers",
        ],
    },
    ask: Some(ask),
    bad: &[
        "CMD /app",
        "USER 0",
        "USER 0:0",
        "USER root:root",
        "USER  root",
        "USER toor\n/etc/passwd\n| toor:x:0:0::/:/bin/sh",
        "USER 4294967296",
        "USER 4294967295:10001",
        "USER root \n/etc/passwd\n| app:x:10:10::/:/bin/sh",
        "USER  0",
        "USER +0",
        "USER -0:10001",
        "USER 000",
        "USER root:app",
    ],
    good: &[
        "USER 10001:0",
        "USER 2147483647",
        "USER +10001",
        "USER app\n/etc/passwd\n| app:x:10:10::/:/bin/sh",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    if let User::Root(why) = &asking.facts.user {
        hits.push(Hit::new(format!("a container runs as root: {why}")));
    }
}
