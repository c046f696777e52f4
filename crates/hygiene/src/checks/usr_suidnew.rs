//! A file that runs as its owner or its group, and that no package brought or that everybody may write.

use crate::prelude::*;
use crate::topic::Topic;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "USR-SUIDNEW",
        title: "setuid or setgid file of no package",
        severity: Severity::High,
        concern: "nobody updates it, and whoever runs it becomes its owner",
        fix: "RUN chmod u-s,g-s FILE, or do not copy it",
        maps_to: &["CIS Docker 4.8"],
    },
    ask: Some(ask),
    bad: &[
        "/bin/su 4755 elf 9kB md5:2\nPACKAGE login: bin/su\nBROUGHT bin/su md5:1",
        "/usr/bin/su.real 4755 elf\nPACKAGE login: usr/bin/x",
        "/usr/local/bin/rootsh 4755 elf",
        "/usr/bin/su 4757 elf\nPACKAGE login: bin/su",
        "COPY a /\n/bin/su 4755 elf sum:1\nCOPY b /\n/bin/su 4755 elf sum:2\nPACKAGE login: bin/su",
    ],
    good: &[
        "COPY a /\n/bin/su 4755 elf md5:1\nCOPY b /\n/bin/su 4755 elf md5:1 sum:2\nPACKAGE login: bin/su\nBROUGHT bin/su md5:1",
        "/usr/bin/su.real 4755 elf md5:1\nPACKAGE login: usr/bin/su\nPACKAGE other: usr/bin/su\nBROUGHT usr/bin/su md5:1\nBROUGHT usr/bin/su md5:2\n/var/lib/dpkg/diversions 0644\n| /usr/bin/su\n| /usr/bin/su.real\n| other",
        "/usr/bin/su 4755 elf\nPACKAGE login: bin/su",
        "COPY a /\n/bin/su 0755 elf sum:1\nCOPY b /\n/bin/su 4755 elf sum:1\nPACKAGE login: bin/su",
        "/usr/local/bin/rootsh 0755 elf",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    let files = facts.noted(Topic::SetId);
    if !files.is_empty() && !facts.are_owners_known() {
        let why =
            "setuid files: which package owns them is not known, since its database is not read";
        hits.unseen(why, "setuid files that no package brought");
        return;
    }
    for noted in files {
        let bit = if noted.entry.mode & 0o4000 != 0 {
            "setuid"
        } else {
            "setgid"
        };
        let who = if noted.entry.mode & 0o4000 != 0 {
            noted.entry.uid
        } else {
            noted.entry.gid
        };
        if facts.owner(noted).is_none() {
            let message = format!(
                "{} is {bit}, for id {who}, and belongs to no package",
                noted.path
            );
            hits.push(Hit::new(message).file(noted));
        } else if facts.is_replaced(noted) {
            let message = format!(
                "{} is {bit}, for id {who}, and not what its package brought",
                noted.path
            );
            hits.push(Hit::new(message).file(noted));
        } else if noted.entry.mode & 0o002 != 0 {
            let message = format!(
                "{} is {bit}, for id {who}, and everybody may write it",
                noted.path
            );
            hits.push(Hit::new(message).file(noted));
        }
    }
}
