//! A program or a script in a folder of the system that no package owns.

use crate::prelude::*;
use crate::survey::Noted;
use crate::topic::Topic;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "MIN-UNOWNED",
        title: "program among those of the system, of no package",
        severity: Severity::Low,
        concern: "nobody updates it, and it is where one looks for what somebody put there",
        fix: "install it as a package, or into /usr/local or /opt",
        maps_to: &["CIS Docker 4.11", "NIST SP 800-190 4.1.3"],
    },
    ask: Some(ask),
    bad: &[
        "/usr/bin/ls 0755 elf\n/usr/bin/miner 0755 elf\nPACKAGE coreutils: bin/ls",
        "/usr/lib/x86_64-linux-gnu/security/pam_x.so 0644 elf\nPACKAGE coreutils: bin/ls",
        "/usr/libexec/x 0755 elf\nPACKAGE coreutils: bin/ls",
        "COPY a /\n/bin/ls 0755 elf sum:1\nCOPY b /\n/bin/ls 0755 elf sum:2\nPACKAGE coreutils: bin/ls",
    ],
    good: &[
        "COPY a /\n/bin/ls 0755 elf sum:1\nCOPY b /\n/bin/ls 0700 elf sum:1\nPACKAGE coreutils: bin/ls",
        "/usr/lib/libx.so.1 0644 elf\n/usr/lib/python3/x.so 0644 elf\nPACKAGE libx: usr/lib/libx.so.1",
        "/usr/bin/ls 0755 elf\n/usr/local/bin/app 0755 elf\nPACKAGE coreutils: bin/ls",
        "/usr/bin/app 0755 elf",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    let has_owners = facts
        .input
        .packages
        .iter()
        .any(|package| !package.files.is_empty());
    if !has_owners || !facts.are_owners_known() {
        return;
    }
    let noted = |topic| facts.noted(topic).iter();
    let is_stray = |noted: &&Noted<'_>| facts.owner(noted).is_none();
    let told = |files: Vec<&Noted<'_>>, what: &str, is: &str| {
        let (first, paths) = (
            *files.first()?,
            files.iter().map(|noted| noted.path.as_str()),
        );
        let count = model::counted(files.len(), what);
        Some(Hit::new(format!("{count} {is}: {}", names(paths))).file(first))
    };
    let programs = noted(Topic::Program).filter(is_stray).collect();
    let libraries: Vec<_> = noted(Topic::Library).filter(is_stray).collect();
    let replaced = noted(Topic::Program).filter(|noted| facts.is_replaced(noted));
    let hits_of = [
        told(programs, "program", "of no package"),
        told(libraries, "shared object", "of no package"),
        told(
            replaced.collect(),
            "program",
            "not as the package brought it",
        ),
    ];
    for hit in hits_of.into_iter().flatten() {
        hits.push(hit);
    }
}
