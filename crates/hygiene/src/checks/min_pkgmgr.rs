//! A package manager can be run.

use crate::prelude::*;
use crate::tools;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "MIN-PKGMGR",
        title: "package manager in the image",
        severity: Severity::Low,
        concern: "who gets in installs what he needs",
        fix: "FROM a distroless base, or COPY --from a stage that builds",
        maps_to: &["CIS Docker 4.3"],
    },
    ask: Some(ask),
    bad: &["/sbin/apk 0755 elf", "/usr/bin/pip 0755"],
    good: &["/usr/share/apk/x 0755 elf"],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    if let [first, ..] = &asking.tools.managers[..] {
        let message = format!(
            "package managers: {}",
            names(tools::names(&asking.tools.managers))
        );
        hits.push(Hit::new(message).path(&first.path).layer(first.layer));
    }
}
