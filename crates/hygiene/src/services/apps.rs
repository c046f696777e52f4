//! Applications that are no known service, and stand beside one: what an interpreter is given to run, and
//! programs of the user's own.

use std::collections::BTreeMap;

use crate::elf::Elf;
use crate::facts::kind;
use crate::input::Input;
use crate::notes::Kind;
use crate::start::{self, Started};
use crate::tools;

use super::ROWS;
use super::command::{names, of_command};

/// The row of the table that stands for an application.
pub(super) const ROW: &str = "application";

/// Scripts that start scripts; `start.rs` follows fewer.
const DEPTH: usize = 8;

/// Folders in which packages and languages put programs of many kinds: what lies there is known, or a tool.
const OF_OTHERS: [&str; 6] = ["bin/", "sbin/", "usr/bin/", "usr/sbin/", "usr/lib/", "lib/"];

/// What is started, to be asked for applications.
pub(super) struct Apps<'s, 'a> {
    input: &'s Input<'a>,
    started: Vec<&'s Started>,
    /// Scripts that are started, by their paths: what starts them, and whether they are a service's own.
    scripts: BTreeMap<&'s str, (&'s str, bool)>,
}

impl<'s, 'a> Apps<'s, 'a> {
    pub(super) fn new(input: &'s Input<'a>, first: &'s [Started], second: &'s [Started]) -> Self {
        let started: Vec<&Started> = first.iter().chain(second).collect();
        let mut scripts = BTreeMap::new();
        for it in &started {
            if let Some(path) = &it.path {
                let told = (&*it.by, !of_command(it).is_empty());
                scripts.entry(path.as_str()).or_insert(told);
            }
        }
        Self {
            input,
            started,
            scripts,
        }
    }

    /// Returns the applications, which go on beside something else.
    pub(super) fn find(&self) -> Vec<Started> {
        let apps = self.started.iter().filter(|it| self.is_one(it));
        apps.map(|it| (*it).clone()).collect()
    }

    fn is_one(&self, started: &Started) -> bool {
        if !started.stays || !of_command(started).is_empty() || self.is_of_service(&started.by) {
            return false;
        }
        let (names, arguments) = names(started);
        let first = started
            .words
            .first()
            .map_or("", |word| start::name_of(word));
        let is_known = names.iter().any(|name| is_tool(name)) || is_tool(first);
        !is_known && (is_run(started, &arguments) || self.is_own(started))
    }

    /// Whether the script that starts something belongs to a known service: `kafka-server-start.sh`.
    fn is_of_service(&self, by: &str) -> bool {
        let mut by = by;
        for _ in 0..DEPTH {
            match self.scripts.get(by) {
                Some((_, true)) => return true,
                Some((above, false)) => by = above,
                None => return false,
            }
        }
        false
    }

    /// Whether it is a program that is not a distribution's, or a script of another language than the
    /// shell's.
    fn is_own(&self, started: &Started) -> bool {
        let Some(path) = &started.path else {
            return false;
        };
        let entry = self.input.tree.find(path.as_str(), self.input.limits);
        let is_others = OF_OTHERS.iter().any(|it| path.as_str().starts_with(it));
        match entry.and_then(|entry| kind(self.input, &entry)) {
            Some(Kind::Elf(Elf::Plain | Elf::Loaded(_))) => !is_others,
            Some(Kind::Script(line)) => !start::is_script_of_shell(line) && !is_others,
            _ => false,
        }
    }
}

/// Whether an interpreter is given something that goes on: a file or a module, not a line.
fn is_run(started: &Started, arguments: &[&str]) -> bool {
    let Some((program, words)) = started.words.split_first() else {
        return false;
    };
    let name = start::name_of(program);
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let is_interpreter = tools::is("runs what it reads", bare) && !start::is_shell(bare)
        || matches!(
            bare,
            "java" | "dotnet" | "bun" | "deno" | "npm" | "yarn" | "pnpm"
        );
    let first = words.first().map_or("", String::as_str);
    let is_line = matches!(
        first,
        "-c" | "-e" | "-r" | "-v" | "-V" | "--version" | "-version"
    );
    is_interpreter && !is_line && !(words.is_empty() && arguments.is_empty())
}

/// Whether a program is a tool of the tables, or asks a service: no application.
fn is_tool(name: &str) -> bool {
    let kinds = [
        "supervisor",
        "init",
        "downloader",
        "net tool",
        "debugger",
        "runs what its file says",
        "starts its words",
        "compiler",
    ];
    kinds.iter().any(|kind| tools::is(kind, name))
        || ROWS.iter().any(|row| row.probes.contains(&name))
        || matches!(name, "pip" | "pip3" | "venv" | "ensurepip" | "compileall")
}
