//! An account has a shell and an empty password.

use std::collections::BTreeMap;

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "USR-EMPTYPW",
        title: "login without a password",
        severity: Severity::High,
        concern: "su, sshd and login let anybody in as this account",
        fix: "RUN passwd -l NAME, or remove the account",
        maps_to: &["CIS Docker 4.1"],
    },
    ask: Some(ask),
    bad: &[
        "/etc/passwd\n| toor::0:0::/root:/bin/sh",
        "/etc/passwd\n| app:x:10:10::/:/bin/sh\n/etc/shadow\n| app::19000:0:99999:7:::",
    ],
    good: &[
        "/etc/passwd\n| app::10:10::/:/sbin/nologin\n| root:x:0:0::/root:/bin/sh\n/etc/shadow\n| root:*:19000:0:99999:7:::",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    let shadows = facts.shadows.iter().rev();
    let shadows: BTreeMap<&str, &str> = shadows.map(|it| (&*it.name, &*it.password)).collect();
    for account in facts
        .accounts
        .iter()
        .filter(|account| account.has_login_shell())
    {
        let path = match (&*account.password, shadows.get(&*account.name)) {
            ("", _) => "etc/passwd",
            ("x", Some(&"")) => "etc/shadow",
            _ => continue,
        };
        let message = format!("`{}` has an empty password in {path}", short(&account.name));
        hits.push(Hit::new(message).path(path));
    }
}
