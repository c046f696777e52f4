//! Programs that a supervisor starts, by its own configuration.
//!
//! Each supervisor is a function from a file to lines of commands; folders of links (systemd, `OpenRC`)
//! name services instead.

use std::collections::BTreeSet;

use globset::{Glob, GlobSet, GlobSetBuilder};
use model::ImagePath;

use crate::facts::text;
use crate::input::Input;
use crate::start::{Finder, Start};
use crate::survey::Survey;
use crate::topic::Topic;

/// Programs that are told of one image.
const MOST: usize = 500;

/// What a supervisor starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Program {
    /// The supervisor.
    pub(crate) supervisor: &'static str,
    /// Name of the program in its configuration.
    pub(crate) name: String,
    /// The command; of a service that is only named, its name.
    pub(crate) line: String,
    /// The file that says so.
    pub(crate) path: String,
}

/// Returns the programs of all supervisors, by path.
pub(crate) fn programs(
    input: &Input<'_>,
    survey: &Survey<'_>,
    start: &Start,
    finder: &mut Finder<'_, '_>,
) -> Vec<Program> {
    let mut programs = Vec::new();
    let included = included(input);
    let named = named(start);
    for noted in survey.of(Topic::Supervisor) {
        let path = noted.path.as_str();
        if path.starts_with("etc/supervisor") && !included.is_match(path) && !named.contains(path) {
            continue;
        }
        if let Some(text) = text(input, path) {
            let found = of_file(path, &text);
            programs.extend(found.into_iter().map(|(supervisor, name, line)| Program {
                supervisor,
                name,
                line,
                path: path.to_owned(),
            }));
        }
    }
    programs.extend(of_links(input));
    if let Some(beyond) = programs.get(MOST) {
        finder.leave_out(&beyond.path, "supervisors have more programs than are told");
    }
    programs.truncate(MOST);
    programs
}

/// Configurations of supervisord itself, in the order in which it looks for one.
const MAIN: [&str; 3] = [
    "etc/supervisord.conf",
    "etc/supervisor/supervisord.conf",
    "etc/supervisor.conf",
];
/// What distributions include, for an image whose own configuration is not at hand.
const INCLUDED: [&str; 5] = [
    "etc/supervisor/conf.d/*.conf",
    "etc/supervisord.d/*.conf",
    "etc/supervisord.d/*.ini",
    "etc/supervisor.d/*.conf",
    "etc/supervisor.d/*.ini",
];
/// Patterns of one `[include]`.
const MOST_PATTERNS: usize = 50;

/// Returns the files that supervisord loads: its own, and those that it includes.
fn included(input: &Input<'_>) -> GlobSet {
    let mut patterns: Vec<String> = MAIN.map(str::to_owned).to_vec();
    let mut is_known = false;
    for path in MAIN {
        if let Some(text) = text(input, path) {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            patterns.extend(includes(&text, folder).into_iter().take(MOST_PATTERNS));
            is_known = true;
        }
    }
    if !is_known {
        patterns.extend(INCLUDED.map(str::to_owned));
    }
    let mut globs = GlobSetBuilder::new();
    for pattern in &patterns {
        // what makes no sense names no file
        if let Ok(glob) = Glob::new(pattern) {
            globs.add(glob);
        }
    }
    globs.build().unwrap_or_else(|_too_large| GlobSet::empty())
}

/// Returns the patterns of `[include]` in a file of a folder, as paths of the image.
fn includes(text: &str, folder: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim);
    let section = lines
        .skip_while(|line| !line.starts_with("[include]"))
        .skip(1);
    let mut section = section.take_while(|line| !line.starts_with('['));
    let files = section.find_map(|line| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == "files").then(|| value.split(" ;").next().unwrap_or_default())
    });
    let path = |pattern: &str| {
        let absolute = pattern.strip_prefix('/').map(str::to_owned);
        let path = absolute.unwrap_or_else(|| format!("{folder}/{pattern}"));
        let path = path.replace("%(here)s", &format!("/{folder}"));
        ImagePath::new(path.as_bytes()).to_string()
    };
    let words = files.unwrap_or_default().split_whitespace();
    words.filter(|word| word.len() <= 256).map(path).collect()
}

/// Returns the configurations that commands of the image name.
fn named(start: &Start) -> BTreeSet<&str> {
    let words = start.programs.iter().flat_map(|program| &program.words);
    let paths = words.filter_map(|word| word.split_once('/').map(|(_, path)| path));
    paths
        .filter(|path| path.starts_with("etc/supervisor"))
        .collect()
}

/// Whether a program reads the configurations of a supervisor.
pub(crate) fn reads(program: &str, supervisor: &str) -> bool {
    let known: &[&str] = match program {
        // the one of s6-overlay, of busybox or of sysvinit
        "init" => &["init", "s6", "OpenRC"],
        "s6-svscan" | "s6-rc" => &["s6"],
        "runsvdir" | "runsv" | "svscan" => &["runit"],
        "circusd" => &["circus"],
        "openrc" | "openrc-init" => &["OpenRC"],
        "foreman" | "honcho" => &["foreman"],
        same => return same == supervisor,
    };
    known.contains(&supervisor)
}

/// Whether packages by themselves write what a supervisor starts.
pub(crate) fn is_filled_by_packages(supervisor: &str) -> bool {
    matches!(supervisor, "systemd" | "OpenRC")
}

/// Supervisor, name, command.
pub type Told = (&'static str, String, String);

/// Returns what a file tells: supervisor, name, command.
pub fn of_file(path: &str, text: &str) -> Vec<Told> {
    let parts: Vec<&str> = path.split('/').collect();
    let name = parts.last().copied().unwrap_or_default();
    match parts[..] {
        // what a script runs stands in its commands
        ["etc", "s6-overlay", "s6-rc.d", service, "run"]
        | ["etc", "services.d", service, "run"] => {
            vec![("s6", service.to_owned(), text.to_owned())]
        }
        ["etc", "service" | "sv", service, "run"] => {
            vec![("runit", service.to_owned(), text.to_owned())]
        }
        ["etc", "inittab"] => inittab(text),
        _ if path.contains("circus") => ini(text, "watcher:", "circus", "cmd"),
        _ if path.contains("monit") => monit(text),
        _ if path.starts_with("etc/supervisor") => ini(text, "program:", "supervisord", "command"),
        _ if name == "Procfile" => procfile(text),
        _ if name.starts_with("ecosystem.config") => pm2(text),
        _ => Vec::new(),
    }
}

/// Sections of `supervisord.conf(5)` and circus: `[program:x]`, `command=`; long values go on in lines
/// that begin with a blank.
fn ini(text: &str, prefix: &str, supervisor: &'static str, key: &str) -> Vec<Told> {
    let mut programs: Vec<Told> = Vec::new();
    let mut is_in = false;
    let mut off = BTreeSet::new();
    for line in text.lines().map(str::trim) {
        if let Some(section) = line
            .strip_prefix('[')
            .and_then(|rest| rest.split(']').next())
        {
            let name = section.strip_prefix(prefix);
            is_in = name.is_some();
            programs.extend(name.map(|name| (supervisor, name.to_owned(), String::new())));
            continue;
        }
        let (Some((name, value)), true) = (line.split_once('='), is_in) else {
            continue;
        };
        let value = value.split(" ;").next().unwrap_or_default().trim();
        match (name.trim(), programs.last_mut()) {
            (found, Some(program)) if found == key => value.clone_into(&mut program.2),
            ("autostart", _) if value.eq_ignore_ascii_case("false") => {
                off.insert(programs.len());
            }
            _ => {}
        }
    }
    let mut number = 0;
    programs.retain(|program| {
        number += 1;
        !program.2.is_empty() && !off.contains(&number)
    });
    programs
}

/// Lines `id:runlevels:action:command` of sysvinit and busybox.
fn inittab(text: &str) -> Vec<Told> {
    let line = |line: &str| {
        let fields: Vec<&str> = line.splitn(4, ':').collect();
        match fields[..] {
            [id, _, "respawn" | "once" | "boot" | "bootwait", command]
                if !id.starts_with('#') && !command.contains("getty") =>
            {
                Some(("init", id.to_owned(), command.to_owned()))
            }
            _ => None,
        }
    };
    text.lines().filter_map(line).collect()
}

/// `check process nginx …`, then `start program = "…"`.
fn monit(text: &str) -> Vec<Told> {
    let mut programs: Vec<Told> = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("check process ") {
            let name = rest.split_whitespace().next().unwrap_or_default();
            programs.push(("monit", name.to_owned(), name.to_owned()));
        } else if let (Some(rest), Some(program)) =
            (line.strip_prefix("start program"), programs.last_mut())
        {
            let command = rest.split('"').nth(1).unwrap_or_default();
            if !command.is_empty() {
                command.clone_into(&mut program.2);
            }
        }
    }
    programs
}

/// Lines `name: command`.
fn procfile(text: &str) -> Vec<Told> {
    let line = |line: &str| {
        let (name, command) = line.split_once(':')?;
        let is_named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let is_it = !name.is_empty() && name.chars().all(is_named) && !command.trim().is_empty();
        is_it.then(|| ("foreman", name.to_owned(), command.trim().to_owned()))
    };
    text.lines().filter_map(line).collect()
}

/// `script: "x.js"` of pm2, which is JavaScript; only plain values are understood.
fn pm2(text: &str) -> Vec<Told> {
    let line = |line: &str| {
        let (key, value) = line.split_once(':')?;
        let key = key.trim().trim_matches(['"', '\'', '{', ' ']);
        let value = value
            .trim()
            .trim_end_matches(',')
            .trim_matches(['"', '\'', '`']);
        (key == "script").then(|| ("pm2", value.to_owned(), value.to_owned()))
    };
    text.lines().filter_map(line).collect()
}

/// Services that links start: `etc/systemd/system/*.wants/x.service`, `etc/runlevels/default/x`.
fn of_links(input: &Input<'_>) -> Vec<Program> {
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
    let list = |(supervisor, folder, suffix): (&'static str, &str, &str)| {
        let entries = input.tree.list(folder, input.limits);
        let program = |(name, _): (Vec<u8>, _)| {
            let name = String::from_utf8_lossy(&name).into_owned();
            let service = name.strip_suffix(suffix)?.to_owned();
            Some(Program {
                supervisor,
                line: service.clone(),
                name: service,
                path: format!("{folder}/{name}"),
            })
        };
        entries.into_iter().filter_map(program).collect::<Vec<_>>()
    };
    folders.into_iter().flat_map(list).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_configuration_tells_its_programs() {
        for (path, text, want) in [
            (
                "etc/supervisor/conf.d/all.conf",
                "[supervisord]\nnodaemon=true\n[program:sshd]\ncommand=/usr/sbin/sshd -D ; log\n[program:x]\nautostart=false\ncommand=x\n[group:g]\ncommand=y\n",
                &["supervisord sshd /usr/sbin/sshd -D"][..],
            ),
            (
                "etc/inittab",
                "::respawn:/usr/sbin/crond -f\n# x:1:respawn:y\ntty1::respawn:/sbin/getty 1\n",
                &["init  /usr/sbin/crond -f"],
            ),
            (
                "etc/monit/monitrc",
                "check process nginx with pidfile /x\n start program = \"/usr/sbin/nginx\"\n",
                &["monit nginx /usr/sbin/nginx"],
            ),
            (
                "app/Procfile",
                "web: gunicorn app\n# no\nworker: celery\n",
                &["foreman web gunicorn app", "foreman worker celery"],
            ),
            (
                "etc/service/web/run",
                "exec nginx",
                &["runit web exec nginx"],
            ),
            (
                "etc/circus/circus.ini",
                "[watcher:web]\ncmd = nginx\n",
                &["circus web nginx"],
            ),
            (
                "app/ecosystem.config.js",
                "apps: [{\n script: './a.js',\n}]",
                &["pm2 ./a.js ./a.js"],
            ),
            ("etc/other", "[program:x]\ncommand=y", &[]),
        ] {
            let told: Vec<String> = of_file(path, text)
                .into_iter()
                .map(|(supervisor, name, line)| format!("{supervisor} {name} {line}"))
                .collect();
            assert_eq!(told, want, "{path}");
        }
    }

    /// Each program is one of many that are switched off.
    #[test]
    fn many_programs_may_be_off() {
        let program = "[program:x]\nautostart=false\ncommand=x\n";
        let text = program.repeat(100_000) + "[program:y]\ncommand=y";
        assert_eq!(of_file("etc/supervisord.conf", &text).len(), 1);
    }

    #[test]
    fn only_what_is_included_is_loaded() {
        for (text, want) in [
            (
                "[include]\nfiles = /etc/supervisor/conf.d/*.conf",
                &["etc/supervisor/conf.d/*.conf"][..],
            ),
            (
                "[x]\nfiles=a\n[include]\nfiles=./conf.d/*.ini b ; c",
                &["etc/supervisor/conf.d/*.ini", "etc/supervisor/b"],
            ),
            ("[include]\n[x]\nfiles=a", &[]),
            ("", &[]),
        ] {
            assert_eq!(includes(text, "etc/supervisor"), want, "{text}");
        }
    }
}
