//! sudo or doas is there, and somebody but root may use it.

use crate::prelude::*;
use crate::sudo;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "USR-SUDO",
        title: "sudo or doas can be used",
        severity: Severity::Medium,
        concern: "who runs as an account may become root by a password that stands in the image",
        fix: "do not install sudo: run steps before USER as root, or use gosu in the entrypoint",
        maps_to: &["CIS Docker 4.1"],
    },
    ask: Some(ask),
    bad: &[
        "/usr/bin/sudo 4755\n/etc/sudoers\n| app ALL=(ALL) ALL",
        "/usr/bin/sudo 4755\n/etc/passwd\n| app:x:10:27::/:/bin/sh\n/etc/group\n| sudo:x:27:\n/etc/sudoers\n| %sudo ALL=(ALL:ALL) ALL",
    ],
    good: &[
        "/usr/bin/sudo 4755\n/etc/sudoers\n| root ALL=(ALL:ALL) ALL\n| %sudo ALL=(ALL:ALL) ALL\n/etc/group\n| sudo:x:27:",
        "/etc/sudoers\n| app ALL=(ALL) ALL",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    for grant in sudo::grants(asking.facts) {
        if grant.is_free() {
            continue;
        }
        let message = format!(
            "{} lets `{}` run programs as others",
            grant.path,
            short(&grant.who)
        );
        hits.push(Hit::new(message).path(&grant.path));
    }
}
