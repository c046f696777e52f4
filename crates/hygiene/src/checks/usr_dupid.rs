//! Two names have one number.

use crate::accounts;
use crate::prelude::*;
use std::collections::BTreeMap;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "USR-DUPID",
        title: "two accounts with one number",
        severity: Severity::Medium,
        concern: "files and processes of one account are the other's too; with the number 0 both are root",
        fix: "RUN userdel NAME, or give it a number of its own",
        maps_to: &["CIS Docker 4.1"],
    },
    ask: Some(ask),
    bad: &[
        "/etc/passwd\n| root:x:0:0::/root:/bin/sh\n| toor:x:0:0::/root:/bin/sh",
        "/etc/group\n| adm:x:4:\n| ops:x:4:",
    ],
    good: &[
        "/etc/passwd\n| root:x:0:0::/root:/bin/sh\n| root:x:0:0::/root:/bin/sh\n| app:x:1:1::/:/bin/sh",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    let users = facts.accounts.iter().map(|it| (&*it.name, it.uid));
    for (name, known, uid) in twice(users) {
        let message = format!("`{name}` and `{known}` both have the user id {uid}");
        let severity = if uid == 0 {
            Severity::Medium
        } else {
            Severity::Low
        };
        hits.push(Hit::new(message).path("etc/passwd").severity(severity));
    }
    let groups = accounts::groups(facts.file("etc/group").unwrap_or_default());
    for (name, known, gid) in twice(groups.iter().map(|it| (&*it.name, it.gid))) {
        let message = format!("`{name}` and `{known}` both have the group id {gid}");
        let hit = Hit::new(message).path("etc/group");
        hits.push(hit.severity(Severity::Low));
    }
}

/// Returns the names whose number another name had before, with that name.
fn twice<'n>(all: impl Iterator<Item = (&'n str, u32)>) -> Vec<(String, String, u32)> {
    let mut first: BTreeMap<u32, &str> = BTreeMap::new();
    let mut found = Vec::new();
    for (name, id) in all {
        let known = *first.entry(id).or_insert(name);
        if known != name {
            found.push((short(name).into_owned(), short(known).into_owned(), id));
        }
    }
    found
}
