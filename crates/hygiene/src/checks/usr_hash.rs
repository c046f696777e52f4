//! An account has a password that can be used.

use std::collections::BTreeSet;

use crate::accounts;
use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "USR-HASH",
        title: "password in etc/shadow",
        severity: Severity::High,
        concern: "everybody who pulls the image has the hash and can try passwords at leisure",
        fix: "RUN passwd -l NAME; nobody logs in to a container by password",
        maps_to: &["CIS Docker 4.10", "NIST SP 800-190 4.1.4"],
    },
    ask: Some(ask),
    bad: &[
        "/etc/shadow-\n| app:$6$saltsalt$abcdefghijklmnop:1::::::",
        "/etc/passwd\n| app:$6$saltsalt$abcdefghijklmnop:1:1::/:/bin/sh",
        "/etc/shadow\n| root:$6$saltsalt$abcdefghijklmnop:19000:0:99999:7:::",
    ],
    good: &["/etc/shadow\n| root:*:19000:0:99999:7:::\n| app:!:19000::::::"],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let mut told = BTreeSet::new();
    for path in [
        "etc/shadow",
        "etc/master.passwd",
        "etc/passwd",
        "etc/shadow-",
        "etc/passwd-",
    ] {
        // the second field of all of them
        let lines = accounts::shadows(asking.facts.file(path).unwrap_or_default());
        for line in lines.iter().filter(|line| line.is_hash()) {
            if told.insert(line.name.clone()) {
                let message = format!("`{}` has the hash of a password", short(&line.name));
                hits.push(Hit::new(message).path(path));
            }
        }
    }
}
