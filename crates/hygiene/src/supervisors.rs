//! Programs that a supervisor starts, by its own configuration.
//!
//! Each supervisor is a function from a file to lines of commands; folders of links (systemd, `OpenRC`)
//! name services instead.

mod folders;
mod links;
mod named;
mod once;
mod pm2;
mod procfile;
mod systemd;

use std::collections::BTreeSet;

use crate::facts::text;
use crate::ini;
use crate::input::Input;
use crate::services;
use crate::start::{Finder, Start, Started, name_of};
use crate::supervisord;
use crate::survey::Survey;
use crate::topic::Topic;

pub(crate) use once::once;

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
    let mut known: BTreeSet<String> = programs.iter().map(|it| it.path.clone()).collect();
    let calls = named::calls(start, finder);
    programs.extend(calls.programs);
    known.extend(calls.files);
    let bundle = folders::s6_bundle(input);
    for noted in survey.of(Topic::Supervisor) {
        let path = noted.path.as_str();
        let is_left_out = folders::s6_service(path)
            .is_some_and(|name| bundle.as_ref().is_some_and(|known| !known.contains(name)));
        if is_left_out || known.contains(path) {
            continue;
        }
        // which of its files supervisord reads, another file says; folders are looked into below
        let is_listed = ["etc/supervisor", "etc/service/", "etc/services.d/"];
        if !is_listed.iter().any(|start| path.starts_with(start))
            && let Some(text) = text(input, path)
        {
            let found = of_file(path, &text).into_iter();
            let found = found.filter(|told| !calls.settled.contains(told.0));
            programs.extend(found.map(|told| Program::new(told, path)));
        }
    }
    folders::add(input, start, finder, &mut programs);
    programs.extend(links::of_links(input));
    programs.extend(systemd::programs(input, start, finder));
    programs.extend(links::of_runlevels(input, &programs));
    if finder.follows_all()
        && let Some(path) = silent(input, start, &programs)
    {
        let why = "it is started, and nothing was found that says what it starts";
        finder.leave_out(path, why);
    }
    if let Some(beyond) = programs.get(MOST) {
        finder.leave_out(&beyond.path, "supervisors have more programs than are told");
    }
    programs.truncate(MOST);
    programs
}

/// Returns the supervisor of which nothing tells what it starts.
fn silent<'s>(input: &Input<'_>, start: &'s Start, programs: &[Program]) -> Option<&'s str> {
    let name = services::supervisor(start)?;
    let is_told = programs.iter().any(|it| reads(&name, it.supervisor));
    let is_silent = match &*name {
        "init" => once::is_silent_init(input, start),
        // what is missing there is told where it is looked for
        "supervisord" => false,
        name => !once::has_some(input, name),
    };
    let is_it = |started: &&Started| services::names(started).0.contains(&name);
    let started = start.programs.iter().find(is_it)?;
    let path = started.path.as_ref().map_or("", |path| path.as_str());
    (is_silent && !is_told).then_some(path)
}

/// Whether a program reads the configurations of a supervisor.
pub(crate) fn reads(program: &str, supervisor: &str) -> bool {
    let known: &[&str] = match program {
        // the one of s6-overlay, of busybox or of sysvinit
        "init" => &["init", "s6", "OpenRC"],
        "s6-svscan" | "s6-rc" => &["s6"],
        // the one of phusion/baseimage starts runsvdir
        "runsvdir" | "runsv" | "runit-init" | "svscan" | "svscanboot" | "my_init" => &["runit"],
        "pm2-runtime" | "pm2-docker" => &["pm2"],
        "circusd" => &["circus"],
        "openrc" | "openrc-init" => &["OpenRC"],
        "foreman" | "honcho" | "goreman" | "overmind" | "hivemind" | "forego" => &["foreman"],
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
        _ if name == "Procfile" => procfile::of_text(text),
        _ if name.starts_with("ecosystem.config") => pm2::of_text(text),
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
                // busybox names terminals there, or nothing
                let program = command.split_whitespace().next().unwrap_or_default();
                let name = if id.is_empty() { name_of(program) } else { id };
                Some(("init", name.to_owned(), command.to_owned()))
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
                &["init crond /usr/sbin/crond -f"],
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
                &["pm2 ./a.js node ./a.js"],
            ),
            (
                "app/ecosystem.config.js",
                "module.exports={apps:[{name:'a',script:'a.js'},{\"script\": `b.js`,prescript:'c'}]}",
                &["pm2 a node a.js", "pm2 b.js node b.js"],
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
