//! What foreman, honcho and their like start: the lines of a `Procfile`, all of them or those that a call names.
//!
//! ```text
//! foreman start web        foreman start -m web=1,cache=0        honcho -f P start web cache        overmind s -l web
//! ```
//! Source of truth: the manuals of foreman, honcho, forego, goreman, overmind and hivemind. What `run` starts is
//! a command of its own (`wrappers.tsv`).

use crate::services;
use crate::start::Started;

use super::named::Chosen;
use super::{Told, reads};

/// The file that is read where a call names none.
const USUAL: &str = "Procfile";

/// Options whose value is the next word.
const WITH_VALUE: [&str; 24] = [
    "-f",
    "--procfile",
    "-d",
    "--root",
    "--app-root",
    "-e",
    "--env",
    "-p",
    "--port",
    "-m",
    "--formation",
    "-c",
    "--concurrency",
    "-t",
    "--timeout",
    "-l",
    "--processes",
    "-x",
    "--ignored-processes",
    "-b",
    "-r",
    "-w",
    "-h",
    "-s",
];

/// What a call starts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) file: String,
    /// Whether the file is named, by itself or by its folder, not the usual one.
    pub(super) is_named: bool,
    pub(super) chosen: Chosen,
}

/// A call, taken apart.
#[derive(Default)]
struct Words<'w> {
    options: Vec<(&'w str, &'w str)>,
    operands: Vec<&'w str>,
}

impl<'w> Words<'w> {
    fn new(words: &[&'w str]) -> Self {
        let mut read = Self::default();
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            let (option, value) = match word.split_once('=') {
                Some((option, value)) => (option, Some(value)),
                None => (word, None),
            };
            if !word.starts_with('-') {
                read.operands.push(word);
            } else if WITH_VALUE.contains(&option) {
                let value = value.or_else(|| words.next());
                read.options.push((option, value.unwrap_or_default()));
            }
        }
        read
    }

    fn value(&self, names: &[&str]) -> Option<&'w str> {
        let mut options = self.options.iter();
        options.find_map(|(name, value)| names.contains(name).then_some(*value))
    }
}

/// Returns what a call starts, if it is one of these programs.
pub(super) fn named(started: &Started) -> Option<Call> {
    let (names, words) = services::names(started);
    let name = names.iter().find(|name| reads(name, "foreman"))?;
    let words = Words::new(&words);
    let folder = words.value(&["-d", "--root", "--app-root"]);
    let mut file = words.value(&["-f", "--procfile"]);
    if name == "hivemind" {
        file = file.or(words.operands.first().copied());
    }
    let usual = file.unwrap_or(USUAL);
    Some(Call {
        file: match folder {
            Some(folder) if !usual.starts_with('/') => format!("{folder}/{usual}"),
            _ => usual.to_owned(),
        },
        is_named: folder.is_some() || file.is_some(),
        chosen: chosen(name, &words),
    })
}

fn chosen(name: &str, words: &Words<'_>) -> Chosen {
    let mut chosen = Chosen::default();
    if let ("foreman" | "honcho" | "goreman" | "forego" | "overmind", [first, rest @ ..]) =
        (name, &words.operands[..])
    {
        match *first {
            "start" | "s" => chosen.only(rest),
            // what a script was given may be the word
            word if word.starts_with('$') => {}
            _ => chosen.names = Some(Vec::new()),
        }
    }
    let list =
        |value: &str| -> Vec<String> { value.split(',').map(|it| it.trim().to_owned()).collect() };
    if let Some(value) = words.value(&["-l", "--processes"]) {
        chosen.names = Some(list(value));
    }
    if let Some(value) = words.value(&["-x", "--ignored-processes"]) {
        chosen.without = list(value);
    }
    let numbers = words.value(&["-m", "--formation", "-c", "--concurrency"]);
    if let Some(numbers) = numbers.filter(|it| !it.contains('$')) {
        chosen.counted(numbers, name == "foreman");
    }
    chosen
}

impl Chosen {
    /// Takes the names of what is started; none mean all.
    fn only(&mut self, names: &[&str]) {
        let is_told = !names.iter().any(|it| it.contains('$'));
        if is_told && !names.is_empty() {
            self.names = Some(names.iter().map(|it| (*it).to_owned()).collect());
        }
    }

    /// Takes how many there are to be of each: `web=1,cache=0`; whether those that are not named are not started.
    fn counted(&mut self, numbers: &str, is_only: bool) {
        let mut started = Vec::new();
        let mut are_others = !is_only;
        for (name, number) in numbers.split(',').filter_map(|it| it.split_once('=')) {
            let is_some = number.trim() != "0";
            match name.trim() {
                "all" => are_others = is_some,
                name if is_some => started.push(name.to_owned()),
                name => self.without.push(name.to_owned()),
            }
        }
        if !are_others && self.names.is_none() {
            self.names = Some(started);
        }
    }
}

/// Lines `name: command`.
pub(super) fn of_text(text: &str) -> Vec<Told> {
    let line = |line: &str| {
        let (name, command) = line.split_once(':')?;
        let is_named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let is_it = !name.is_empty() && name.chars().all(is_named) && !command.trim().is_empty();
        is_it.then(|| ("foreman", name.to_owned(), command.trim().to_owned()))
    };
    text.lines().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(line: &str) -> Option<Call> {
        named(&Started {
            words: line.split(' ').map(str::to_owned).collect(),
            ..Started::default()
        })
    }

    #[test]
    fn files_are_named_in_many_ways() {
        for (line, want) in [
            ("foreman start", None),
            ("foreman start -f Procfile.prod", Some("Procfile.prod")),
            ("honcho -f /srv/P start", Some("/srv/P")),
            ("honcho start --procfile=P", Some("P")),
            ("honcho -d /app start", Some("/app/Procfile")),
            ("honcho -d /app -f P start", Some("/app/P")),
            ("python3 -m honcho -f P start", Some("P")),
            ("hivemind P", Some("P")),
            ("nginx -f P", None),
        ] {
            let file = call(line).filter(|it| it.is_named).map(|it| it.file);
            assert_eq!(file.as_deref(), want, "{line}");
        }
    }

    #[test]
    fn calls_choose_programs() {
        for (line, want) in [
            ("foreman start", "web cache"),
            ("foreman start web", "web"),
            ("foreman start -m web=1", "web"),
            ("foreman start -c web=1,cache=0", "web"),
            ("foreman start -m all=1,cache=0", "web"),
            ("foreman start --formation=all=2", "web cache"),
            ("foreman start -p 80 web", "web"),
            ("foreman start $PROCESS", "web cache"),
            ("foreman check", ""),
            ("honcho start web", "web"),
            ("honcho start web cache", "web cache"),
            ("honcho -e .env start -c web=2", "web cache"),
            ("honcho start -c cache=0", "web"),
            ("forego start -c cache=0", "web"),
            ("goreman start cache", "cache"),
            ("overmind start -l web", "web"),
            ("overmind s -x web,a", "cache"),
            ("hivemind --processes web Procfile", "web"),
        ] {
            let chosen = call(line).unwrap().chosen;
            let told = ["web", "cache"].into_iter().filter(|name| chosen.has(name));
            assert_eq!(told.collect::<Vec<_>>().join(" "), want, "{line}");
        }
    }
}
