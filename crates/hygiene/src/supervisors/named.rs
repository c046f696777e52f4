//! Configurations that a call of a supervisor names: `honcho -f FILE`, `pm2-runtime FILE`, `circusd FILE`,
//! `monit -c FILE`.

use std::collections::BTreeSet;

use model::ImagePath;

use crate::services;
use crate::start::{Finder, Start, Started};

use super::{Program, Told, circus, monit, pm2, procfile};

/// Calls that name a file and are told apart; images have one.
const MOST_CALLS: usize = 100;

/// What a call names.
enum Named {
    /// A file, what reads it, and what of it is started.
    File(File),
    /// A program.
    Program(Told),
}

/// A file that says what is started.
struct File {
    name: String,
    read: fn(&str) -> Vec<Told>,
    chosen: Chosen,
    /// Whether the call says so; else it is read where it is there.
    is_named: bool,
}

/// Which of the programs of a file are started.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Chosen {
    /// These alone, if there is such a list.
    pub(super) names: Option<Vec<String>>,
    /// All but these.
    pub(super) without: Vec<String>,
}

impl Chosen {
    pub(super) fn has(&self, name: &str) -> bool {
        let is_it = |known: &String| known == name;
        let is_named = self
            .names
            .as_ref()
            .is_none_or(|names| names.iter().any(is_it));
        is_named && !self.without.iter().any(is_it)
    }
}

/// What calls name.
#[derive(Default)]
pub(super) struct Calls {
    pub(super) programs: Vec<Program>,
    /// Files that were read, whatever of them is started.
    pub(super) files: BTreeSet<String>,
    /// Supervisors that read no other files than those.
    pub(super) settled: BTreeSet<&'static str>,
    seen: BTreeSet<(String, Chosen)>,
}

/// Returns the programs that calls name, by themselves or in a file.
pub(super) fn calls(start: &Start, finder: &mut Finder<'_, '_>) -> Calls {
    let mut calls = Calls::default();
    for started in &start.programs {
        match named(started) {
            None => {}
            Some(Named::Program(told)) => calls.programs.push(Program::new(told, &started.by)),
            Some(Named::File(file)) if file.name.contains('$') => {
                let why = "which file says what is started is told when it runs";
                finder.leave_out(&started.by, why);
            }
            Some(Named::File(file)) => calls.add(&file, started, finder),
        }
    }
    calls
}

impl Calls {
    fn add(&mut self, file: &File, started: &Started, finder: &mut Finder<'_, '_>) {
        let path = placed(&file.name, started, finder);
        let limits = finder.input().limits;
        if finder.input().tree.find(path.as_str(), limits).is_none() {
            if file.is_named {
                let why = "it says what is started, and is not in the image";
                finder.leave_out(path.as_str(), why);
            }
            return;
        }
        if self.seen.contains(&(path.to_string(), file.chosen.clone())) {
            return;
        }
        if self.seen.len() >= MOST_CALLS {
            return finder.leave_out(&started.by, "it calls supervisors more often than is told");
        }
        self.seen.insert((path.to_string(), file.chosen.clone()));
        self.files.insert(path.to_string());
        let Some(text) = finder.told_by(path.as_str()) else {
            return;
        };
        let told = (file.read)(&text);
        // others have parts in other files, too
        let of_one_file = told
            .iter()
            .map(|it| it.0)
            .filter(|it| matches!(*it, "foreman" | "pm2"));
        self.settled.extend(of_one_file);
        let chosen = told
            .into_iter()
            .filter(|(_, name, _)| file.chosen.has(name));
        self.programs
            .extend(chosen.map(|told| Program::new(told, path.as_str())));
    }
}

/// Returns the path of a file: of those that its name may mean where a call runs, the one that is there.
fn placed(file: &str, started: &Started, finder: &Finder<'_, '_>) -> ImagePath {
    let in_folder = |folder: &str| ImagePath::new(format!("/{folder}/{file}").as_bytes());
    if file.starts_with('/') {
        return ImagePath::new(file.as_bytes());
    }
    let (tree, limits) = (finder.input().tree, finder.input().limits);
    let mut paths = started.folders.iter().map(|folder| in_folder(folder));
    let found = paths.find(|path| tree.find(path.as_str(), limits).is_some());
    let likely = started.folders.first().map_or("", String::as_str);
    found.unwrap_or_else(|| in_folder(likely))
}

fn named(started: &Started) -> Option<Named> {
    let file = |name: &str, read| {
        Named::File(File {
            name: name.to_owned(),
            read,
            chosen: Chosen::default(),
            is_named: true,
        })
    };
    if let Some(call) = procfile::named(started) {
        return Some(Named::File(File {
            name: call.file,
            read: procfile::of_text,
            chosen: call.chosen,
            is_named: call.is_named,
        }));
    }
    if let Some(call) = pm2::named(started) {
        return Some(match call {
            pm2::Call::Program(told) => Named::Program(told),
            pm2::Call::File(name, chosen) => Named::File(File {
                read: if pm2::is_yaml(&name) {
                    pm2::of_yaml
                } else {
                    pm2::of_text
                },
                name,
                chosen,
                is_named: true,
            }),
        });
    }
    let (names, words) = services::names(started);
    let is = |name: &str| names.iter().any(|it| it == name);
    if is("circusd") {
        let takes_value = |word: &str| word.starts_with("--log") || word == "--pidfile";
        return Some(file(operand(&words, takes_value)?, circus));
    }
    if is("monit") {
        let at = words.iter().position(|word| *word == "-c")?;
        return Some(file(words.get(at.checked_add(1)?)?, monit));
    }
    None
}

/// Returns the first word that is neither an option nor the value of one.
pub(super) fn operand<'w>(
    words: &[&'w str],
    takes_value: impl Fn(&str) -> bool,
) -> Option<&'w str> {
    let mut words = words.iter();
    loop {
        let word = words.next()?;
        if !word.starts_with('-') {
            return Some(word);
        }
        if takes_value(word) && !word.contains('=') {
            words.next();
        }
    }
}
