//! Programs that a supervisor starts, by its own configuration.
//!
//! Each supervisor is a function from a file to lines of commands; folders of links (systemd, `OpenRC`)
//! name services instead.

use crate::facts::text;
use crate::ini;
use crate::input::Input;
use crate::services;
use crate::start::{Finder, Start};
use crate::supervisord;
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

impl Program {
    pub(crate) fn new((supervisor, name, line): Told, path: &str) -> Self {
        Self {
            supervisor,
            name,
            line,
            path: path.to_owned(),
        }
    }
}

/// Returns the programs of all supervisors, by path.
pub(crate) fn programs(
    input: &Input<'_>,
    survey: &Survey<'_>,
    start: &Start,
    finder: &mut Finder<'_, '_>,
) -> Vec<Program> {
    let mut programs = supervisord::programs(start, finder);
    for noted in survey.of(Topic::Supervisor) {
        let path = noted.path.as_str();
        // which of its files supervisord reads, another file says; folders are looked into below
        let is_listed = ["etc/supervisor", "etc/service/", "etc/services.d/"];
        if !is_listed.iter().any(|start| path.starts_with(start))
            && let Some(text) = text(input, path)
        {
            let found = of_file(path, &text).into_iter();
            programs.extend(found.map(|told| Program::new(told, path)));
        }
    }
    of_folders(input, start, finder, &mut programs);
    programs.extend(of_links(input, start, finder));
    if let Some(beyond) = programs.get(MOST) {
        finder.leave_out(&beyond.path, "supervisors have more programs than are told");
    }
    programs.truncate(MOST);
    programs
}

/// Whether a program reads the configurations of a supervisor.
pub(crate) fn reads(program: &str, supervisor: &str) -> bool {
    let known: &[&str] = match program {
        // the one of s6-overlay, of busybox or of sysvinit
        "init" => &["init", "s6", "OpenRC"],
        "s6-svscan" | "s6-rc" => &["s6"],
        // the one of phusion/baseimage starts runsvdir
        "runsvdir" | "runsv" | "svscan" | "my_init" => &["runit"],
        "pm2-runtime" | "pm2-docker" => &["pm2"],
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
        ["etc", "service", service, "run"] => {
            vec![("runit", service.to_owned(), text.to_owned())]
        }
        ["etc", "inittab"] => inittab(text),
        _ if path.contains("circus") => circus(text),
        _ if path.contains("monit") => monit(text),
        _ if path.starts_with("etc/supervisor") => supervisord::of_text(text),
        _ if name == "Procfile" => procfile(text),
        _ if name.starts_with("ecosystem.config") => pm2(text),
        _ => Vec::new(),
    }
}

/// Sections of circus: `[watcher:x]`, `cmd=`.
fn circus(text: &str) -> Vec<Told> {
    let sections = ini::sections(text);
    let watchers = sections.iter().filter_map(|section| {
        let name = section.name.strip_prefix("watcher:")?;
        let command = section.value("cmd").filter(|it| !it.is_empty())?;
        supervisord::is_on(section).then(|| ("circus", name.to_owned(), command.to_owned()))
    });
    watchers.collect()
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

/// `check process nginx …`, then `start program = "…"` or `start = "…"`.
fn monit(text: &str) -> Vec<Told> {
    let mut programs: Vec<Told> = Vec::new();
    for line in text.lines().map(str::trim) {
        let words: Vec<&str> = line.split_whitespace().take(3).collect();
        match (&words[..], programs.last_mut()) {
            (["check", "process", name], _) => {
                programs.push(("monit", (*name).to_owned(), (*name).to_owned()));
            }
            ([first, ..], Some(program)) if first.split('=').next() == Some("start") => {
                let command = line.split('"').nth(1).unwrap_or_default();
                if !command.is_empty() {
                    command.clone_into(&mut program.2);
                }
            }
            _ => {}
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

/// `script: "x.js"` of pm2, which is JavaScript or JSON; only plain values are understood.
fn pm2(text: &str) -> Vec<Told> {
    let mut programs = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("script") {
        rest = behind;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let quotes = ['"', '\''];
        let value = behind.trim_start_matches(quotes).trim_start();
        let value = value.strip_prefix(':').map(str::trim_start);
        let quote = value.and_then(|value| value.chars().next());
        let is_quoted = matches!(quote, Some('"' | '\'' | '`')) && !before.ends_with(is_name);
        if let (Some(value), Some(quote), true) = (value, quote, is_quoted) {
            let value = value.split(quote).nth(1).unwrap_or_default();
            programs.push(("pm2", value.to_owned(), value.to_owned()));
        }
    }
    programs
}

/// Folders of folders with a script `run`, by the supervisors that look there.
const FOLDERS: [(&str, &str); 2] = [("runit", "etc/service"), ("s6", "etc/services.d")];

/// Adds what lies in the folders that runit and s6 watch: their own, and those that they are given. What
/// is a link there is started too.
fn of_folders(
    input: &Input<'_>,
    start: &Start,
    finder: &mut Finder<'_, '_>,
    programs: &mut Vec<Program>,
) {
    let mut folders: Vec<(&str, String)> = FOLDERS.map(|(by, at)| (by, at.to_owned())).to_vec();
    for started in &start.programs {
        let (names, words) = services::names(started);
        let by = match names.first().map(String::as_str) {
            Some("runsvdir" | "svscan") => "runit",
            Some("s6-svscan") => "s6",
            _ => continue,
        };
        let given = words.iter().find(|word| word.starts_with('/'));
        folders.extend(given.map(|folder| (by, folder.trim_matches('/').to_owned())));
    }
    for (by, folder) in folders {
        for (name, _) in input.tree.list(&folder, input.limits) {
            let name = String::from_utf8_lossy(&name).into_owned();
            let path = format!("{folder}/{name}/run");
            let is_there = |path: &str| input.tree.find(path, input.limits).is_some();
            let is_known = |it: &Program| it.supervisor == by && it.name == name;
            let is_down = is_there(&format!("{folder}/{name}/down"));
            if programs.len() > MOST || programs.iter().any(is_known) || is_down || !is_there(&path)
            {
                continue;
            }
            if let Some(text) = finder.told_by(&path) {
                programs.push(Program::new((by, name, text.into_owned()), &path));
            }
        }
    }
}

/// Services that links start: `etc/systemd/system/*.wants/x.service`, `etc/runlevels/default/x`.
fn of_links(input: &Input<'_>, start: &Start, finder: &mut Finder<'_, '_>) -> Vec<Program> {
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
                "etc/monit/conf.d/a",
                "check process web with pidfile /x\n start = \"nginx\"\ncheck process db matching x\n start program \"y\" with timeout 3\n stop = \"z\"\n",
                &["monit web nginx", "monit db y"],
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
            (
                "app/ecosystem.config.js",
                "module.exports={apps:[{name:'a',script:'a.js'},{\"script\": `b.js`,prescript:'c'}]}",
                &["pm2 a.js a.js", "pm2 b.js b.js"],
            ),
            ("etc/sv/web/run", "exec nginx", &[]),
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
}
