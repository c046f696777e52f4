//! Services of an image, and what speaks for each: started, configured or only installed.
//!
//! The table is `data/services.tsv`; two services of one group are one function.

mod apps;
mod command;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::health;
use crate::input::Input;
use crate::start::{self, Start, Started};
use crate::starts::Starts;
use crate::supervisors::{self, Program};
use crate::survey::Survey;
use crate::tables::{fits, rows, words};
use crate::tools::{self, FOLDERS};

use apps::Apps;
use command::{left_running, of_command};
pub(crate) use command::{names, run_by_interpreter, started_by};

/// A row of the table.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) group: &'static str,
    pub(crate) name: &'static str,
    packages: Vec<&'static str>,
    programs: Vec<&'static str>,
    pub(crate) ports: Vec<&'static str>,
    pub(crate) data: Vec<&'static str>,
    /// Options of the program, and variables, that set another data directory.
    pub(crate) settings: Vec<&'static str>,
    /// Programs that ask whether it lives.
    pub(crate) probes: Vec<&'static str>,
}

pub(crate) static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let row = |columns: Vec<&'static str>| match columns[..] {
        [
            group,
            name,
            packages,
            programs,
            ports,
            data,
            settings,
            probes,
        ] => Some(Row {
            group,
            name,
            packages: words(packages),
            programs: words(programs),
            ports: words(ports),
            data: words(data),
            settings: words(settings),
            probes: words(probes),
        }),
        _ => None,
    };
    rows(include_str!("../data/services.tsv"))
        .filter_map(row)
        .collect()
});

/// What speaks for a service, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Started,
    Configured,
    Installed,
}

/// A service that an image has.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) row: &'static Row,
    pub(crate) level: Level,
    /// What says so: `by CMD` starts it, `port 80 is exposed`, `package nginx is installed`.
    pub(crate) evidence: String,
    /// A file that says so.
    pub(crate) path: Option<String>,
    /// The words of the command that starts it.
    pub(crate) command: Vec<String>,
}

/// A program that a script starts and leaves running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) name: String,
    /// What starts it.
    pub(crate) by: String,
    /// What it does, if it is a known service.
    pub(crate) function: Option<&'static str>,
    /// Whether it is started as a service, `service x start`, not with `&`.
    pub(crate) is_named: bool,
}

/// Services that others bring and start for themselves.
const BROUGHT: [(&str, &[&str]); 1] = [("ZooKeeper", &["Kafka", "Solr"])];

/// The services of an image, in the table's order, each once with its strongest evidence.
#[derive(Debug, Default)]
pub(crate) struct Services {
    pub(crate) list: Vec<Service>,
    /// What the supervisor starts.
    pub(crate) supervised: Vec<Program>,
    /// The supervisor that the image starts.
    pub(crate) supervisor: Option<String>,
    /// Whether all that it starts are services of one function.
    pub(crate) is_one_function: bool,
    /// What scripts start and leave running, without a supervisor.
    pub(crate) left: Vec<Left>,
    /// Services that others need, by their packages.
    needed: BTreeSet<(&'static str, &'static str)>,
}

impl Services {
    /// Returns the services for which at least this speaks.
    pub(crate) fn at(&self, level: Level) -> impl Iterator<Item = &Service> {
        self.list
            .iter()
            .filter(move |service| service.level <= level)
    }

    /// Returns the functions of services for which at least this speaks; what watches over others is none of
    /// its own.
    pub(crate) fn groups(&self, level: Level) -> BTreeSet<&'static str> {
        let own = self
            .at(level)
            .filter(|service| !self.is_brought(service, level) && is_own(service));
        own.map(|service| function(service.row.group)).collect()
    }

    /// Whether another service brings this one: it starts it for itself, or its package needs this one's.
    fn is_brought(&self, service: &Service, level: Level) -> bool {
        let own = service.row.name;
        let needs = |one: &'static str, other: &'static str| self.needed.contains(&(one, other));
        self.at(level).map(|other| other.row.name).any(|other| {
            let mut pairs = BROUGHT.iter().filter(|(name, _)| *name == own);
            pairs.any(|(_, by)| by.contains(&other))
                // two that need each other are one as good as the other
                || (needs(own, other) && !needs(other, own))
        })
    }
}

/// Whether a service is a function of an image, not one that serves others; a mail server that nobody starts
/// or exposes came with something that sends mail.
fn is_own(service: &Service) -> bool {
    let is_asked_for = service.row.group == "mail" && service.level <= Level::Configured;
    !is_helper(service.row.group) || is_asked_for
}

/// Returns the services whose packages those of other services need, with these.
fn needed(input: &Input<'_>) -> BTreeSet<(&'static str, &'static str)> {
    let of_package = |name: &str| {
        let is_it = |row: &&Row| row.packages.iter().any(|pattern| fits(pattern, name));
        ROWS.iter().find(is_it).map(|row| row.name)
    };
    let mut pairs = BTreeSet::new();
    for package in input.packages {
        let Some(by) = of_package(&package.name) else {
            continue;
        };
        let names = package.depends_on.iter().map(|id| id.split('@').next());
        let needed = names.flatten().filter_map(of_package);
        pairs.extend(needed.filter(|name| *name != by).map(|name| (name, by)));
    }
    pairs
}

/// Groups whose services serve others.
pub(crate) fn is_helper(group: &str) -> bool {
    matches!(group, "sched" | "log" | "mon" | "mail")
}

/// Folders of the table that belong to nobody in particular.
const COMMON_FOLDERS: [&str; 5] = ["/data", "/datalog", "/exports", "/srv/ftp", "/var/mail"];

/// The table's folders by the beginnings of paths in them.
static DATA_FOLDERS: LazyLock<Starts<&'static str>> = LazyLock::new(|| {
    let keeping = ROWS.iter().filter(|row| keeps_data(row.group));
    let folders = keeping.flat_map(|row| row.data.iter().copied());
    let folders = folders.filter(|folder| !COMMON_FOLDERS.contains(folder));
    Starts::new(folders.map(|folder| (format!("{}/", folder.trim_start_matches('/')), folder)))
});

/// Returns the data directory of a service, as the table writes it, that a path lies in.
pub(crate) fn data_folder(path: &[u8]) -> Option<&'static str> {
    DATA_FOLDERS.of(path).copied()
}

/// Whether services of a group keep data that is to outlive a container.
pub(crate) fn keeps_data(group: &str) -> bool {
    matches!(
        group,
        "db" | "cache" | "queue" | "dir" | "file" | "mon" | "ci"
    )
}

/// A web server before an application server is part of its function.
fn function(group: &'static str) -> &'static str {
    match group {
        "app" => "web",
        group => group,
    }
}

/// Finds the services of an image.
pub(crate) fn find(
    input: &Input<'_>,
    survey: &Survey<'_>,
    start: &Start,
    lines: &mut start::Finder<'_, '_>,
) -> Services {
    let mut finder = Finder::default();
    let mut left = Vec::new();
    let supervisor = supervisor(start);
    let runs = |program: &Program| {
        let supervisor = supervisor.as_deref();
        supervisor.is_some_and(|name| supervisors::reads(name, program.supervisor))
    };
    let (supervised, idle): (Vec<_>, Vec<_>) = supervisors::programs(input, survey, start, lines)
        .into_iter()
        .partition(runs);
    let own = start.programs.iter().cloned();
    let once = supervisors::once(input, supervisor.as_deref(), lines);
    let started: Vec<Started> = own.chain(once).collect();
    for it in &started {
        finder.started(it, |by| format!("by {by}"));
        for known in left_running(it) {
            if left.iter().all(|it: &Left| it.name != known.name) {
                left.push(known);
            }
        }
    }
    // what is started again to stay was only prepared in the background
    let is_first = |it: &Started, name: &str| {
        let first = it.words.first().map_or("", |word| start::name_of(word));
        it.stays && !it.is_background && first == name
    };
    left.retain(|left: &Left| !started.iter().any(|it| is_first(it, &left.name)));
    let mut functions = BTreeSet::new();
    let mut are_known = true;
    for program in &supervised {
        let groups = finder.supervised(lines, program, Level::Started);
        are_known &= !groups.is_empty();
        functions.extend(groups);
    }
    // packages enable their services for an init that no container runs
    for program in idle
        .iter()
        .filter(|program| !supervisors::is_filled_by_packages(program.supervisor))
    {
        finder.supervised(lines, program, Level::Configured);
    }
    for (at, evidence) in health::probed(input, lines) {
        finder.add(at, Level::Started, evidence, (None, &[]));
    }
    let apps = Apps::new(input, &started, &finder.supervised);
    if finder.has_started() {
        for app in apps.find() {
            finder.add_app(&app);
        }
    }
    finder.configured(input);
    finder.installed(input);
    let list = finder.found.into_values().collect();
    Services {
        list,
        supervised,
        supervisor,
        is_one_function: are_known && functions.len() == 1,
        left,
        needed: needed(input),
    }
}

/// Ports that applications of any kind take.
const ANYBODYS: [&str; 9] = [
    "3000", "5000", "8000", "8080", "8086", "9000", "9001", "9090", "10000",
];

/// Returns the groups of services that listen on a port, `80/tcp`, by themselves; what watches over
/// others is none. A port that anybody takes is a service's only where that is installed.
pub(crate) fn groups_of_port(input: &Input<'_>, port: &str) -> BTreeSet<&'static str> {
    let number = port.split('/').next().unwrap_or_default();
    let is_anybodys = ANYBODYS.contains(&number);
    let is_of = |row: &&Row| {
        row.ports.contains(&number)
            && (!is_helper(row.group) || row.group == "mail")
            && (!is_anybodys || is_installed(input, row))
    };
    let rows = ROWS.iter().filter(is_of);
    rows.map(|row| function(row.group)).collect()
}

/// Returns the supervisor that is started.
pub(crate) fn supervisor(start: &Start) -> Option<String> {
    let name = |started: &Started| {
        let (mut names, _) = names(started);
        // what a link leads to says more than `init`
        names.sort_by_key(|name| name == "init");
        let is_one = |name: &String| tools::is("supervisor", name) || name == "init";
        names.into_iter().find(is_one)
    };
    start.programs.iter().find_map(name)
}

#[derive(Default)]
struct Finder {
    /// By the place in the table.
    found: BTreeMap<usize, Service>,
    /// What supervisors start.
    supervised: Vec<Started>,
}

impl Finder {
    fn add(
        &mut self,
        at: usize,
        level: Level,
        evidence: String,
        (path, command): (Option<String>, &[String]),
    ) {
        let Some(row) = ROWS.get(at) else { return };
        let is_weaker = |service: &Service| service.level > level;
        if self.found.get(&at).is_none_or(is_weaker) {
            let service = Service {
                row,
                level,
                evidence,
                path,
                command: command.to_vec(),
            };
            self.found.insert(at, service);
        }
    }

    fn started(&mut self, started: &Started, tell: impl Fn(&str) -> String) {
        for at in of_command(started) {
            let path = started.by.contains('/').then(|| started.by.clone());
            let command = &started.words;
            self.add(at, Level::Started, tell(&started.by), (path, command));
        }
    }

    /// Adds what a program of a supervisor is, and returns its functions.
    fn supervised(
        &mut self,
        lines: &mut start::Finder<'_, '_>,
        program: &Program,
        level: Level,
    ) -> BTreeSet<&'static str> {
        let evidence = format!("by {}", program.supervisor);
        let mut functions = BTreeSet::new();
        for started in lines.of_line(&program.line, &program.path) {
            for at in of_command(&started) {
                let path = Some(program.path.clone());
                self.add(at, level, evidence.clone(), (path, &started.words));
                functions.extend(ROWS.get(at).map(|row| function(row.group)));
            }
            if level == Level::Started {
                self.supervised.push(started);
            }
        }
        functions
    }

    fn has_started(&self) -> bool {
        self.found
            .values()
            .any(|service| service.level == Level::Started)
    }

    /// Adds an application beside known services.
    fn add_app(&mut self, started: &Started) {
        let name = started
            .words
            .first()
            .map_or("", |word| start::name_of(word));
        let evidence = format!("{}, by {}", crate::hits::short(name), started.by);
        let path = started.by.contains('/').then(|| started.by.clone());
        let Some(at) = ROWS.iter().position(|row| row.name == apps::ROW) else {
            return;
        };
        self.add(at, Level::Started, evidence, (path, &started.words));
    }

    /// Returns the ports of what is started, which are no sign of anything else.
    fn taken_ports(&self) -> BTreeSet<&'static str> {
        let services = self.found.values();
        let started = services.filter(|it| it.level == Level::Started);
        started
            .flat_map(|it| it.row.ports.iter().copied())
            .collect()
    }

    fn configured(&mut self, input: &Input<'_>) {
        let Some(config) = input.config.map(|config| &config.config) else {
            return;
        };
        let has_one = |row: &Row| is_installed(input, row);
        let taken = self.taken_ports();
        for (at, row) in ROWS.iter().enumerate() {
            let exposed = config.exposed_ports.keys().find(|port| {
                let number = port.split('/').next().unwrap_or_default();
                row.ports.contains(&number) && !taken.contains(number)
            });
            let volume = config.volumes.keys().find(|volume| {
                let mut folders = row.data.iter();
                folders.any(|folder| is_of_data(volume.trim_end_matches('/'), folder))
            });
            // port 80 is anybody's; who has neither package nor program does not listen
            if let (Some(port), true) = (exposed, has_one(row)) {
                self.add(
                    at,
                    Level::Configured,
                    format!("a service of port {}", crate::hits::short(port)),
                    (None, &[]),
                );
            } else if let (Some(volume), true) = (volume, has_one(row)) {
                self.add(
                    at,
                    Level::Configured,
                    format!("{} is a volume", crate::hits::short(volume)),
                    (None, &[]),
                );
            }
        }
    }

    fn installed(&mut self, input: &Input<'_>) {
        let needed: BTreeSet<&str> = input
            .packages
            .iter()
            .flat_map(|package| &package.depends_on)
            .map(|id| id.split('@').next().unwrap_or_default())
            .collect();
        for package in input.packages {
            // what came with something else was not asked for
            if needed.contains(&*package.name) {
                continue;
            }
            for (at, row) in ROWS.iter().enumerate() {
                if row
                    .packages
                    .iter()
                    .any(|pattern| fits(pattern, &package.name))
                {
                    let evidence =
                        format!("package {} is installed", crate::hits::short(&package.name));
                    self.add(at, Level::Installed, evidence, (None, &[]));
                }
            }
        }
    }
}

/// Whether a volume is a data directory, or one below it that is nobody else's.
fn is_of_data(volume: &str, folder: &str) -> bool {
    let rest = volume.strip_prefix(folder);
    let is_common = COMMON_FOLDERS.contains(&folder);
    rest.is_some_and(|rest| rest.is_empty() || (!is_common && rest.starts_with('/')))
}

/// Whether a package or a program of a service is there.
pub(crate) fn is_installed(input: &Input<'_>, row: &Row) -> bool {
    let is_package = |package: &model::Package| {
        row.packages
            .iter()
            .any(|pattern| fits(pattern, &package.name))
    };
    let is_program = |name: &&str| {
        let paths = FOLDERS.iter().map(|folder| format!("{folder}/{name}"));
        !name.contains(['#', '*', '/'])
            && paths
                .into_iter()
                .any(|path| input.tree.find(&path, input.limits).is_some())
    };
    input.packages.iter().any(is_package) || row.programs.iter().any(is_program)
}
