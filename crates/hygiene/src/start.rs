//! What a container of the image starts: the entrypoint, through `PATH`, links, scripts and their
//! interpreters.
//!
//! Scripts are read, never run: every command that stands in one counts, whatever it depends on.

use std::collections::{BTreeMap, BTreeSet};

use model::ImagePath;

use crate::facts::{kind, text};
use crate::input::Input;
use crate::notes::Kind;
use crate::obstacle::{self, Obstacle};
use crate::search::Search;
use crate::shell::{self, Command};
use crate::tools;
use crate::topic::SCRIPT_BYTES;

/// Scripts that start scripts that start scripts.
const DEPTH: usize = 5;
/// Programs that are told of one image.
const MOST: usize = 2_000;
/// Steps in front of a program, as in `exec env A=b gosu x`.
const STEPS: usize = 16;
/// Bytes of scripts and lines of one image that are followed.
const READ_BYTES: usize = 4 << 20;

/// Why a script that is started was not followed.
pub(crate) const UNREAD: &str = "the script was not read";

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
    /// Scripts that are started and were not kept, by their paths.
    pub(crate) unread: BTreeSet<String>,
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
        if let Some(program) = self.without_steps(&words).and_then(<[_]>::first) {
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
        let start = self.take();
        for path in &start.unread {
            self.leave_out(path, UNREAD);
        }
        start.programs
    }

    /// Returns what was not followed, by its path, and why.
    pub(crate) fn into_unfollowed(mut self) -> BTreeMap<String, &'static str> {
        if let Some(why) = self.search.cut() {
            self.unfollowed.insert(String::new(), why);
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
        let Some(words) = self.without_steps(&command.words) else {
            return self.leave_out(by, "too many steps stand in front of a program");
        };
        let Some(program) = words.first() else {
            return;
        };
        if depth > DEPTH {
            return self.leave_out(by, "scripts start scripts too often to follow");
        }
        if self.told.saturating_add(self.start.programs.len()) >= MOST {
            return self.leave_out(by, "it starts more programs than are told");
        }
        let name = name_of(program);
        if is_shell(name)
            && let Some(line) = given_line(words)
        {
            return self.lines(line, by, depth + 1);
        }
        let path = self.search.find(program);
        let real = path.and_then(|path| self.input.tree.real_path(&path, self.input.limits));
        self.start.programs.push(Started {
            words: words.to_vec(),
            path: real.clone(),
            by: by.to_owned(),
            is_background: command.is_background,
        });
        let script = if is_shell(name) {
            let mut operands = words.iter().skip(1).filter(|word| !word.starts_with('-'));
            operands.next().and_then(|file| self.search.find(file))
        } else {
            real.map(|path| path.to_string())
        };
        if let Some(script) = script {
            self.script(&script, depth);
        }
    }

    /// Returns what runs behind the steps; `None` if there are too many.
    fn without_steps<'w>(&mut self, mut words: &'w [String]) -> Option<&'w [String]> {
        for _ in 0..STEPS {
            let name = words.first().map_or("", |first| name_of(first));
            self.start.has_init |= tools::is("init", name);
            if !tools::is("step", name) {
                return Some(words);
            }
            words = behind_step(name, words);
        }
        None
    }

    /// Follows what a script of a shell starts.
    fn script(&mut self, path: &str, depth: usize) {
        let Some(entry) = self.input.tree.find(path, self.input.limits) else {
            return;
        };
        let Some(Kind::Script(line)) = kind(self.input, &entry) else {
            return;
        };
        if !is_script_of_shell(line) || !self.seen.insert(path.to_owned()) {
            return;
        }
        match text(self.input, path) {
            Some(text) => self.lines(&text, path, depth + 1),
            None if usize::try_from(entry.size).is_ok_and(|size| size <= SCRIPT_BYTES) => {
                self.start.unread.insert(path.to_owned());
            }
            None => self.leave_out(path, "it is too large a script to be followed"),
        }
    }
}

/// Returns the name of a program without its folder.
pub(crate) fn name_of(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or_default()
}

/// Returns the words of the program that a step starts.
pub(crate) fn behind_step<'w>(name: &str, words: &'w [String]) -> &'w [String] {
    let mut rest = words.get(1..).unwrap_or_default();
    let takes_value = |option: &str| {
        matches!(
            option,
            "-u" | "-g" | "-s" | "-n" | "-p" | "-c" | "-e" | "-r"
        )
    };
    while let [option, after @ ..] = rest {
        if option == "--" {
            rest = after;
            break;
        }
        let is_setting = matches!(name, "env" | "sudo") && option.contains('=');
        if !option.starts_with('-') && !is_setting {
            break;
        }
        let skipped = usize::from(takes_value(option) && name != "exec");
        rest = after.get(skipped..).unwrap_or_default();
    }
    // the user or the folder, which these take first
    let operands = usize::from(matches!(name, "gosu" | "su-exec" | "chroot" | "su"));
    rest.get(operands..).unwrap_or_default()
}

/// Returns the words of what a command runs, steps before it left out; none if there are too many.
pub(crate) fn words_behind(command: &Command) -> &[String] {
    let mut words = &command.words[..];
    for _ in 0..STEPS {
        let name = words.first().map_or("", |first| name_of(first));
        if !tools::is("step", name) {
            return words;
        }
        words = behind_step(name, words);
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
    fn steps_are_not_what_runs() {
        for (line, want) in [
            ("tini -- nginx -g x", "nginx -g x"),
            ("gosu postgres postgres", "postgres"),
            ("exec nginx", "nginx"),
            ("env -u A B=c nginx", "nginx"),
            ("su-exec redis:redis redis-server", "redis-server"),
            ("nice -n 5 x", "x"),
            ("tini", ""),
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            let name = words[0].clone();
            assert_eq!(behind_step(&name, &words).join(" "), want, "{line}");
        }
    }

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
