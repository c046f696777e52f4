//! What a container of the image starts: the entrypoint, through `PATH`, links, scripts and their
//! interpreters.
//!
//! Scripts are read, never run: every command that stands in one counts, whatever it depends on; those of a
//! function where it is called.

mod argument;
mod behind;
mod blocks;
mod functions;
mod many;
mod own;
mod packages;

pub(crate) use behind::{
    behind, given_line, is_script_of_shell, is_shell, line_of, name_of, reads_lines, words_behind,
};

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use model::{EntryKind, ImagePath};

use crate::call::{self, Call};
use crate::facts::{kind, text};
use crate::input::Input;
use crate::notes::Kind;
use crate::obstacle::{self, Obstacle};
use crate::places::Places;
use crate::search::Search;
use crate::shell::{self, Command, Script};
use crate::tools;
use crate::topic::SCRIPT_BYTES;
use crate::variables::{self, Variables};
use crate::wrappers::{self, Behind};

use functions::Functions;

/// Scripts that start scripts that start scripts.
const DEPTH: usize = 5;
/// Programs that are told of one image.
const MOST: usize = 2_000;
/// Steps in front of a program, as in `exec env A=b gosu x`.
const STEPS: usize = 16;
/// Variables of one image that are set, names that patterns are compared with, and words behind variables.
const MOST_SETS: usize = 10_000;
const MOST_NAMES: usize = 20_000;
const MOST_WORDS: usize = 1_000_000;
/// Bytes of scripts and lines of one image that are followed.
const READ_BYTES: usize = 4 << 20;

/// Why a file that says what is started was not followed.
const UNREAD: &str = "it was not read, and says what is started";

/// A program that is started.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Started {
    /// Its words as they are given, the program first.
    pub(crate) words: Vec<String>,
    /// Its real path, if it is there.
    pub(crate) path: Option<ImagePath>,
    /// What starts it: `ENTRYPOINT`, or a file of the image.
    pub(crate) by: String,
    /// Whether what starts it goes on at once.
    pub(crate) is_background: bool,
    /// Whether it is to go on: what is done once and ends stands before something else.
    pub(crate) stays: bool,
    /// Folders in which it may run, the likely ones first.
    pub(crate) folders: Vec<String>,
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
    /// Folders in which commands run.
    places: Places,
    variables: Variables,
    functions: Functions,
    /// What the script, or the function of it, is given.
    given: Rc<Vec<String>>,
    /// Folders that a script looks into.
    listed: Vec<String>,
    /// Variables that may still be set, names of files that may be compared with patterns, and words that
    /// may stand for others.
    sets_left: usize,
    names_left: usize,
    words_left: usize,
    /// Files of which scripts ask whether they are there.
    tested: BTreeSet<String>,
}

impl<'f, 'a> Finder<'f, 'a> {
    /// Starts with nothing.
    pub(crate) fn new(input: &'f Input<'a>) -> Self {
        let config = input.config.map(|config| &config.config);
        Self {
            input,
            search: Search::new(input),
            start: Start::default(),
            told: 0,
            left: READ_BYTES,
            unfollowed: BTreeMap::new(),
            unread: BTreeSet::new(),
            seen: BTreeSet::new(),
            places: Places::new(config.map_or("", |config| &config.working_dir)),
            variables: Variables::of_environment(config.map_or(&[], |config| &config.env)),
            functions: Functions::default(),
            given: Rc::default(),
            listed: Vec::new(),
            sets_left: MOST_SETS,
            names_left: MOST_NAMES,
            words_left: MOST_WORDS,
            tested: BTreeSet::new(),
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
        let at = At {
            by,
            stays: true,
            ..At::default()
        };
        self.follow(&words, at);
        // what is only an argument of a script still says what the image is for
        if !config.cmd.is_empty() && self.takes_program(&config.entrypoint) {
            let (by, depth) = ("CMD", 1);
            self.inside(|it| it.follow(&config.cmd, At { by, depth, ..at }));
        }
        self.take()
    }

    /// Finds what a line of another file starts, beside what was found before.
    pub(crate) fn of_line(&mut self, line: &str, by: &str) -> Vec<Started> {
        let at = At {
            by,
            depth: 1,
            stays: true,
            ..At::default()
        };
        self.inside(|it| it.lines(line, at));
        self.take().programs
    }

    /// Finds what a command starts that only asks: what was not followed of it hides nothing that is started.
    pub(crate) fn of_question(&mut self, words: &[String], by: &str) -> Vec<Started> {
        let unfollowed = self.unfollowed.clone();
        let at = At {
            by,
            depth: 1,
            stays: false,
            ..At::default()
        };
        self.inside(|it| it.follow(words, at));
        self.unfollowed = unfollowed;
        self.take().programs
    }

    /// Finds what a file starts that is run as a program.
    pub(crate) fn of_script(&mut self, path: &str) -> Vec<Started> {
        let at = At {
            by: path,
            depth: 1,
            stays: false,
            ..At::default()
        };
        self.inside(|it| it.words(&[format!("/{path}")], false, at));
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

    /// Whether nothing was left out so far.
    pub(crate) fn follows_all(&self) -> bool {
        self.unfollowed.is_empty() && self.unread.is_empty()
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
    fn follow(&mut self, words: &[String], at: At<'_>) {
        let command = Command {
            words: words.to_vec(),
            ..Command::default()
        };
        self.command(&command, at);
    }

    /// Follows the commands of a text.
    fn lines(&mut self, text: &str, at: At<'_>) {
        let Some(left) = self.left.checked_sub(text.len()) else {
            return self.leave_out(at.by, "it is beyond what is read of scripts");
        };
        self.left = left;
        let script = shell::script(text);
        let Script { commands, sets, .. } = &script;
        if commands.len() >= shell::MOST {
            self.leave_out(at.by, "it has more commands than are told");
        }
        for set in sets {
            for value in &set.values {
                self.set(&set.name, value);
            }
        }
        let runs = self.learn(&script, at.by);
        let goes_on = at.stays;
        for (command, runs) in commands.iter().zip(runs) {
            if runs {
                let stays = goes_on && (command.stays || command.is_handed_on());
                let (by, depth) = (at.by, at.depth);
                self.command(
                    command,
                    At {
                        by,
                        depth,
                        stays,
                        goes_on,
                        calls: 0,
                    },
                );
            }
        }
    }

    /// Notes what was not followed.
    pub(crate) fn leave_out(&mut self, by: &str, why: &'static str) {
        let by = crate::hits::short(by).into_owned();
        self.unfollowed.entry(by).or_insert(why);
    }

    fn command(&mut self, command: &Command, at: At<'_>) {
        // who waits for a service does something with it, and ends
        let stays = at.stays || (command.is_background && !command.waits);
        let commands = match self.words_left {
            0 => vec![command.words.clone()],
            _ => self.variables.commands(&command.words),
        };
        let count = commands.iter().map(Vec::len).fold(0, usize::saturating_add);
        self.words_left = self.words_left.saturating_sub(count);
        for mut words in commands {
            let told = functions::with_arguments(&words, &self.given);
            if self.calls(&told, command, At { stays, ..at }) {
                continue;
            }
            if at.calls > 0 {
                words = told;
            }
            let Some(pieces) = blocks::pieces(&words) else {
                self.words(&words, command.is_background, At { stays, ..at });
                continue;
            };
            for piece in pieces {
                let stays = at.stays && (stays && piece.is_last || piece.is_background);
                let is_background = command.is_background || piece.is_background;
                self.words(piece.words, is_background, At { stays, ..at });
            }
        }
    }

    /// Follows a command whose variables stand for what they are.
    fn words(&mut self, words: &[String], is_background: bool, at: At<'_>) {
        let words = match self.without_steps(words) {
            None => return self.leave_out(at.by, "too many steps stand in front of a program"),
            Some(Behind::Words(words)) => words,
            Some(Behind::Line(line)) => return self.inside(|it| it.line(line, at)),
        };
        let Some((program, arguments)) = words.split_first() else {
            return;
        };
        if at.depth > DEPTH {
            return self.leave_out(at.by, "scripts start scripts too often to follow");
        }
        let name = name_of(program);
        if self.is_shells_own(name, arguments, at) {
            return;
        }
        if is_shell(name)
            && let Call::Line(line) = call::of_shell(words)
        {
            if line == "{}" {
                return self.leave_out(at.by, "what it starts is told when it runs");
            }
            // the first word behind it is its name
            let given = behind_word(words, line).get(1..).unwrap_or_default();
            return self.inside(|it| {
                it.given = Rc::new(given.to_vec());
                it.line(line, at);
            });
        }
        // xargs puts there what it reads
        if variables::is_untold(program) || program == "{}" {
            return self.leave_out(at.by, "which program it starts is told when it runs");
        }
        if self.told.saturating_add(self.start.programs.len()) >= MOST {
            return self.leave_out(at.by, "it starts more programs than are told");
        }
        let path = self.find_program(program, at);
        let real = path.and_then(|path| self.input.tree.real_path(&path, self.input.limits));
        self.start.programs.push(Started {
            words: words.to_vec(),
            path: real.clone(),
            by: at.by.to_owned(),
            is_background,
            stays: at.stays,
            folders: self.places.folders(),
        });
        self.named_in_file(name, words, at);
        self.named_in_words(name, words, at);
        if is_shell(name) {
            if let Call::File(file) = call::of_shell(words) {
                self.inside(|it| {
                    it.given = Rc::new(behind_word(words, file).to_vec());
                    it.read_by_shell(file, at);
                });
            }
        } else if let Some(path) = real {
            self.inside(|it| {
                it.given = Rc::new(arguments.to_vec());
                it.functions.known = Rc::default();
                it.script(path.as_str(), at, Reader::Kernel);
            });
        }
    }

    /// Does something as a process of its own, whose folder, variables and functions nobody else has.
    fn inside(&mut self, act: impl FnOnce(&mut Self)) {
        let places = self.places.clone();
        let variables = self.variables.clone();
        let known = Rc::clone(&self.functions.known);
        let given = Rc::clone(&self.given);
        act(self);
        self.places = places;
        self.variables = variables;
        self.functions.known = known;
        self.given = given;
    }

    /// Follows a line that is one word of another.
    fn line(&mut self, line: &str, at: At<'_>) {
        if at.depth > DEPTH {
            return self.leave_out(at.by, "scripts start scripts too often to follow");
        }
        let depth = at.depth + 1;
        self.lines(line, At { depth, ..at });
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
    fn script(&mut self, path: &str, at: At<'_>, reader: Reader) {
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
            let depth = at.depth + 1;
            let (by, stays) = (path, at.stays);
            self.lines(
                &text,
                At {
                    by,
                    depth,
                    stays,
                    ..at
                },
            );
        }
    }
}

/// Returns the words behind one.
fn behind_word<'w>(words: &'w [String], word: &str) -> &'w [String] {
    let at = words.iter().position(|it| it == word);
    at.and_then(|at| words.get(at + 1..)).unwrap_or_default()
}

/// Where a command stands.
#[derive(Debug, Clone, Copy, Default)]
struct At<'b> {
    /// What starts it.
    by: &'b str,
    depth: usize,
    /// Whether what it starts goes on when all that stands before it is done.
    stays: bool,
    /// Whether that is so of what is last in the script.
    goes_on: bool,
    /// Functions that were called to come here.
    calls: usize,
}

/// Who reads a script.
#[derive(Debug, Clone, Copy)]
enum Reader {
    /// By the interpreter that its first line names.
    Kernel,
    /// A shell that was given it.
    Shell,
    /// An interpreter of another language that was given it.
    Interpreter,
}
