//! Configurations that a call of a supervisor names: `honcho -f FILE`, `pm2-runtime FILE`, `circusd FILE`,
//! `monit -c FILE`.

use std::collections::BTreeSet;

use model::ImagePath;

use crate::services;
use crate::start::{Finder, Start, Started};

use super::{Program, Told, circus, monit, pm2, procfile};

/// What a call names.
enum Named {
    /// A file, and what reads it.
    File(String, fn(&str) -> Vec<Told>),
    /// A program.
    Program(Told),
}

/// Returns the programs that calls name, by themselves or in a file.
pub(super) fn programs(start: &Start, finder: &mut Finder<'_, '_>) -> Vec<Program> {
    let mut programs = Vec::new();
    let mut seen = BTreeSet::new();
    for started in &start.programs {
        match named(started) {
            None => {}
            Some(Named::Program(told)) => programs.push(Program::new(told, &started.by)),
            Some(Named::File(file, _)) if file.contains('$') => {
                let why = "which file says what is started is told when it runs";
                finder.leave_out(&started.by, why);
            }
            Some(Named::File(file, read)) => {
                let path = placed(&file, started, finder);
                if seen.insert(path.clone()) {
                    add(&path, read, finder, &mut programs);
                }
            }
        }
    }
    programs
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

fn add(
    path: &ImagePath,
    read: fn(&str) -> Vec<Told>,
    finder: &mut Finder<'_, '_>,
    programs: &mut Vec<Program>,
) {
    let limits = finder.input().limits;
    if finder.input().tree.find(path.as_str(), limits).is_none() {
        let why = "it says what is started, and is not in the image";
        finder.leave_out(path.as_str(), why);
    } else if let Some(text) = finder.told_by(path.as_str()) {
        let told = read(&text).into_iter();
        programs.extend(told.map(|told| Program::new(told, path.as_str())));
    }
}

fn named(started: &Started) -> Option<Named> {
    if let Some(file) = procfile::named(started) {
        return Some(Named::File(file, procfile::of_text));
    }
    if let Some(call) = pm2::named(started) {
        return Some(match call {
            pm2::Call::File(file) if pm2::is_yaml(&file) => Named::File(file, pm2::of_yaml),
            pm2::Call::File(file) => Named::File(file, pm2::of_text),
            pm2::Call::Program(told) => Named::Program(told),
        });
    }
    let (names, words) = services::names(started);
    let is = |name: &str| names.iter().any(|it| it == name);
    if is("circusd") {
        let takes_value = |word: &str| word.starts_with("--log") || word == "--pidfile";
        let file = operand(&words, takes_value)?;
        return Some(Named::File(file.to_owned(), circus));
    }
    if is("monit") {
        let at = words.iter().position(|word| *word == "-c")?;
        let file = words.get(at.checked_add(1)?)?;
        return Some(Named::File((*file).to_owned(), monit));
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
