//! Accounts: empty passwords, numbers that stand twice.

use std::collections::BTreeSet;

use super::Found;
use super::files::Files;

pub(super) fn check(files: &Files, found: &mut Found) {
    passwords(files, found);
    numbers(files, ("etc/passwd", "UID"), found);
    numbers(files, ("etc/group", "GroupID"), found);
}

fn passwords(files: &Files, found: &mut Found) {
    let names = ["etc/shadow", "etc/master.passwd"];
    let mut is_there = false;
    for name in names {
        let Some(content) = files.account(name) else {
            continue;
        };
        is_there = true;
        for line in String::from_utf8_lossy(content).lines() {
            let mut fields = line.split(':');
            let user = fields.next().unwrap_or_default();
            if !line.starts_with('#') && fields.next() == Some("") {
                let alert = format!("No password user found! username : {user}");
                found.add("DKL-LI-0001", name, alert);
            }
        }
    }
    if !is_there {
        let alert = "failed to detect etc/shadow,etc/master.passwd";
        found.skip("DKL-LI-0001", alert);
    }
}

/// Lines with too few fields, which make Dockle panic, count for nothing.
fn numbers(files: &Files, (name, what): (&str, &str), found: &mut Found) {
    let Some(content) = files.account(name) else {
        let alert = format!("failed to detect {name}");
        return found.skip("DKL-LI-0002", alert);
    };
    let mut seen = BTreeSet::new();
    for line in String::from_utf8_lossy(content).lines() {
        let mut fields = line.split(':');
        let user = fields.next().unwrap_or_default();
        let Some(number) = fields.nth(1) else {
            continue;
        };
        if !seen.insert(number.to_owned()) {
            let alert = format!("duplicate {what} {number} : username {user}");
            found.add("DKL-LI-0002", name, alert);
        }
    }
}
