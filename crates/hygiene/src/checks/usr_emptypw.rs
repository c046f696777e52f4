//! An account has a shell and an empty password.

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
    ask,
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
    for account in facts
        .accounts
        .iter()
        .filter(|account| account.has_login_shell())
    {
        let shadow = facts
            .shadows
            .iter()
            .find(|shadow| shadow.name == account.name);
        let path = match (&*account.password, shadow) {
            ("", _) => "etc/passwd",
            ("x", Some(shadow)) if shadow.password.is_empty() => "etc/shadow",
            _ => continue,
        };
        let message = format!("`{}` has an empty password in {path}", short(&account.name));
        hits.push(Hit::new(message).path(path));
    }
}
