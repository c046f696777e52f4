//! Services that folders of links name: of systemd, `OpenRC` and sysvinit.

use model::EntryKind;

use crate::input::Input;
use crate::services;
use crate::start::{Finder, Start, name_of};

use super::{MOST, Program};

/// Services that links start: `etc/systemd/system/*.wants/x.service`, `etc/runlevels/default/x`.
pub(super) fn of_links(
    input: &Input<'_>,
    start: &Start,
    finder: &mut Finder<'_, '_>,
) -> Vec<Program> {
    let folders = [
        (
            "systemd",
            "etc/systemd/system/multi-user.target.wants",
            ".service",
        ),
        (
            "systemd",
            "etc/systemd/system/default.target.wants",
            ".service",
        ),
        ("OpenRC", "etc/runlevels/default", ""),
    ];
    let is_systemd = services::supervisor(start).is_some_and(|name| name == "systemd");
    let mut programs = Vec::new();
    for (supervisor, folder, suffix) in folders {
        for (name, _) in input.tree.list(folder, input.limits) {
            let name = String::from_utf8_lossy(&name).into_owned();
            let Some(service) = name.strip_suffix(suffix) else {
                continue;
            };
            if supervisor == "systemd" && is_masked(input, &name) {
                continue;
            }
            let path = format!("{folder}/{name}");
            let mut line = format!("service {service} start");
            if is_systemd && programs.len() <= MOST {
                for command in unit(input, finder, &path) {
                    line = format!("{line}\n{command}");
                }
            }
            programs.push(Program::new((supervisor, service.to_owned(), line), &path));
        }
    }
    programs
}

/// Returns the commands of a unit of systemd that a link leads to.
fn unit(input: &Input<'_>, finder: &mut Finder<'_, '_>, path: &str) -> Vec<String> {
    let real = input.tree.real_path(path, input.limits);
    let Some(real) = real.filter(|real| input.tree.find(real.as_str(), input.limits).is_some())
    else {
        return Vec::new();
    };
    let text = finder.told_by(real.as_str()).unwrap_or_default();
    let command = |line: &str| {
        let command = line.trim().strip_prefix("ExecStart")?.trim_start();
        let command = command.strip_prefix('=')?.trim_start();
        Some(
            command
                .trim_start_matches(['@', '-', ':', '+', '!', '|'])
                .to_owned(),
        )
    };
    let text = text.replace("\\\n", " ");
    text.lines().filter_map(command).collect()
}

/// Whether a unit of systemd is switched off: a link to `/dev/null`, which no image has, stands before it.
fn is_masked(input: &Input<'_>, name: &str) -> bool {
    let path = format!("etc/systemd/system/{name}");
    let own = input.tree.entry(&path, input.limits);
    let is_link = own.is_some_and(|entry| entry.kind == EntryKind::Symlink);
    let target = input.tree.find(&path, input.limits);
    is_link && target.is_none_or(|entry| entry.kind == EntryKind::Special)
}

/// Returns the runlevel of which a line of an inittab starts the services: `/etc/init.d/rc 2`.
pub(super) fn runlevel(command: &str) -> Option<char> {
    let mut words = command.split_whitespace();
    let program = words.find(|word| word.starts_with('/'))?;
    match (name_of(program), words.next()) {
        ("rcS", _) => Some('S'),
        ("rc", Some(level)) => level.chars().next().filter(|_| level.len() == 1),
        _ => None,
    }
}

/// Services that sysvinit starts: links `etc/rc2.d/S01nginx` of the runlevels that the inittab names.
pub(super) fn of_runlevels(input: &Input<'_>, known: &[Program]) -> Vec<Program> {
    let text = crate::facts::text(input, "etc/inittab").unwrap_or_default();
    let is_line = |line: &&str| !line.trim_start().starts_with('#');
    let commands = text.lines().filter(is_line);
    let levels = commands.filter_map(|line| runlevel(line.splitn(4, ':').nth(3)?));
    // each level has a line, and one is gone into
    let usual = text.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        match fields[..] {
            [id, level, "initdefault", ..] if !id.starts_with('#') => level.chars().next(),
            _ => None,
        }
    });
    let is_gone_into = |level: &char| *level == 'S' || usual.is_none_or(|usual| usual == *level);
    let mut levels: Vec<char> = levels.filter(is_gone_into).collect();
    levels.sort_unstable();
    levels.dedup();
    let mut programs = Vec::new();
    for level in levels {
        for folder in [format!("etc/rc{level}.d"), format!("etc/rc.d/rc{level}.d")] {
            for (name, _) in input.tree.list(&folder, input.limits) {
                let name = String::from_utf8_lossy(&name).into_owned();
                let digits = |c: char| c.is_ascii_digit();
                let Some(service) = name.strip_prefix('S') else {
                    continue;
                };
                let service = service.trim_start_matches(digits).to_owned();
                if known.len() + programs.len() > MOST || is_of_boot(&service) {
                    continue;
                }
                let line = format!("/etc/init.d/{service} start");
                let path = format!("{folder}/{name}");
                programs.push(Program::new(("init", service, line), &path));
            }
        }
    }
    programs
}

/// Whether a script of sysvinit prepares or ends the system itself.
fn is_of_boot(service: &str) -> bool {
    matches!(
        service,
        "" | "rc.local"
            | "bootlogs"
            | "bootmisc.sh"
            | "checkfs.sh"
            | "checkroot.sh"
            | "checkroot-bootclean.sh"
            | "hostname.sh"
            | "hwclock.sh"
            | "kmod"
            | "killprocs"
            | "motd"
            | "mountall.sh"
            | "mountall-bootclean.sh"
            | "mountdevsubfs.sh"
            | "mountkernfs.sh"
            | "mountnfs.sh"
            | "mountnfs-bootclean.sh"
            | "networking"
            | "procps"
            | "reboot"
            | "rmnologin"
            | "single"
            | "udev"
            | "urandom"
            | "brightness"
            | "umountfs"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runlevels_stand_in_lines() {
        for (command, want) in [
            ("/etc/init.d/rc 2", Some('2')),
            ("/etc/rc.d/rc 3", Some('3')),
            ("/sbin/openrc default", None),
            ("/etc/init.d/rcS", Some('S')),
            ("/usr/sbin/nginx", None),
            ("", None),
        ] {
            assert_eq!(runlevel(command), want, "{command}");
        }
    }
}
