//! Why a container would not start: by the rules of `execve(2)`, for what the entrypoint names and for what
//! an init in front of it starts.

use model::{Entry, EntryKind, ImagePath};

use crate::accounts;
use crate::call::{self, Call};
use crate::elf::Elf;
use crate::facts::file;
use crate::hits::short;
use crate::input::Input;
use crate::notes::{Kind, MOST_KINDS};
use crate::search::Search;
use crate::start::{self, name_of};
use crate::tools;
use crate::user::{self, User};
use crate::wrappers::{self, Behind};

/// Interpreters of scripts that are scripts; the kernel takes no more.
const NESTED: usize = 5;

/// Why a container would not start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Obstacle {
    pub(crate) what: String,
    pub(crate) path: String,
}

/// Returns what keeps the first of these words, or what it hands on to, from starting.
pub(crate) fn find(
    input: &Input<'_>,
    search: &mut Search<'_, '_>,
    words: &[String],
) -> Option<Obstacle> {
    let os = input.config.map_or("", |config| &config.os);
    // what others than Linux start is not known here
    if !matches!(os, "" | "linux") {
        return None;
    }
    let accounts = accounts::accounts(file(input, "etc/passwd").unwrap_or_default());
    let runs_as = match user::resolve(input, &accounts) {
        User::Id(uid) | User::Named(uid) => Some((uid, user::groups(input, &accounts, uid))),
        User::Root(_) | User::Nobody | User::Unknown => None,
    };
    let mut looking = Looking {
        input,
        search,
        runs_as,
    };
    let first = words.first()?;
    let obstacle = looking.program(first);
    let obstacle = obstacle.map(|what| (what, first.as_str())).or_else(|| {
        if let Some(script) = given_script(words) {
            return Some((looking.script_of_shell(script)?, script));
        }
        let second = handed_on(words)?;
        Some((looking.program(second)?, second))
    });
    obstacle.map(|(what, program)| Obstacle {
        what,
        path: program.to_owned(),
    })
}

/// Returns what keeps a file that is there from starting, whoever runs it.
pub(crate) fn of_file(
    input: &Input<'_>,
    search: &mut Search<'_, '_>,
    path: &str,
) -> Option<String> {
    let mut looking = Looking {
        input,
        search,
        runs_as: None,
    };
    looking.file(path, 0)
}

/// Returns the program that an init, or what changes the user, starts.
fn handed_on(words: &[String]) -> Option<&str> {
    let name = name_of(words.first()?);
    if !tools::is("init", name) && !matches!(name, "gosu" | "su-exec") {
        return None;
    }
    match wrappers::behind(words)? {
        Behind::Words(words) => words.first().map(String::as_str),
        Behind::Line(_) => None,
    }
}

/// Returns the file that a shell is given to run.
fn given_script(words: &[String]) -> Option<&str> {
    if !start::is_shell(name_of(words.first()?)) {
        return None;
    }
    match call::of_shell(words) {
        Call::File(file) if !file.contains('$') => Some(file),
        Call::File(_) | Call::Line(_) | Call::Input => None,
    }
}

struct Looking<'l, 'f, 'a> {
    input: &'l Input<'l>,
    search: &'l mut Search<'f, 'a>,
    /// User and groups that it runs as, if that is known and not root.
    runs_as: Option<(u32, Vec<u32>)>,
}

impl Looking<'_, '_, '_> {
    fn program(&mut self, program: &str) -> Option<String> {
        // what a runtime's host, or a volume, brings is not in the image
        if program.starts_with('$') {
            return None;
        }
        match self.search.find(program) {
            Some(path) => self.file(&path, 0),
            None if program.contains('/') && self.is_in_volume(program) => None,
            // what was not looked for to the end may be there
            None if self.search.cut().is_some() => None,
            None => Some(format!("`{}` is not in the image", short(program))),
        }
    }

    /// Returns the whole path of a file, which is named in the folder in which the image starts.
    fn placed(&self, file: &str) -> String {
        let config = self.input.config.map(|config| &config.config);
        let folder = config.map_or("", |config| &config.working_dir);
        let path = if file.starts_with('/') {
            ImagePath::new(file.as_bytes())
        } else {
            ImagePath::new(format!("{folder}/{file}").as_bytes())
        };
        format!("/{path}")
    }

    /// Whether a file lies below a volume, which may bring it.
    fn is_in_volume(&self, file: &str) -> bool {
        let path = format!("{}/", self.placed(file));
        let config = self.input.config.map(|config| &config.config);
        let mut volumes = config.iter().flat_map(|config| config.volumes.keys());
        volumes.any(|volume| {
            let volume = ImagePath::new(volume.as_bytes());
            path.starts_with(&format!("/{volume}/"))
        })
    }

    /// Looks for a file that a shell reads, in the folder in which it runs, then in `PATH`; what lies below
    /// a volume is brought by it.
    fn script_of_shell(&mut self, file: &str) -> Option<String> {
        if self.is_in_volume(file) {
            return None;
        }
        let here = self.search.find(&self.placed(file));
        let found = here.or_else(|| self.search.find(file));
        let is_missing = found.is_none() && self.search.cut().is_none();
        is_missing.then(|| format!("`{}` is not in the image", short(file)))
    }

    /// Whether whom it runs as may not execute a program, or go into a folder.
    fn is_forbidden(&self, entry: &Entry) -> bool {
        let Some((uid, groups)) = &self.runs_as else {
            return false;
        };
        let bit = if entry.uid == *uid {
            0o100
        } else if groups.contains(&entry.gid) {
            0o010
        } else {
            0o001
        };
        entry.mode & bit == 0
    }

    /// Returns the first folder on the way to a file that whom it runs as may not go into.
    fn closed_folder(&self, path: &str) -> Option<String> {
        let real = self.input.tree.real_path(path, self.input.limits)?;
        let real = real.as_str();
        let ends = real.match_indices('/').map(|(end, _)| end);
        let mut folders = ends.filter_map(|end| real.get(..end));
        let closed = folders.find(|folder| {
            let entry = self.input.tree.find(folder, self.input.limits);
            entry.is_some_and(|entry| self.is_forbidden(&entry))
        })?;
        Some(closed.to_owned())
    }

    /// Looks at a program that is there.
    fn file(&mut self, path: &str, nested: usize) -> Option<String> {
        let entry = self.input.tree.find(path, self.input.limits)?;
        let shown = short(path).into_owned();
        if entry.kind != EntryKind::File || entry.mode & 0o111 == 0 {
            return Some(format!("`{shown}` is not executable"));
        }
        let uid = self.runs_as.as_ref().map_or(0, |(uid, _)| *uid);
        if self.is_forbidden(&entry) {
            return Some(match entry.mode & 0o111 {
                0o100 => format!("only user {} may execute `{shown}`", entry.uid),
                _ => format!("user {uid} may not execute `{shown}`"),
            });
        }
        if let Some(folder) = self.closed_folder(path) {
            let folder = short(&folder);
            return Some(format!(
                "user {uid} may not go into {folder}, where `{shown}` lies"
            ));
        }
        match crate::facts::kind(self.input, &entry) {
            Some(Kind::Elf(Elf::Loaded(loader))) => self.missing(&shown, loader),
            Some(Kind::Script(line)) => self.script(&shown, line, nested),
            None if self.is_no_program(&entry) && entry.size == 0 => {
                Some(format!("`{shown}` is empty"))
            }
            None if self.is_no_program(&entry) => Some(format!(
                "`{shown}` is no program, and does not begin with `#!`"
            )),
            _ => None,
        }
    }

    fn script(&mut self, shown: &str, line: &str, nested: usize) -> Option<String> {
        if line.ends_with('\r') {
            return Some(format!(
                "the first line of `{shown}` ends in CR LF: the interpreter is looked for with the CR"
            ));
        }
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let Some(interpreter) = words.first() else {
            return Some(format!("the first line of `{shown}` names no interpreter"));
        };
        if nested >= NESTED {
            return Some(format!(
                "the interpreter of `{shown}` is a script without end"
            ));
        }
        let obstacle = self
            .missing(shown, interpreter)
            .or_else(|| self.file(interpreter, nested + 1));
        if obstacle.is_some() || name_of(interpreter) != "env" {
            return obstacle;
        }
        let Some(Behind::Words([program, ..])) = wrappers::behind(&words) else {
            return None;
        };
        let is_missing = self.search.find(program).is_none() && self.search.cut().is_none();
        is_missing.then(|| needs(shown, program))
    }

    fn missing(&self, shown: &str, needed: &str) -> Option<String> {
        let is_there = self.input.tree.find(needed, self.input.limits).is_some();
        (!is_there).then(|| needs(shown, needed))
    }

    /// Whether the first bytes were looked at and are those of no program.
    fn is_no_program(&self, entry: &Entry) -> bool {
        let layer = usize::from(entry.content.layer);
        let notes = self.input.notes.get(layer).copied().flatten();
        notes.is_some_and(|notes| notes.kinds.len() < MOST_KINDS)
    }
}

fn needs(shown: &str, needed: &str) -> String {
    format!(
        "`{shown}` needs `{}`, which is not in the image",
        short(needed)
    )
}
