//! Files of note, by what they may tell: the table `data/paths.tsv`, and what no path tells.

use std::sync::LazyLock;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use model::{Entry, EntryKind};

use crate::folder::{Folder, name_start};
use crate::likely::Likely;
use crate::tables::rows;

/// Bytes of a file of note that are read.
pub(crate) const NOTE_BYTES: usize = 1 << 20;
/// Bytes of a script that are read: longer ones are programs.
pub(crate) const SCRIPT_BYTES: usize = 64 << 10;

/// Whether an entry is a file that is read for what it says.
pub(crate) fn is_read(entry: &Entry) -> bool {
    let is_small = u64::try_from(NOTE_BYTES).is_ok_and(|most| entry.size <= most);
    entry.kind == EntryKind::File && is_small
}

/// Declares the topics with their names in the table.
macro_rules! topics {
    ($($(#[$doc:meta])* $topic:ident = $name:literal,)*) => {
        /// What a file may tell; what a check wants to see, it declares.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Topic {
            $($(#[$doc])* $topic,)*
        }

        impl Topic {
            fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$topic),)*
                    _ => None,
                }
            }
        }
    };
}

topics! {
    /// Users and groups.
    Account = "account",
    /// Files that give capabilities; no path of the table.
    Capable = "capable",
    /// What a database of packages or of a language left behind.
    Cache = "cache",
    /// Programs that build others; no path of the table.
    Compiler = "compiler",
    /// Files in the data directory of a service; no path of the table.
    Data = "data",
    /// Files that hold what lets one in.
    Credential = "credential",
    /// Settings that may hold what lets one in.
    Login = "login",
    /// Documents and manual pages.
    Docs = "docs",
    /// Memory, traffic, what was typed, copies.
    Dump = "dump",
    /// Repositories of git.
    Git = "git",
    /// Where a repository of git comes from.
    GitSetting = "git setting",
    /// Headers of a compiler.
    Header = "header",
    /// What programs wrote about themselves.
    Log = "log",
    /// Which package's a file is that lies elsewhere.
    Owner = "owner",
    /// Libraries in system folders; no path of the table.
    Library = "library",
    /// Programs in system folders; no path of the table.
    Program = "program",
    /// What tells the version of a runtime.
    Runtime = "runtime",
    /// Scripts that may start something.
    Script = "script",
    /// What a new database begins with.
    Seed = "seed",
    /// Where a service keeps its data.
    Setting = "setting",
    /// Files that run as their owner or group; no path of the table.
    SetId = "setid",
    /// Keys and permissions of SSH.
    SshKey = "ssh key",
    /// Files of a database.
    Store = "store",
    /// Who may become root.
    Sudo = "sudo",
    /// What tools bring, or keep for themselves.
    OfTool = "of a tool",
    /// What a supervisor starts.
    Supervisor = "supervisor",
    /// Whom package managers trust.
    Trust = "trust",
    /// What everybody may write; no path of the table.
    Writable = "writable",
}

impl Topic {
    /// Returns how many bytes of its files are read; none if only their names matter.
    const fn content_bytes(self) -> Option<usize> {
        match self {
            Self::Account
            | Self::GitSetting
            | Self::Login
            | Self::Owner
            | Self::Runtime
            | Self::Setting
            | Self::Sudo
            | Self::Supervisor
            | Self::Trust => Some(NOTE_BYTES),
            Self::Script => Some(SCRIPT_BYTES),
            Self::Cache
            | Self::Capable
            | Self::Compiler
            | Self::Credential
            | Self::Data
            | Self::Docs
            | Self::Dump
            | Self::Git
            | Self::Header
            | Self::Library
            | Self::Log
            | Self::OfTool
            | Self::Program
            | Self::Seed
            | Self::SetId
            | Self::SshKey
            | Self::Store
            | Self::Writable => None,
        }
    }
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) topic: Topic,
    /// What it is, in a few words.
    pub(crate) what: &'static str,
}

/// The table, made ready.
#[derive(Debug)]
pub(crate) struct Paths {
    rows: Vec<Row>,
    all: Patterns,
    /// Those of files that are read.
    read: Patterns,
}

/// Patterns with the numbers of their rows.
#[derive(Debug)]
struct Patterns {
    likely: Likely,
    globs: GlobSet,
    numbers: Vec<usize>,
}

/// The table.
pub(crate) static PATHS: LazyLock<Paths> =
    LazyLock::new(|| Paths::new(include_str!("../data/paths.tsv")));

impl Paths {
    /// A row that makes no sense is left out, which a test does not let pass.
    fn new(table: &'static str) -> Self {
        let mut known: Vec<(&'static str, Row)> = Vec::new();
        for row in rows(table) {
            if let [topic, pattern, what] = row[..]
                && let Some(topic) = Topic::from_name(topic)
            {
                known.push((pattern, Row { topic, what }));
            }
        }
        let is_read = |row: &Row| row.topic.content_bytes().is_some();
        Self {
            all: Patterns::new(&known, |_| true),
            read: Patterns::new(&known, is_read),
            rows: known.into_iter().map(|(_, row)| row).collect(),
        }
    }

    /// Holds paths against all rows.
    pub(crate) fn all(&self) -> Fitting<'_> {
        Fitting::new(&self.rows, &self.all)
    }

    /// Holds paths against the rows of files that are read.
    pub(crate) fn read(&self) -> Fitting<'_> {
        Fitting::new(&self.rows, &self.read)
    }
}

/// Holds one path after the other against rows.
#[derive(Debug)]
pub(crate) struct Fitting<'t> {
    rows: &'t [Row],
    patterns: &'t Patterns,
    /// Whether any path in the folder of the last one may fit.
    is_likely: Folder<bool>,
    /// Places of the patterns that the last path fits.
    places: Vec<usize>,
}

impl<'t> Fitting<'t> {
    fn new(rows: &'t [Row], patterns: &'t Patterns) -> Self {
        Self {
            rows,
            patterns,
            is_likely: Folder::default(),
            places: Vec::new(),
        }
    }

    /// Returns the rows that a path fits.
    pub(crate) fn of(&mut self, path: &str) -> impl Iterator<Item = &'t Row> {
        let Patterns {
            likely,
            globs,
            numbers,
        } = self.patterns;
        let (folder, name) = path.split_at(name_start(path.as_bytes()));
        let is_folder = || likely.is_folder(folder);
        self.places.clear();
        if self.is_likely.told(folder.as_bytes(), is_folder) || likely.is_name(name) {
            globs.matches_into(path, &mut self.places);
        }
        let numbers = self.places.iter().filter_map(|at| numbers.get(*at));
        numbers.filter_map(|number| self.rows.get(*number))
    }

    /// Returns how many bytes of the file at a path are read, if it is.
    pub(crate) fn read_bytes(&mut self, path: &str) -> Option<usize> {
        self.of(path)
            .filter_map(|row| row.topic.content_bytes())
            .max()
    }
}

impl Patterns {
    fn new(known: &[(&'static str, Row)], wants: impl Fn(&Row) -> bool) -> Self {
        let mut globs = GlobSetBuilder::new();
        let (mut numbers, mut taken) = (Vec::new(), Vec::new());
        for (number, (pattern, row)) in known.iter().enumerate() {
            let glob = GlobBuilder::new(pattern)
                .literal_separator(true)
                .empty_alternates(true)
                .build();
            if let Ok(glob) = glob
                && wants(row)
            {
                globs.add(glob);
                numbers.push(number);
                taken.push(*pattern);
            }
        }
        Self {
            likely: Likely::new(taken.into_iter()),
            globs: globs.build().unwrap_or_else(|_too_large| GlobSet::empty()),
            numbers,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_makes_sense() {
        let table = include_str!("../data/paths.tsv");
        assert_eq!(rows(table).count(), PATHS.rows.len());
        assert_eq!(PATHS.all.numbers.len(), PATHS.rows.len());
    }

    /// Makes a path of a pattern: one choice of each pair of braces, and texts for what is wild.
    fn path(pattern: &str, choice: usize, wild: &[(&str, &str)]) -> String {
        let mut path = pattern.to_owned();
        while let Some((before, rest)) = path.clone().split_once('{') {
            let (choices, after) = rest.split_once('}').unwrap();
            let choices: Vec<&str> = choices.split(',').collect();
            path = format!("{before}{}{after}", choices[choice % choices.len()]);
        }
        for (pattern, text) in wild {
            path = path.replace(pattern, text);
        }
        path
    }

    /// Of paths that are made of the patterns, those that fit must be likely.
    #[test]
    fn what_fits_is_likely() {
        let wild = [
            [("**/", ""), ("/**", "/x"), ("*", ""), ("[0-9]", "7")],
            [("**/", "a/"), ("/**", "/x/y.z"), ("*", "b"), ("[0-9]", "0")],
            [
                ("**/", "a/b.c/"),
                ("/**", "/.x"),
                ("*", ".b-"),
                ("[0-9]", "9"),
            ],
        ];
        let patterns = rows(include_str!("../data/paths.tsv")).map(|row| row[1]);
        let paths = patterns.flat_map(|pattern| {
            let choices = (0..12).flat_map(|choice| wild.iter().map(move |wild| (choice, wild)));
            choices.map(move |(choice, wild)| path(pattern, choice, wild))
        });
        let mut fits = 0;
        let likely = &PATHS.all.likely;
        let is = |path: &str| {
            let (folder, name) = path.split_at(name_start(path.as_bytes()));
            likely.is_folder(folder) || likely.is_name(name)
        };
        for path in paths.filter(|path| !PATHS.all.globs.matches(path).is_empty()) {
            assert!(is(&path), "{path}");
            fits += 1;
        }
        assert!(fits > 1_000, "{fits}");
        for path in ["usr/lib/x86_64-linux-gnu/libc.so.6", "app/index.js"] {
            assert!(!is(path), "{path}");
        }
    }

    #[test]
    fn paths_have_their_topics() {
        let (mut all, mut read) = (PATHS.all(), PATHS.read());
        for (path, want) in [
            ("etc/passwd", &[Topic::Account][..]),
            ("srv/pg/PG_VERSION", &[Topic::Store]),
            ("root/.bash_history", &[Topic::Dump]),
            ("var/log/nginx/error.log", &[Topic::Log]),
            ("var/log/error.log", &[Topic::Log]),
            ("var/lib/apt/lists/x_Packages", &[Topic::Cache]),
            ("srv/core", &[Topic::Dump]),
            ("srv/core/x", &[]),
            ("entrypoint.sh", &[Topic::Script, Topic::Script]),
            ("usr/bin/passwd", &[]),
            ("app/.git/config", &[Topic::Git, Topic::GitSetting]),
        ] {
            let topics: Vec<Topic> = all.of(path).map(|row| row.topic).collect();
            assert_eq!(topics, want, "{path}");
        }
        for (path, want) in [
            ("etc/shadow", Some(NOTE_BYTES)),
            ("usr/local/bin/run", Some(SCRIPT_BYTES)),
            ("usr/bin/perl", None),
        ] {
            assert_eq!(read.read_bytes(path), want, "{path}");
        }
    }
}
