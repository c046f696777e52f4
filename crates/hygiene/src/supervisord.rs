//! Programs that supervisord starts: which configuration it reads, and what that includes.
//!
//! Source of truth: `supervisor/options.py` of Supervisor 4 and its documentation, "Configuration File".

use std::borrow::Cow;
use std::collections::BTreeSet;

use globset::Glob;
use model::{EntryKind, ImagePath};

use crate::facts::text;
use crate::ini::{self, Section};
use crate::input::Input;
use crate::services;
use crate::start::{Finder, Start, Started};
use crate::supervisors::{Program, Told};

const NAME: &str = "supervisord";
/// Where it looks for its configuration if none is named; the first that is there counts. `/usr/local` is
/// the folder beside the program where pip installs it.
const MAIN: [&str; 5] = [
    "etc/supervisord.conf",
    "etc/supervisor/supervisord.conf",
    "etc/supervisor.conf",
    "usr/local/etc/supervisord.conf",
    "usr/etc/supervisord.conf",
];
/// What distributions include, for an image whose own configuration is not at hand.
const INCLUDED: [&str; 5] = [
    "/etc/supervisor/conf.d/*.conf",
    "/etc/supervisord.d/*.conf",
    "/etc/supervisord.d/*.ini",
    "/etc/supervisor.d/*.conf",
    "/etc/supervisor.d/*.ini",
];
/// Patterns of one `[include]`.
const MOST_PATTERNS: usize = 50;
/// Names that are compared with patterns, for one image.
const MOST_NAMES: usize = 20_000;

/// Returns the programs of all configurations that it reads.
pub(crate) fn programs(start: &Start, finder: &mut Finder<'_, '_>) -> Vec<Program> {
    let calls: Vec<Call<'_>> = start.programs.iter().filter_map(configuration).collect();
    let mut reader = Reader {
        input: finder.input(),
        finder,
        is_started: !calls.is_empty(),
        left: MOST_NAMES,
        seen: BTreeSet::new(),
        programs: Vec::new(),
    };
    if calls.is_empty() {
        reader.usual();
    }
    for call in calls {
        match call {
            Call::Named(file) if !file.contains('$') => reader.named(file),
            Call::Named(file) => {
                let why = "which configuration supervisord reads is told when it starts";
                reader.finder.leave_out(file, why);
                reader.usual();
            }
            Call::Usual => reader.usual(),
        }
    }
    reader.programs
}

/// Which configuration a call of supervisord reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call<'s> {
    /// That of this name.
    Named(&'s str),
    /// The one that is found where none is named.
    Usual,
}

/// Returns which configuration a call of supervisord reads, if it is one.
fn configuration(started: &Started) -> Option<Call<'_>> {
    let (names, words) = services::names(started);
    if !names.iter().any(|name| name == NAME) {
        return None;
    }
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let given = match word {
            "-c" | "--configuration" => words.next(),
            _ => word
                .strip_prefix("--configuration=")
                .or_else(|| word.strip_prefix("-c")),
        };
        if let Some(file) = given {
            return Some(Call::Named(file));
        }
    }
    Some(Call::Usual)
}

/// Returns the programs of one file.
pub(crate) fn of_text(text: &str) -> Vec<Told> {
    let sections = ini::sections(text);
    let programs = sections.iter().filter_map(|section| {
        let kinds = ["program:", "fcgi-program:"];
        let name = kinds
            .iter()
            .find_map(|kind| section.name.strip_prefix(kind))?;
        let command = section.value("command").filter(|it| !it.is_empty())?;
        is_on(section).then(|| (NAME, name.to_owned(), as_shell(command)))
    });
    programs.collect()
}

/// Writes supervisord's variables as a shell does: `%(ENV_BIN)s/x` is `${BIN}/x`.
fn as_shell(command: &str) -> String {
    let mut pieces = command.split("%(");
    let mut written = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once(")s") {
            Some((name, rest)) => {
                let name = name.strip_prefix("ENV_").unwrap_or(name);
                written.extend(["${", name, "}", rest]);
            }
            None => written.push_str(piece),
        }
    }
    written
}

/// Whether a program is started by itself, as words of supervisord's own say it.
pub(crate) fn is_on(section: &Section<'_>) -> bool {
    let autostart = section.value("autostart").unwrap_or_default();
    let is_no = |no: &&str| autostart.eq_ignore_ascii_case(no);
    !["false", "no", "off", "0"].iter().any(is_no)
}

struct Reader<'r, 'f, 'a> {
    input: &'f Input<'a>,
    finder: &'r mut Finder<'f, 'a>,
    is_started: bool,
    /// Names that may still be compared with patterns.
    left: usize,
    /// Files that were read.
    seen: BTreeSet<String>,
    programs: Vec<Program>,
}

impl<'a> Reader<'_, '_, 'a> {
    fn folder(&self) -> &'a str {
        let config = self.input.config.map(|config| &config.config);
        config.map_or("", |config| &config.working_dir)
    }

    fn is_file(&self, path: &str) -> bool {
        let entry = self.input.tree.find(path, self.input.limits);
        entry.is_some_and(|entry| entry.kind == EntryKind::File)
    }

    /// Reads the configuration that a command names.
    fn named(&mut self, file: &str) {
        let path = path_in(self.folder(), file);
        if self.is_file(&path) {
            self.main(&path);
        } else {
            let why = "it is the configuration of supervisord, and not in the image";
            self.finder.leave_out(&path, why);
        }
    }

    /// Reads the configuration that is found where none is named.
    fn usual(&mut self) {
        let folder = self.folder();
        let own = ["supervisord.conf", "etc/supervisord.conf"].map(|name| path_in(folder, name));
        let mut usual = own.into_iter().chain(MAIN.map(str::to_owned));
        if let Some(path) = usual.find(|path| self.is_file(path)) {
            return self.main(&path);
        }
        for pattern in INCLUDED {
            self.included("", pattern);
        }
        if self.is_started && self.programs.is_empty() {
            let why = "supervisord is started, and its configuration is not in the image";
            self.finder.leave_out("", why);
        }
    }

    fn main(&mut self, path: &str) {
        let Some(text) = self.file(path) else { return };
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let sections = ini::sections(&text);
        let mut includes = sections.iter().filter(|section| section.name == "include");
        let files = includes.find_map(|section| section.value("files"));
        let mut patterns = files.unwrap_or_default().split_whitespace();
        for pattern in patterns.by_ref().take(MOST_PATTERNS) {
            self.included(folder, pattern);
        }
        if patterns.next().is_some() {
            let why = "it includes more patterns than are followed";
            self.finder.leave_out(path, why);
        }
    }

    /// Reads a file, and takes its programs.
    fn file(&mut self, path: &str) -> Option<Cow<'a, str>> {
        if !self.seen.insert(path.to_owned()) {
            return None;
        }
        let text = if self.is_started {
            self.finder.told_by(path)?
        } else {
            text(self.input, path)?
        };
        let told = of_text(&text).into_iter();
        self.programs
            .extend(told.map(|told| Program::new(told, path)));
        Some(text)
    }

    /// Reads the files that a pattern of a configuration in a folder means.
    fn included(&mut self, folder: &str, pattern: &str) {
        let pattern = pattern.replace("%(here)s", &format!("/{folder}"));
        if pattern.contains("%(") || pattern.len() > 256 {
            let why = "which files it includes is told when it starts";
            return self.finder.leave_out(folder, why);
        }
        let pattern = path_in(&format!("/{folder}"), &pattern);
        let mut found = vec![String::new()];
        for part in pattern.split('/') {
            found = self.below(&found, part);
        }
        for path in found {
            if self.is_file(&path) {
                self.file(&path);
            }
        }
    }

    /// Returns what lies in folders under a name, or under names of a pattern.
    fn below(&mut self, folders: &[String], part: &str) -> Vec<String> {
        let join = |folder: &String, name: &str| match &**folder {
            "" => name.to_owned(),
            folder => format!("{folder}/{name}"),
        };
        if !part.contains(['*', '?', '[']) {
            return folders.iter().map(|folder| join(folder, part)).collect();
        }
        let Ok(glob) = Glob::new(part) else {
            return Vec::new();
        };
        let glob = glob.compile_matcher();
        let mut found = Vec::new();
        for folder in folders {
            for (name, _) in self.input.tree.list(folder, self.input.limits) {
                let Some(left) = self.left.checked_sub(1) else {
                    let why = "it has more files than are looked at";
                    self.finder.leave_out(folder, why);
                    return found;
                };
                self.left = left;
                let name = String::from_utf8_lossy(&name);
                // a pattern of a shell leaves out what begins with a dot
                if glob.is_match(&*name) && (part.starts_with('.') || !name.starts_with('.')) {
                    found.push(join(folder, &name));
                }
            }
        }
        found.sort();
        found
    }
}

/// Returns a path of the image that is given relative to a folder.
fn path_in(folder: &str, path: &str) -> String {
    let path = if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("{folder}/{path}")
    };
    ImagePath::new(path.as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_told_as_supervisord_reads_them() {
        for (text, want) in [
            ("[program:a]\ncommand=\n  nginx\n", &["a nginx"][..]),
            ("[program:a]\ncommand: nginx ; x", &["a nginx"]),
            ("[program:a]\nCommand = nginx", &["a nginx"]),
            ("[fcgi-program:a]\ncommand=b", &["a b"]),
            ("[program:a]\ncommand=%(ENV_B)s/c -x", &["a ${B}/c -x"]),
            ("[program:a]\ncommand=b\nautostart = No", &[]),
            ("[program:a]\ncommand=b\nautostart=0", &[]),
            ("[program:a]\ncommand=b\nautostart=off", &[]),
            ("[program:a]\ncommand=b\nautostart=true", &["a b"]),
            (";[program:a]\n;command=b", &[]),
            ("[group:a]\ncommand=b", &[]),
            (
                "[program:b]\ncommand=/bin/sh -c \"sleep 1;\n  exec postgres\"",
                &["b /bin/sh -c \"sleep 1; exec postgres\""],
            ),
        ] {
            let told: Vec<String> = of_text(text)
                .into_iter()
                .map(|(_, name, line)| format!("{name} {line}"))
                .collect();
            assert_eq!(told, want, "{text}");
        }
    }

    #[test]
    fn configurations_are_named_in_many_ways() {
        for (line, want) in [
            ("supervisord", Some(Call::Usual)),
            ("supervisord -n -c /x", Some(Call::Named("/x"))),
            ("supervisord -c/x", Some(Call::Named("/x"))),
            ("supervisord --configuration=/x", Some(Call::Named("/x"))),
            ("supervisord --configuration /x", Some(Call::Named("/x"))),
            ("python3 /usr/bin/supervisord -c x", Some(Call::Named("x"))),
            ("python3 -m supervisor.supervisord", Some(Call::Usual)),
            ("nginx -c /x", None),
        ] {
            let started = Started {
                words: line.split(' ').map(str::to_owned).collect(),
                ..Started::default()
            };
            assert_eq!(configuration(&started), want, "{line}");
        }
    }
}
