//! The user is a name that no account has.

use crate::accounts;
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
        "USER 10:web\n/etc/group\n| app:x:10:",
    ],
    good: &[
        "USER 10:app\n/etc/group\n| app:x:10:",
        "USER 10:10",
        "USER app\n/etc/passwd\n| app:x:10:10::/:/bin/sh",
        "USER 10",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    let Some(config) = facts.input.config else {
        return;
    };
    let written = &config.config.user;
    if facts.user == User::Nobody {
        let user = short(written);
        return hits.push(Hit::new(format!(
            "USER is `{user}`, and no line of etc/passwd has this name"
        )));
    }
    let group = written.split_once(':').map_or("", |(_, group)| group);
    let is_number = group.chars().all(|c| c.is_ascii_digit());
    // where the list is there and was not read, nobody knows
    let groups = match (facts.find("etc/group"), facts.file("etc/group")) {
        (Some(_), None) => return,
        (_, text) => accounts::groups(text.unwrap_or_default()),
    };
    if !is_number && groups.iter().all(|known| known.name != group) {
        let user = short(written);
        hits.push(Hit::new(format!(
            "USER is `{user}`, and no line of etc/group has the name of the group"
        )));
    }
}
