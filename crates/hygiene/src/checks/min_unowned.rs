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
    bad: &["/usr/bin/ls 0755 elf\n/usr/bin/miner 0755 elf\nPACKAGE coreutils: bin/ls"],
    good: &[
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
    let is_stray = |noted: &&Noted<'_>| facts.owner(noted).is_none();
    let stray: Vec<&Noted<'_>> = facts
        .noted(Topic::Program)
        .iter()
        .filter(is_stray)
        .collect();
    if let [first, ..] = stray[..] {
        let paths = names(stray.iter().map(|noted| noted.path.as_str()));
        let message = format!(
            "{} of no package: {paths}",
            model::counted(stray.len(), "program")
        );
        hits.push(Hit::new(message).file(first));
    }
}
