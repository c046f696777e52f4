//! The user of the image may write the program that it starts.

use crate::app;
use crate::prelude::*;
use crate::user::{self, User};

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
    bad: &[
        "USER app\nCMD /app\n/app 0775 u0 g50 elf\n/etc/passwd\n| app:x:10:10::/:/bin/sh\n/etc/group\n| web:x:50:app",
        "USER 10\nCMD /app\n/app 0755 u10 elf",
        "USER 10:0\nCMD /app\n/app 0775 u0 elf",
        "USER 10\nCMD /app\n/app 0775 u0 elf",
        "USER 10\nCMD /srv/app/run\n/srv/app 0755 u10 dir\n/srv/app/run 0755 u0 elf",
        "USER 10\nCMD node /srv/app/main.js\n/usr/bin/node 0755 elf\n/srv/app/main.js 0644 u10",
        "USER 10\nCMD java -Xmx1g -jar /srv/app.jar\n/usr/bin/java 0755 elf\n/srv/app.jar 0644 u10",
    ],
    good: &[
        "USER app\nCMD /app\n/app 0755 u0 g50 elf\n/etc/passwd\n| app:x:10:10::/:/bin/sh\n/etc/group\n| web:x:50:app",
        "USER app\nCMD /app\n/app 0775 u0 g50 elf\n/etc/passwd\n| app:x:10:10::/:/bin/sh\n/etc/group\n| web:x:50:other",
        "USER app:10\nCMD /app\n/app 0775 u0 g50 elf\n/etc/passwd\n| app:x:10:10::/:/bin/sh\n/etc/group\n| web:x:50:app",
        "USER 10\nCMD /app\n/app 0755 u0 elf",
        "USER 10:10\nCMD /app\n/app 0775 u0 elf",
        "CMD /app\n/app 0755 u0 elf",
        "USER 10\nCMD node /srv/app/main.js /srv/data\n/usr/bin/node 0755 elf\n/srv/app 0755 dir\n/srv/app/main.js 0644 u0\n/srv/data 0755 u10 dir",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    let (User::Id(uid) | User::Named(uid)) = facts.user else {
        return;
    };
    let groups = user::groups(facts.input, &facts.accounts, uid);
    for path in app::files(facts) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let own = [path.as_str(), folder].into_iter().find_map(|path| {
            let entry = facts.find(path).filter(|_| !path.is_empty())?;
            let is_owner = entry.uid == uid && uid != 0 && entry.mode & 0o200 != 0;
            let may_write = is_owner || (groups.contains(&entry.gid) && entry.mode & 0o020 != 0);
            may_write.then_some((path, entry))
        });
        let Some((own, entry)) = own else { continue };
        let message = if own == path {
            format!("{path} may be written by user {uid}, as whom it runs")
        } else {
            format!("{path} lies in {own}, which user {uid}, as whom it runs, may write")
        };
        let layer = usize::from(entry.content.layer);
        return hits.push(Hit::new(message).path(own).layer(layer));
    }
}
