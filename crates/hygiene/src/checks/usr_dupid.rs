//! Two names have one number.

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
    bad: &["/etc/passwd\n| root:x:0:0::/root:/bin/sh\n| toor:x:0:0::/root:/bin/sh"],
    good: &[
        "/etc/passwd\n| root:x:0:0::/root:/bin/sh\n| root:x:0:0::/root:/bin/sh\n| app:x:1:1::/:/bin/sh",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let mut first: BTreeMap<u32, &str> = BTreeMap::new();
    for account in &asking.facts.accounts {
        let known = *first.entry(account.uid).or_insert(&account.name);
        if known == account.name {
            continue;
        }
        let (name, known) = (short(&account.name), short(known));
        let message = format!(
            "`{name}` and `{known}` both have the user id {}",
            account.uid
        );
        let severity = if account.uid == 0 {
            Severity::Medium
        } else {
            Severity::Low
        };
        hits.push(Hit::new(message).path("etc/passwd").severity(severity));
    }
}
