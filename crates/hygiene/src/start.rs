//! What a container of the image starts: the entrypoint, through `PATH`, links, scripts and their
//! interpreters.
//!
//! Scripts are read, never run: every command that stands in one counts, whatever it depends on.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use model::{EntryKind, ImagePath};

use crate::facts::{kind, text};
use crate::input::Input;
use crate::notes::Kind;
use crate::obstacle::{self, Obstacle};
use crate::search::Search;
use crate::shell::{self, Command};
use crate::tools;
use crate::topic::SCRIPT_BYTES;
use crate::wrappers::{self, Behind};

/// Scripts that start scripts that start scripts.
const DEPTH: usize = 5;
/// Programs that are told of one image.
const MOST: usize = 2_000;
/// Steps in front of a program, as in `exec env A=b gosu x`.
const STEPS: usize = 16;
/// Bytes of scripts and lines of one image that are followed.
const READ_BYTES: usize = 4 << 20;

/// Why a file that says what is started was not followed.
const UNREAD: &str = "it was not read, and says what is started";

/// A program that is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Started {
    /// Its words as they are given, the program first.
    pub(crate) words: Vec<String>,
    /// Its real path, if it is there.
    pub(crate) path: Option<ImagePath>,
    /// What starts it: `ENTRYPOINT`, or a file of the image.
    pub(crate) by: String,
    /// Whether what starts it goes on at once.
    pub(crate) is_background: bool,
}

/// What a container starts.
#[derive(Debug, Default)]
pub(crate) struct Start {
    /// Programs, in the order in which they are met.
    pub(crate) programs: Vec<Started>,
    /// The program of the entrypoint, behind an init and other steps, links followed.
    pub(crate) first: Option<ImagePath>,
    pub(crate) obstacle: Option<Obstacle>,
    /// Whether an init that takes care of processes is started.
    pub(crate) has_init: bool,
}

/// Finds what a container starts; what scripts and supervisors start has one budget.
#[derive(Debug)]
pub(crate) struct Finder<'f, 'a> {
    input: &'f Input<'a>,
    search: Search<'f, 'a>,
    start: Start,
    /// Programs that were told before those of `start`.
    told: usize,
    /// Bytes that may still be read.
    left: usize,
    /// What was not followed, by its path, and why.
    unfollowed: BTreeMap<String, &'static str>,
    /// Files that say what is started and were not kept, by their paths.
    unread: BTreeSet<String>,
    /// Scripts that were read.
    seen: BTreeSet<String>,
}

impl<'f, 'a> Finder<'f, 'a> {
    /// Starts with nothing.
    pub(crate) fn new(input: &'f Input<'a>) -> Self {
        Self {
            input,
            search: Search::new(input),
            start: Start::default(),
            told: 0,
            left: READ_BYTES,
            unfollowed: BTreeMap::new(),
            unread: BTreeSet::new(),
            seen: BTreeSet::new(),
        }
    }

    /// Finds what the configuration of the image starts.
    pub(crate) fn find(&mut self) -> Start {
        let Some(config) = self.input.config.map(|config| &config.config) else {
            return Start::default();
        };
        let words: Vec<String> = config
            .entrypoint
            .iter()
            .chain(&config.cmd)
            .cloned()
            .collect();
        let by = if config.entrypoint.is_empty() {
            "CMD"
        } else {
            "ENTRYPOINT"
        };
        self.start.obstacle = obstacle::find(self.input, &mut self.search, &words);
        if let Some(Behind::Words([program, ..])) = self.without_steps(&words) {
            let path = self.search.find(program);
            let real = path.and_then(|path| self.input.tree.real_path(&path, self.input.limits));
            self.start.first = real;
        }
        self.follow(&words, by, 0);
        // what is only an argument of a script still says what the image is for
        if !config.entrypoint.is_empty() && !config.cmd.is_empty() {
            self.follow(&config.cmd, "CMD", 1);
        }
        self.take()
    }

    /// Finds what a line of another file starts, beside what was found before.
    pub(crate) fn of_line(&mut self, line: &str, by: &str) -> Vec<Started> {
        self.lines(line, by, 1);
        self.take().programs
    }

    /// Returns what is looked at.
    pub(crate) const fn input(&self) -> &'f Input<'a> {
        self.input
    }

    /// Returns the content of a file that says what is started; what was not kept is noted.
    pub(crate) fn told_by(&mut self, path: &str) -> Option<Cow<'a, str>> {
        let text = text(self.input, path);
        if text.is_none() {
            self.unread.insert(path.to_owned());
        }
        text
    }

    /// Returns the files that say what is started and were not kept, by their paths.
    pub(crate) const fn unread(&self) -> &BTreeSet<String> {
        &self.unread
    }

    /// Returns what was not followed, by its path, and why.
    pub(crate) fn into_unfollowed(mut self) -> BTreeMap<String, &'static str> {
        if let Some(why) = self.search.cut() {
            self.unfollowed.insert(String::new(), why);
        }
        for path in std::mem::take(&mut self.unread) {
            self.leave_out(&path, UNREAD);
        }
        self.unfollowed
    }

    fn take(&mut self) -> Start {
        let start = std::mem::take(&mut self.start);
        self.told = self.told.saturating_add(start.programs.len());
        start
    }

    /// Follows a command line.
    fn follow(&mut self, words: &[String], by: &str, depth: usize) {
        let command = Command {
            words: words.to_vec(),
            ..Command::default()
        };
        self.command(&command, by, depth);
    }

    /// Follows the commands of a text.
    fn lines(&mut self, text: &str, by: &str, depth: usize) {
        let Some(left) = self.left.checked_sub(text.len()) else {
            return self.leave_out(by, "it is beyond what is read of scripts");
        };
        self.left = left;
        let commands = shell::commands(text);
        if commands.len() >= shell::MOST {
            self.leave_out(by, "it has more commands than are told");
        }
        for command in commands {
            self.command(&command, by, depth);
        }
    }

    /// Notes what was not followed.
    pub(crate) fn leave_out(&mut self, by: &str, why: &'static str) {
        self.unfollowed.entry(by.to_owned()).or_insert(why);
    }

    fn command(&mut self, command: &Command, by: &str, depth: usize) {
        let words = match self.without_steps(&command.words) {
            None => return self.leave_out(by, "too many steps stand in front of a program"),
            Some(Behind::Words(words)) => words,
            Some(Behind::Line(line)) => return self.line(line, by, depth),
        };
        let Some((program, arguments)) = words.split_first() else {
            return;
        };
        if depth > DEPTH {
            return self.leave_out(by, "scripts start scripts too often to follow");
        }
        let name = name_of(program);
        match name {
            "eval" => return self.line(&arguments.join(" "), by, depth),
            "." | "source" => return self.read_by_shell(arguments.first(), depth),
            _ => {}
        }
        if is_shell(name)
            && let Some(line) = given_line(words)
        {
            return self.line(line, by, depth);
        }
        if self.told.saturating_add(self.start.programs.len()) >= MOST {
            return self.leave_out(by, "it starts more programs than are told");
        }
        let path = self.search.find(program);
        let real = path.and_then(|path| self.input.tree.real_path(&path, self.input.limits));
        self.start.programs.push(Started {
            words: words.to_vec(),
            path: real.clone(),
            by: by.to_owned(),
            is_background: command.is_background,
        });
        if is_shell(name) {
            let mut operands = arguments.iter().filter(|word| !word.starts_with('-'));
            self.read_by_shell(operands.next(), depth);
        } else if let Some(path) = real {
            self.script(path.as_str(), depth, Reader::Kernel);
        }
    }

    /// Follows a line that is one word of another.
    fn line(&mut self, line: &str, by: &str, depth: usize) {
        if depth > DEPTH {
            return self.leave_out(by, "scripts start scripts too often to follow");
        }
        self.lines(line, by, depth + 1);
    }

    /// Follows a file that a shell is given, which needs no `#!`.
    fn read_by_shell(&mut self, file: Option<&String>, depth: usize) {
        if let Some(path) = file.and_then(|file| self.search.find(file)) {
            self.script(&path, depth, Reader::Shell);
        }
    }

    /// Returns what runs behind the steps; `None` if there are too many.
    fn without_steps<'w>(&mut self, mut words: &'w [String]) -> Option<Behind<'w>> {
        for _ in 0..STEPS {
            let name = words.first().map_or("", |first| name_of(first));
            self.start.has_init |= tools::is("init", name);
            match wrappers::behind(words) {
                None => return Some(Behind::Words(words)),
                Some(Behind::Words(behind)) => words = behind,
                Some(line @ Behind::Line(_)) => return Some(line),
            }
        }
        None
    }

    /// Follows what a script of a shell starts.
    fn script(&mut self, path: &str, depth: usize, reader: Reader) {
        let Some(entry) = self.input.tree.find(path, self.input.limits) else {
            return;
        };
        let is_one = match (kind(self.input, &entry), reader) {
            (Some(Kind::Script(line)), Reader::Kernel) => is_script_of_shell(line),
            (Some(Kind::Script(_)) | None, Reader::Shell) => true,
            _ => false,
        };
        if entry.kind != EntryKind::File || !is_one || !self.seen.insert(path.to_owned()) {
            return;
        }
        if usize::try_from(entry.size).is_ok_and(|size| size > SCRIPT_BYTES) {
            return self.leave_out(path, "it is too large a script to be followed");
        }
        if let Some(text) = self.told_by(path) {
            self.lines(&text, path, depth + 1);
        }
    }
}

/// Who reads a script.
#[derive(Debug, Clone, Copy)]
enum Reader {
    /// By the interpreter that its first line names.
    Kernel,
    /// A shell that was given it.
    Shell,
}

/// Returns the name of a program without its folder.
pub(crate) fn name_of(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or_default()
}

/// Returns the words of what a command runs, steps before it left out; none if there are too many, or if
/// it is a line.
pub(crate) fn words_behind(command: &Command) -> &[String] {
    let mut words = &command.words[..];
    for _ in 0..STEPS {
        match wrappers::behind(words) {
            None => return words,
            Some(Behind::Words(behind)) => words = behind,
            Some(Behind::Line(_)) => return &[],
        }
    }
    &[]
}

/// Returns the name of the program that a command runs, steps before it left out.
pub(crate) fn behind(command: &Command) -> String {
    let first = words_behind(command).first();
    first.map_or("", |first| name_of(first)).to_owned()
}

/// Whether a program takes lines of a shell as POSIX has it.
pub(crate) fn is_shell(name: &str) -> bool {
    tools::is("posix shell", name)
}

/// Whether the line behind `#!` names a shell.
fn is_script_of_shell(line: &str) -> bool {
    line.split(['/', ' ', '\t', '\r']).any(is_shell)
        || line.contains("with-contenv")
        || line.contains("runsvdir")
}

/// Whether a shell or an interpreter runs what it reads from its standard input: no file and no line is
/// given.
pub(crate) fn reads_lines(words: &[String]) -> bool {
    let is_shell = words.first().is_some_and(|first| is_shell(name_of(first)));
    let mut rest = words.iter().skip(1);
    while let Some(word) = rest.next() {
        match word.strip_prefix('-') {
            // behind these come arguments of what is read
            Some("" | "s") => return true,
            None => return false,
            Some(option) if option.starts_with('-') => {}
            Some(option) if is_shell && option.ends_with('o') => drop(rest.next()),
            Some(option) if is_shell && !option.contains('c') => {}
            // a line, or what is done with each line that is read
            Some(option) if option.contains(['c', 'e', 'm', 'n', 'p', 'r']) => return false,
            Some(_) => {}
        }
    }
    true
}

/// Returns the line that a shell is given with `-c`.
pub(crate) fn given_line(words: &[String]) -> Option<&str> {
    let is_command =
        |word: &String| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c');
    let at = words.iter().skip(1).position(is_command)?;
    words.get(at + 2).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_shells_are_found() {
        for (line, want) in [
            ("/bin/sh -c x", Some("x")),
            ("bash -lc x", Some("x")),
            ("bash -o pipefail -c x", Some("x")),
            ("sh run.sh", None),
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(given_line(&words), want, "{line}");
        }
    }
}
