//! What a container of the image starts: the entrypoint, through `PATH`, links, scripts and their
//! interpreters.
//!
//! Scripts are read, never run: every command that stands in one counts, whatever it depends on.

use std::collections::BTreeSet;

use model::{EntryKind, ImagePath};

use crate::elf::Elf;
use crate::facts::{kind, text};
use crate::input::Input;
use crate::notes::Kind;
use crate::shell::{self, Command};
use crate::tools;

/// Scripts that start scripts that start scripts.
const DEPTH: usize = 5;
/// Programs that are told of one image.
const MOST: usize = 2_000;

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

/// Why a container would not start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Obstacle {
    pub(crate) what: String,
    pub(crate) path: String,
}

/// What a container starts.
#[derive(Debug, Default)]
pub(crate) struct Start {
    /// Programs, in the order in which they are met.
    pub(crate) programs: Vec<Started>,
    /// The program of the entrypoint itself, links followed.
    pub(crate) first: Option<ImagePath>,
    pub(crate) obstacle: Option<Obstacle>,
    /// Scripts that are started and were not kept, by their paths.
    pub(crate) unread: BTreeSet<String>,
    /// Whether an init that takes care of processes is started.
    pub(crate) has_init: bool,
    /// Scripts that were read.
    seen: BTreeSet<String>,
}

/// Finds what a container starts.
pub(crate) fn find(input: &Input<'_>) -> Start {
    let mut finder = Finder {
        input,
        start: Start::default(),
    };
    let Some(config) = input.config.map(|config| &config.config) else {
        return finder.start;
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
    if let Some(program) = words.first() {
        finder.first(program);
    }
    finder.follow(&words, by, 0);
    // what is only an argument of a script still says what the image is for
    if !config.entrypoint.is_empty() && !config.cmd.is_empty() {
        finder.follow(&config.cmd, "CMD", 1);
    }
    finder.start
}

/// Finds what a line of another file starts.
pub(crate) fn of_line(input: &Input<'_>, line: &str, by: &str) -> Start {
    let mut finder = Finder {
        input,
        start: Start::default(),
    };
    for command in shell::commands(line) {
        finder.command(&command, by, 1);
    }
    finder.start
}

struct Finder<'f, 'a> {
    input: &'f Input<'a>,
    start: Start,
}

impl Finder<'_, '_> {
    /// Looks whether the program of the entrypoint can start.
    fn first(&mut self, program: &str) {
        let obstacle = |what: String| {
            Some(Obstacle {
                what,
                path: program.to_owned(),
            })
        };
        // what the runtime's host, or a volume, brings is not in the image
        if program.starts_with('$') {
            return;
        }
        let Some(path) = find_program(self.input, program) else {
            self.start.obstacle = obstacle(format!(
                "`{}` is not in the image",
                crate::hits::short(program)
            ));
            return;
        };
        let limits = self.input.limits;
        self.start.first = self.input.tree.real_path(&path, limits);
        let Some(entry) = self.input.tree.find(&path, limits) else {
            return;
        };
        if entry.kind != EntryKind::File || entry.mode & 0o111 == 0 {
            self.start.obstacle =
                obstacle(format!("`{}` is not executable", crate::hits::short(&path)));
            return;
        }
        let loader = match kind(self.input, &entry) {
            Some(Kind::Elf(Elf::Loaded(loader))) => loader.clone(),
            Some(Kind::Script(line)) => line
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .to_owned(),
            Some(
                Kind::Elf(Elf::Plain | Elf::Core | Elf::Other)
                | Kind::Sqlite
                | Kind::Redis
                | Kind::HeapDump,
            )
            | None => return,
        };
        if !loader.is_empty() && self.input.tree.find(&loader, limits).is_none() {
            let why = format!(
                "`{}` needs `{}`, which is not in the image",
                crate::hits::short(&path),
                crate::hits::short(&loader)
            );
            self.start.obstacle = obstacle(why);
        }
    }

    /// Follows a command line.
    fn follow(&mut self, words: &[String], by: &str, depth: usize) {
        let command = Command {
            words: words.to_vec(),
            ..Command::default()
        };
        self.command(&command, by, depth);
    }

    fn command(&mut self, command: &Command, by: &str, depth: usize) {
        if depth > DEPTH || self.start.programs.len() >= MOST {
            return;
        }
        let Some(program) = command.words.first() else {
            return;
        };
        let name = command.name();
        self.start.has_init |= tools::is("init", name);
        if tools::is("step", name) {
            let rest = behind_step(name, &command.words);
            return self.command(&with_words(command, rest), by, depth);
        }
        if is_shell(name)
            && let Some(line) = given_line(&command.words)
        {
            for inner in shell::commands(line) {
                self.command(&inner, by, depth + 1);
            }
            return;
        }
        let path = find_program(self.input, program);
        let real = path.and_then(|path| self.input.tree.real_path(&path, self.input.limits));
        self.start.programs.push(Started {
            words: command.words.clone(),
            path: real.clone(),
            by: by.to_owned(),
            is_background: command.is_background,
        });
        let script = if is_shell(name) {
            let file = command.operands().next().map(str::to_owned);
            file.and_then(|file| find_program(self.input, &file))
        } else {
            real.map(|path| path.to_string())
        };
        if let Some(script) = script {
            self.script(&script, depth);
        }
    }

    /// Follows what a script of a shell starts.
    fn script(&mut self, path: &str, depth: usize) {
        let Some(entry) = self.input.tree.find(path, self.input.limits) else {
            return;
        };
        let Some(Kind::Script(line)) = kind(self.input, &entry) else {
            return;
        };
        if !is_script_of_shell(line) || !self.start.seen.insert(path.to_owned()) {
            return;
        }
        let Some(text) = text(self.input, path) else {
            if usize::try_from(entry.size).is_ok_and(|size| size <= crate::topic::SCRIPT_BYTES) {
                self.start.unread.insert(path.to_owned());
            }
            return;
        };
        for command in shell::commands(&text) {
            self.command(&command, path, depth + 1);
        }
    }
}

fn with_words(command: &Command, words: &[String]) -> Command {
    Command {
        words: words.to_vec(),
        ..*command
    }
}

/// Returns the words of the program that a step starts.
fn behind_step<'w>(name: &str, words: &'w [String]) -> &'w [String] {
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
        let is_setting = name == "env" && option.contains('=');
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

/// Returns the name of the program that a command runs, steps before it left out.
pub(crate) fn behind(command: &Command) -> String {
    let mut words = &command.words[..];
    for _ in 0..DEPTH {
        let first = words.first().map_or("", String::as_str);
        let name = first.rsplit('/').next().unwrap_or_default();
        if !tools::is("step", name) {
            return name.to_owned();
        }
        words = behind_step(name, words);
    }
    String::new()
}

fn is_shell(name: &str) -> bool {
    matches!(name, "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh")
}

/// Whether the line behind `#!` names a shell.
fn is_script_of_shell(line: &str) -> bool {
    line.split(['/', ' ', '\t']).any(is_shell)
        || line.contains("with-contenv")
        || line.contains("runsvdir")
}

/// Returns the line that a shell is given with `-c`.
fn given_line(words: &[String]) -> Option<&str> {
    let is_command =
        |word: &String| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c');
    let at = words.iter().skip(1).position(is_command)?;
    words.get(at + 2).map(String::as_str)
}

/// Finds a program as `execvp` does; returns its path, which may be a link.
pub(crate) fn find_program(input: &Input<'_>, program: &str) -> Option<String> {
    let config = &input.config?.config;
    let is_file = |path: &str| input.tree.find(path, input.limits).is_some();
    if program.starts_with('/') {
        return is_file(program).then(|| program.trim_start_matches('/').to_owned());
    }
    if program.contains('/') {
        let path = format!("{}/{program}", config.working_dir);
        return is_file(&path).then(|| ImagePath::new(path.as_bytes()).to_string());
    }
    let path = config.env.iter().find_map(|set| set.strip_prefix("PATH="));
    let path = path.unwrap_or("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    path.split(':')
        .take(100)
        .map(|folder| format!("{}/{program}", folder.trim_matches('/')))
        .find(|path| {
            let entry = input.tree.find(path, input.limits);
            entry.is_some_and(|entry| entry.kind == EntryKind::File)
        })
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
