//! What foreman, honcho and their like start: the lines of a `Procfile`.

use crate::services;
use crate::start::Started;

use super::{Told, reads};

/// Returns the file that a call names, by itself or by its folder; none where it reads the usual one.
pub(super) fn named(started: &Started) -> Option<String> {
    let (names, words) = services::names(started);
    names.iter().find(|name| reads(name, "foreman"))?;
    let value = |options: &[&str]| {
        words.iter().enumerate().find_map(|(at, word)| {
            let (name, given) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (*word, words.get(at + 1).copied()),
            };
            options.contains(&name).then_some(given).flatten()
        })
    };
    let folder = value(&["-d", "--root", "--app-root"]);
    let file = value(&["-f", "--procfile"]);
    match (folder, file) {
        (None, None) => None,
        (_, Some(file)) if file.starts_with('/') => Some(file.to_owned()),
        (Some(folder), file) => Some(format!("{folder}/{}", file.unwrap_or("Procfile"))),
        (None, Some(file)) => Some(file.to_owned()),
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
            ("nginx -f P", None),
        ] {
            let started = Started {
                words: line.split(' ').map(str::to_owned).collect(),
                ..Started::default()
            };
            assert_eq!(named(&started).as_deref(), want, "{line}");
        }
    }
}
