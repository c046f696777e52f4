//! Which files are the application: the program of the entrypoint, and what an interpreter is given to run.

use model::EntryKind;

use crate::facts::ImageFacts;
use crate::shell::Command;
use crate::start::{name_of, words_behind};
use crate::tools;

/// Returns them, links followed: the program first.
pub(crate) fn files(facts: &ImageFacts<'_>) -> Vec<String> {
    let first = facts.start.first.as_ref().map(ToString::to_string);
    first.into_iter().chain(given(facts)).collect()
}

/// Returns the file that the interpreter of the entrypoint is given: `node main.js`, `java -jar app.jar`.
fn given(facts: &ImageFacts<'_>) -> Option<String> {
    let config = &facts.input.config?.config;
    let words = config.entrypoint.iter().chain(&config.cmd).cloned();
    let command = Command {
        words: words.collect(),
        ..Command::default()
    };
    let words = words_behind(&command);
    let name = name_of(words.first()?);
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    if !tools::is("runs what it reads", name) && name != "java" {
        return None;
    }
    let is_value = |at: usize| {
        let before = words.get(at.saturating_sub(1));
        before.is_some_and(|word| matches!(&**word, "-c" | "-e" | "-m" | "-cp" | "-classpath"))
    };
    let operands = words.iter().enumerate().skip(1);
    let mut operands = operands.filter(|(_, word)| !word.starts_with('-'));
    let (at, file) = operands.next()?;
    if is_value(at) {
        return None;
    }
    let path = if file.starts_with('/') {
        file.clone()
    } else {
        format!("{}/{file}", config.working_dir)
    };
    let limits = facts.input.limits;
    let is_file = facts.find(&path)?.kind == EntryKind::File;
    let real = facts.input.tree.real_path(&path, limits)?;
    is_file.then(|| real.to_string())
}
