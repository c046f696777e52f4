//! What systemd starts: links in `*.wants` and `*.requires`, what the units behind them want, sockets.
//!
//! ```text
//! etc/systemd/system/multi-user.target.wants/nginx.service     etc/systemd/system/nginx.service.d/own.conf
//! [Unit] Wants=redis.service          [Service] ExecStart=/usr/sbin/nginx          [Socket] Accept=no
//! ```
//! Source of truth: `systemd.unit(5)`, `systemd.socket(5)`, `systemd.special(7)`. Timers and what devices start
//! are left out; generators are programs, which nobody runs here.

use std::collections::BTreeSet;

use model::EntryKind;

use crate::input::Input;
use crate::services;
use crate::start::{Finder, Start};

use super::{MOST, Program, links};

/// Where units lie; the first of a name counts.
const FOLDERS: [&str; 4] = [
    "etc/systemd/system",
    "usr/local/lib/systemd/system",
    "usr/lib/systemd/system",
    "lib/systemd/system",
];
/// What is always gone through on the way to the unit that is asked for.
const ON_THE_WAY: [&str; 8] = [
    "default.target",
    "basic.target",
    "sysinit.target",
    "sockets.target",
    "timers.target",
    "paths.target",
    "local-fs.target",
    "remote-fs.target",
];
/// What ends a system, mends it, or waits for a device that no container has.
const NOT_GONE_THROUGH: [&str; 20] = [
    "bluetooth",
    "ctrl-alt-del",
    "emergency",
    "exit",
    "final",
    "graphical",
    "halt",
    "hibernate",
    "hybrid-sleep",
    "kexec",
    "multi-user",
    "poweroff",
    "printer",
    "reboot",
    "rescue",
    "shutdown",
    "sleep",
    "sound",
    "suspend",
    "suspend-then-hibernate",
];
/// Settings that name units which are started, too.
const WANTS: [&str; 4] = ["Wants", "Requires", "BindsTo", "Upholds"];

/// Returns the services that systemd starts, where it is what the image starts.
pub(super) fn programs(
    input: &Input<'_>,
    start: &Start,
    finder: &mut Finder<'_, '_>,
) -> Vec<Program> {
    if services::supervisor(start).is_none_or(|name| name != "systemd") {
        return Vec::new();
    }
    let mut boot = Boot {
        input,
        finder,
        todo: Vec::new(),
        seen: BTreeSet::new(),
        programs: Vec::new(),
    };
    boot.goes_through();
    boot.tell_others();
    boot.programs
}

struct Boot<'b, 'f, 'a> {
    input: &'b Input<'b>,
    finder: &'b mut Finder<'f, 'a>,
    /// Units that are reached, with the links that reach them.
    todo: Vec<(String, Option<String>)>,
    seen: BTreeSet<String>,
    programs: Vec<Program>,
}

impl Boot<'_, '_, '_> {
    fn goes_through(&mut self) {
        let targets = ON_THE_WAY.map(str::to_owned).into_iter();
        let targets = targets.chain(asked_for(self.input));
        self.todo.extend(targets.map(|unit| (unit, None)));
        let mut at = 0;
        while let Some((unit, link)) = self.todo.get(at).cloned() {
            at += 1;
            if self.programs.len() > MOST || self.seen.len() > 2 * MOST {
                let why = "systemd starts more units than are told";
                return self.finder.leave_out("etc/systemd/system", why);
            }
            if self.seen.insert(unit.clone()) {
                self.unit(&unit, link.as_deref());
            }
        }
    }

    fn unit(&mut self, unit: &str, link: Option<&str>) {
        let (name, kind) = unit.rsplit_once('.').unwrap_or((unit, ""));
        let is_target = kind == "target";
        if is_masked(self.input, unit) || !is_target && is_of_system(name) {
            return;
        }
        let lines = self.settings(unit, link);
        for value in lines.iter().filter(|it| WANTS.contains(&&*it.0)) {
            for wanted in value.1.split_whitespace() {
                // what is not in the image is not started
                if wanted.ends_with(".target") || self.place(wanted).is_some() {
                    self.todo.push((wanted.to_owned(), None));
                }
            }
        }
        for folder in FOLDERS {
            for kind in ["wants", "requires"] {
                self.links(&format!("{folder}/{unit}.{kind}"));
            }
        }
        match kind {
            "service" => self.service(name, &lines, link),
            "socket" => self.todo.extend(self.served(name, &lines)),
            _ => {}
        }
    }

    /// Adds the units that a folder has links to.
    fn links(&mut self, folder: &str) {
        for (unit, _) in self.input.tree.list(folder, self.input.limits) {
            let unit = String::from_utf8_lossy(&unit).into_owned();
            let link = format!("{folder}/{unit}");
            self.todo.push((unit, Some(link)));
        }
    }

    fn service(&mut self, name: &str, lines: &[(String, String)], link: Option<&str>) {
        let plain = name.split('@').next().unwrap_or_default();
        let mut line = format!("service {plain} start");
        for command in commands(lines) {
            line = format!("{line}\n{command}");
        }
        let path = link.map(str::to_owned);
        let path = path.or_else(|| self.place(&format!("{name}.service")));
        let told = ("systemd", name.to_owned(), line);
        self.programs
            .push(Program::new(told, &path.unwrap_or_default()));
    }

    /// Returns the unit that a socket starts when somebody knocks, if it is there.
    fn served(&self, name: &str, lines: &[(String, String)]) -> Option<(String, Option<String>)> {
        let value = |name: &str| lines.iter().rev().find(|it| it.0 == name);
        let is_each = value("Accept").is_some_and(|it| matches!(&*it.1, "yes" | "true" | "1"));
        let unit = match value("Service") {
            Some((_, unit)) => unit.clone(),
            None if is_each => format!("{name}@.service"),
            None => format!("{name}.service"),
        };
        let place = self.place(&unit)?;
        Some((unit, Some(place)))
    }

    /// Returns the file of a unit; that of `a@.service` is the one of `a@b.service`.
    fn place(&self, unit: &str) -> Option<String> {
        let template = unit.split_once('@').and_then(|(name, rest)| {
            let kind = rest.rsplit_once('.')?.1;
            Some(format!("{name}@.{kind}"))
        });
        let names = [Some(unit.to_owned()), template];
        let paths = names.into_iter().flatten().flat_map(|name| {
            let path = move |folder: &str| format!("{folder}/{name}");
            FOLDERS.map(path)
        });
        let mut there = paths.filter(|path| self.is_file(path));
        there.next()
    }

    fn is_file(&self, path: &str) -> bool {
        let entry = self.input.tree.find(path, self.input.limits);
        entry.is_some_and(|entry| entry.kind == EntryKind::File)
    }

    /// Returns the settings of a unit, those of its drop-ins behind them.
    fn settings(&mut self, unit: &str, link: Option<&str>) -> Vec<(String, String)> {
        let linked = link.filter(|link| self.is_file(link)).map(str::to_owned);
        let mut files: Vec<String> = self.place(unit).or(linked).into_iter().collect();
        for folder in FOLDERS.iter().rev() {
            let folder = format!("{folder}/{unit}.d");
            let names = self.input.tree.list(&folder, self.input.limits);
            let paths = names.into_iter().filter_map(|(name, _)| {
                let name = String::from_utf8(name).ok()?;
                let is_one = name.rsplit_once('.').is_some_and(|(_, end)| end == "conf");
                is_one.then(|| format!("{folder}/{name}"))
            });
            files.extend(paths.filter(|path| self.is_file(path)).take(MOST));
        }
        let mut lines = Vec::new();
        for file in files {
            let real = self.input.tree.real_path(&file, self.input.limits);
            if let Some(text) = real.and_then(|real| self.finder.told_by(real.as_str())) {
                lines.extend(settings(&text));
            }
        }
        lines
    }

    /// Notes targets of others that have services and that nothing was seen to reach.
    fn tell_others(&mut self) {
        for folder in FOLDERS {
            let names = self.input.tree.list(folder, self.input.limits);
            for (name, _) in names {
                let name = String::from_utf8_lossy(&name);
                let target = name
                    .strip_suffix(".target.wants")
                    .or_else(|| name.strip_suffix(".target.requires"));
                let Some(target) = target else { continue };
                let is_told = NOT_GONE_THROUGH.contains(&target)
                    || target.starts_with("initrd")
                    || self.seen.contains(&format!("{target}.target"));
                let path = format!("{folder}/{name}");
                if !is_told && self.has_services(&path) {
                    let why = "whether systemd starts what is linked there was not found";
                    self.finder.leave_out(&path, why);
                }
            }
        }
    }

    fn has_services(&self, folder: &str) -> bool {
        let mut names = self.input.tree.list(folder, self.input.limits).into_iter();
        names.any(|(unit, _)| {
            let unit = String::from_utf8_lossy(&unit);
            let service = unit
                .strip_suffix(".service")
                .or_else(|| unit.strip_suffix(".socket"));
            service.is_some_and(|name| !is_of_system(name))
                && !is_masked(self.input, &unit)
                && !self.seen.contains(&*unit)
        })
    }
}

/// Returns the targets that systemd is to reach: the default one, by its link, with what it needs at any rate.
fn asked_for(input: &Input<'_>) -> Vec<String> {
    let links = FOLDERS.iter().filter_map(|folder| {
        let path = format!("{folder}/default.target");
        let entry = input.tree.entry(&path, input.limits)?;
        let real = input.tree.real_path(&path, input.limits)?;
        let is_link = entry.kind == EntryKind::Symlink;
        let name = real.as_str().rsplit('/').next().unwrap_or_default();
        is_link.then(|| name.to_owned())
    });
    let named = links.into_iter().next();
    let named = named.map(|name| match &*name {
        "runlevel5.target" => "graphical.target".to_owned(),
        "runlevel2.target" | "runlevel3.target" | "runlevel4.target" => {
            "multi-user.target".to_owned()
        }
        _ => name,
    });
    match named.as_deref() {
        Some("multi-user.target") => vec!["multi-user.target".to_owned()],
        None | Some("graphical.target") => ["multi-user.target", "graphical.target"]
            .map(str::to_owned)
            .to_vec(),
        Some(own) => vec![own.to_owned()],
    }
}

/// Reads lines `Name=value`; a stroke at the end of one goes on with the next.
fn settings(text: &str) -> Vec<(String, String)> {
    let text = text.replace("\\\n", " ");
    let line = |line: &str| {
        let (name, value) = line.trim().split_once('=')?;
        let is_remark = name.starts_with(['#', ';']);
        (!is_remark).then(|| (name.trim().to_owned(), value.trim().to_owned()))
    };
    text.lines().filter_map(line).collect()
}

/// Returns the commands of a unit; an empty one takes back those before it.
fn commands(lines: &[(String, String)]) -> Vec<&str> {
    let mut commands = Vec::new();
    for (_, command) in lines.iter().filter(|it| it.0 == "ExecStart") {
        match command.trim_start_matches(['@', '-', ':', '+', '!', '|']) {
            "" => commands.clear(),
            command => commands.push(command),
        }
    }
    commands
}

/// Whether a unit is switched off: a link to `/dev/null`, which no image has, stands before it.
fn is_masked(input: &Input<'_>, unit: &str) -> bool {
    let path = format!("etc/systemd/system/{unit}");
    let own = input.tree.entry(&path, input.limits);
    let is_link = own.is_some_and(|entry| entry.kind == EntryKind::Symlink);
    let target = input.tree.find(&path, input.limits);
    is_link && target.is_none_or(|entry| entry.kind == EntryKind::Special)
}

/// Whether a unit prepares the system itself, or lets somebody log in at a terminal.
fn is_of_system(name: &str) -> bool {
    let starts = [
        "apt-daily",
        "console-",
        "dbus",
        "dev-",
        "dm-event",
        "e2scrub",
        "fstrim",
        "getty",
        "ifup",
        "keyboard-",
        "kmod",
        "lvm2",
        "plymouth",
        "proc-",
        "serial-getty",
        "sys-",
        "systemd-",
        "network",
        "NetworkManager",
        "uuidd",
        "udev",
    ];
    let is_other = matches!(
        name,
        "apparmor" | "ldconfig" | "logrotate" | "man-db" | "resolvconf"
    );
    is_other || links::is_of_boot(name) || starts.iter().any(|start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use crate::example::told;

    /// nginx, and the lines of a case.
    fn started(lines: &str) -> (String, bool) {
        let own = "CMD /sbin/init\n/sbin/init -> /lib/systemd/systemd\n/lib/systemd/systemd 0755 elf\n\
            /lib/systemd/system/nginx.service\n| [Service]\n| ExecStart=/usr/sbin/nginx\n\
            /etc/systemd/system/multi-user.target.wants/nginx.service -> /lib/systemd/system/nginx.service\n\
            /lib/systemd/system/redis.service\n| [Service]\n| ExecStart=/usr/bin/redis-server\n";
        let (hygiene, gaps) = told(&format!("{own}{lines}"));
        let multi = hygiene.flaws.into_iter().find(|it| it.rule == "FUN-MULTI");
        let has_gap = gaps.iter().any(|gap| gap.hides.starts_with("services"));
        (multi.map_or_else(String::new, |it| it.message), has_gap)
    }

    #[test]
    fn units_are_started_in_many_ways() {
        let link = |folder: &str| {
            format!(
                "/etc/systemd/system/{folder}/redis.service -> /lib/systemd/system/redis.service"
            )
        };
        let sshd = "/lib/systemd/system/ssh.service\n| ExecStart=/usr/sbin/sshd -D\n\
            /etc/systemd/system/sockets.target.wants/ssh.socket -> /lib/systemd/system/ssh.socket\n\
            /lib/systemd/system/ssh.socket\n| [Socket]\n";
        for lines in [
            &*link("multi-user.target.wants"),
            &link("multi-user.target.requires"),
            &link("default.target.wants"),
            &link("graphical.target.wants"),
            &link("basic.target.wants"),
            &link("sockets.target.wants"),
            &link("sysinit.target.wants"),
            &link("timers.target.wants"),
            &link("nginx.service.wants"),
            "/usr/lib/systemd/system/multi-user.target.wants/redis.service -> ../redis.service",
            "/etc/systemd/system/nginx.service.d/a.conf\n| [Unit]\n| Wants=other.service redis.service",
            "/etc/systemd/system/nginx.service.d/a.conf\n| ExecStart=\n| ExecStart=-/usr/bin/redis-server",
            "/etc/systemd/system/multi-user.target.wants/own.target -> /x\n/etc/systemd/system/own.target.wants/redis.service -> /y",
            "/lib/systemd/system/r@.service\n| ExecStart=/usr/bin/redis-server %i\n/etc/systemd/system/multi-user.target.wants/r@a.service -> /lib/systemd/system/r@.service",
            "/lib/systemd/system/default.target -> own.target\n/lib/systemd/system/own.target\n| Requires=multi-user.target redis.service",
        ] {
            let (message, _) = started(lines);
            assert!(
                message.contains("starts nginx (by systemd), Redis (by systemd)"),
                "{lines}: {message}"
            );
        }
        for lines in [sshd, &format!("{sshd}| Service=ssh.service")] {
            let (message, _) = started(lines);
            assert!(
                message.contains("nginx (by systemd), sshd (by systemd)"),
                "{lines}: {message}"
            );
        }
    }

    #[test]
    fn what_is_not_reached_is_not_started() {
        let link = |folder: &str| {
            format!(
                "/etc/systemd/system/{folder}/redis.service -> /lib/systemd/system/redis.service"
            )
        };
        for (lines, has_gap) in [
            (&*link("rescue.target.wants"), false),
            (&link("shutdown.target.wants"), false),
            (&link("own.target.wants"), true),
            (&link("network-online.target.wants"), true),
            (
                "/etc/systemd/system/own.target.wants/systemd-x.service -> /x",
                false,
            ),
            (
                &format!(
                    "/etc/systemd/system/default.target -> /lib/systemd/system/multi-user.target\n/lib/systemd/system/multi-user.target\n| [Unit]\n{}",
                    link("graphical.target.wants")
                ),
                false,
            ),
            (
                &format!(
                    "{}\n/etc/systemd/system/redis.service -> /dev/null",
                    link("basic.target.wants")
                ),
                false,
            ),
            (
                "/etc/systemd/system/nginx.service.d/a.conf\n| Wants=mysql.service\n| After=redis.service",
                false,
            ),
            (
                "/etc/systemd/system/timers.target.wants/redis.timer -> /x",
                false,
            ),
            (
                "/etc/systemd/system/sockets.target.wants/mysql.socket -> /x",
                false,
            ),
            (
                "/lib/systemd/system/redis.service.d/a.conf\n| ExecStart=/usr/sbin/sshd",
                false,
            ),
        ] {
            assert_eq!(started(lines), (String::new(), has_gap), "{lines}");
        }
    }

    /// What a distribution's own units start is no second program.
    #[test]
    fn units_of_the_system_are_no_programs() {
        let lines = "/etc/systemd/system/getty.target.wants/getty@tty1.service -> /x\n\
            /lib/systemd/system/multi-user.target.wants/dbus.service -> ../dbus.service\n\
            /lib/systemd/system/sockets.target.wants/systemd-journald.socket -> ../x\n\
            /lib/systemd/system/sysinit.target.wants/systemd-udevd.service -> ../x\n\
            /etc/systemd/system/multi-user.target.wants/remote-fs.target -> /x\n";
        let own = "CMD /lib/systemd/systemd\n/lib/systemd/systemd 0755 elf\n\
            /etc/systemd/system/multi-user.target.wants/nginx.service -> /x\n";
        let (hygiene, _) = told(&format!("{own}{lines}"));
        assert!(hygiene.flaws.iter().all(|it| it.rule != "FUN-SUPER"));
    }

    /// Units that want each other, and many of them, are gone through once.
    #[test]
    fn circles_of_units_end() {
        let unit = |at: usize| {
            format!(
                "/lib/systemd/system/u{at}.service\n| Wants=u{}.service nginx.service\n",
                at + 1
            )
        };
        let units: String = (0..2_000).map(unit).collect();
        let (_, has_gap) = started(&format!(
            "{units}/etc/systemd/system/nginx.service.d/a.conf\n| Wants=u0.service"
        ));
        assert!(has_gap);
    }
}
