//! A container that may gain rights, of an image with programs that give them.

use crate::prelude::*;

/// Programs that are named.
const SHOWN: usize = 5;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "JOIN-SETUID",
        title: "container may gain rights by programs of its image",
        severity: Severity::Medium,
        concern: "setuid and setgid programs run with the rights of their owner: a flaw in one of them makes root of \
                  whoever broke into the process. With allowPrivilegeEscalation false they give nothing",
        fix: "set allowPrivilegeEscalation to false; remove the bits in the image",
        maps_to: &["PSS restricted", "CIS Docker 4.8"],
    },
    ask,
    of_windows: false,
    bad: &[
        "setuid: [/usr/bin/su]\n---\nimage: x",
        "setuid: [/usr/bin/su]\n---\nsecurityContext: {allowPrivilegeEscalation: true}",
    ],
    good: &[
        "setuid: [/usr/bin/su]\n---\nsecurityContext: {allowPrivilegeEscalation: false}",
        "setuid: []\n---\nimage: x",
    ],
};

fn ask(join: &Join<'_>) -> Vec<Hit> {
    let allowed = join.container.security(&["allowPrivilegeEscalation"]);
    let programs = &join.running.setuid;
    if allowed.and_then(Node::as_bool) == Some(false) || programs.is_empty() {
        return Vec::new();
    }
    let shown: Vec<&str> = programs.iter().take(SHOWN).map(String::as_str).collect();
    let more = match programs.len().saturating_sub(shown.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!("it may gain rights by {}{more}", shown.join(", "));
    vec![Hit::new(
        &["securityContext", "allowPrivilegeEscalation"],
        message,
    )]
}
