//! A shell is in the image.

use crate::prelude::*;
use crate::tools;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "MIN-SHELL",
        title: "shell in the image",
        severity: Severity::INFO,
        concern: "who gets in has something to work with",
        fix: "FROM a distroless base; debug with kubectl debug",
        maps_to: &["CIS Docker 4.3"],
    },
    ask: Some(ask),
    bad: &[
        "/bin/sh -> busybox\n/bin/busybox 0755 elf",
        "/bin/toybox 0755 elf",
    ],
    good: &["/bin/sh 0644"],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    if let [first, ..] = &asking.tools.shells[..] {
        let message = format!("shells: {}", names(tools::names(&asking.tools.shells)));
        hits.push(Hit::new(message).path(&first.path).layer(first.layer));
    }
}
