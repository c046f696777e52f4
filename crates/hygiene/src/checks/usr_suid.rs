//! A file of a package runs as its owner or its group.

use crate::prelude::*;
use crate::topic::Topic;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "USR-SUID",
        title: "setuid or setgid file of a package",
        severity: Severity::Low,
        concern: "who runs as anybody can become its owner by one flaw of it",
        fix: "RUN chmod u-s,g-s FILE, or remove the package; allowPrivilegeEscalation: false makes it harmless",
        maps_to: &["CIS Docker 4.8"],
    },
    ask: Some(ask),
    bad: &[
        "/usr/bin/su 4755 elf\nPACKAGE login: bin/su",
        "/usr/bin/wall 2755 elf\nPACKAGE util: usr/bin/wall",
    ],
    good: &[
        "/usr/bin/su 0755 elf\nPACKAGE login: bin/su",
        "/usr/bin/su 4755 elf",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    for noted in facts.noted(Topic::SetId) {
        let Some(package) = facts.owner(noted) else {
            continue;
        };
        // another rule tells it
        if facts.is_replaced(noted) {
            continue;
        }
        let bit = if noted.entry.mode & 0o4000 != 0 {
            "setuid"
        } else {
            "setgid"
        };
        let message = format!("{} of package {} is {bit}", noted.path, short(package));
        hits.push(Hit::new(message).file(noted));
    }
}
