//! The user of the image may write the program that it starts.

use crate::prelude::*;
use crate::user::User;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "USR-APPOWN",
        title: "program may be replaced by its own user",
        severity: Severity::Low,
        concern: "whoever makes the program write a file replaces it, and is there after the next start",
        fix: "COPY --chown=root:root --chmod=755 app /app, and USER 10001",
        maps_to: &["NSA/CISA immutable file systems"],
    },
    ask: Some(ask),
    bad: &["USER 10\nCMD /app\n/app 0755 u10 elf"],
    good: &[
        "USER 10\nCMD /app\n/app 0755 u0 elf",
        "CMD /app\n/app 0755 u0 elf",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    let (User::Id(uid) | User::Named(uid), Some(path)) = (&facts.user, &facts.start.first) else {
        return;
    };
    let Some(entry) = facts.find(path.as_str()) else {
        return;
    };
    if entry.uid == *uid && *uid != 0 && entry.mode & 0o200 != 0 {
        let message = format!("{path} belongs to user {uid}, as whom it runs, who may write it");
        let layer = usize::from(entry.content.layer);
        hits.push(Hit::new(message).path(path.as_str()).layer(layer));
    }
}
