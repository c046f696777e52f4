//! sudo or doas asks no password of somebody, or lets everybody.

use crate::prelude::*;
use crate::sudo;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "USR-NOPASS",
        title: "sudo without a password",
        severity: Severity::High,
        concern: "whoever runs as this account is root whenever he likes",
        fix: "do not install sudo; take the NOPASSWD line out of etc/sudoers",
        maps_to: &["CIS Docker 4.1"],
    },
    ask: Some(ask),
    bad: &[
        "/usr/bin/sudo 4755\n/etc/sudoers.d/app\n| app ALL=(ALL) NOPASSWD: ALL",
        "/usr/bin/sudo 4755\n/etc/sudoers\n| %#1000 ALL=(ALL) NOPASSWD: ALL\n/etc/passwd\n| app:x:1000:1000::/:/bin/sh",
        "/usr/bin/doas 4755\n/etc/doas.conf\n| permit nopass app",
        "/usr/bin/sudo 4755\n/etc/sudoers\n| ALL ALL=(ALL) ALL",
        "/usr/bin/sudo 4755\n/etc/sudoers\n| app ALL=(ALL) \\\n|   NOPASSWD: ALL",
        "/usr/bin/sudo 4755\n/etc/sudoers\n| Defaults !authenticate\n| app ALL=(ALL) ALL",
        "/usr/bin/sudo 4755\n/etc/sudoers\n| Defaults:app !authenticate\n| app ALL=(ALL) ALL",
        "/usr/bin/sudo 4755\n/etc/sudoers\n| @includedir /opt/x\n/opt/x/a\n| app ALL=(ALL) NOPASSWD: ALL",
        "/usr/bin/sudo 4755\n/etc/sudoers\n| #include sudoers.local\n/etc/sudoers.local\n| app ALL=(ALL) NOPASSWD: ALL",
        "/usr/bin/sudo 4755\n/usr/local/etc/sudoers\n| app ALL=(ALL) NOPASSWD: ALL",
    ],
    good: &[
        "/usr/bin/sudo 4755\n/etc/sudoers\n| %#1000 ALL=(ALL) NOPASSWD: ALL\n/etc/passwd\n| app:x:1001:1001::/:/bin/sh",
        "/usr/bin/sudo 4755\n/etc/sudoers.d/app.bak\n| app ALL=(ALL) NOPASSWD: ALL",
        "/usr/bin/sudo 4755\n/etc/sudoers\n| Defaults:web !authenticate\n| app ALL=(ALL) ALL",
        "/usr/bin/sudo 4755\n/etc/sudoers.d/app~\n| app ALL=(ALL) NOPASSWD: ALL",
        "/usr/bin/sudo 4755\n/etc/sudoers\n| # app ALL=(ALL) NOPASSWD: ALL\n| root ALL=(ALL) NOPASSWD: ALL",
        "/etc/sudoers\n| app ALL=(ALL) NOPASSWD: ALL",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    for grant in sudo::grants(asking.facts) {
        if !grant.is_free() {
            continue;
        }
        let message = format!(
            "{} lets `{}` become another without a password",
            grant.path,
            short(&grant.who)
        );
        hits.push(Hit::new(message).path(&grant.path));
    }
}
