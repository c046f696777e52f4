//! Services that folders of links name: of `OpenRC` and sysvinit.

use crate::input::Input;
use crate::start::name_of;

use super::{MOST, Program};

/// Services that links start: `etc/runlevels/default/x`.
pub(super) fn of_links(input: &Input<'_>) -> Vec<Program> {
    let folder = "etc/runlevels/default";
    let names = input.tree.list(folder, input.limits).into_iter();
    let program = |(name, _): (Vec<u8>, _)| {
        let service = String::from_utf8_lossy(&name).into_owned();
        let line = format!("service {service} start");
        let path = format!("{folder}/{service}");
        Program::new(("OpenRC", service, line), &path)
    };
    names.map(program).collect()
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
pub(super) fn is_of_boot(service: &str) -> bool {
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
