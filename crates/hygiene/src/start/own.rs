//! What a shell does by itself: it sets variables, goes into folders, reads other files, and finds what a
//! command names.

use crate::places;
use crate::variables;

use super::{At, Finder, Reader, name_of};

/// Folders that a script looks into and may start something of.
const MOST_LISTED: usize = 8;

/// Why a file that is named relative to a folder was not followed.
const UNPLACED: &str = "it is started, and not found in the folder in which that is done";

impl Finder<'_, '_> {
    /// Knows a variable of a script: files, where its value is a pattern of names.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        let Some(left) = self.sets_left.checked_sub(1) else {
            return;
        };
        self.sets_left = left;
        for value in self.variables.word(value) {
            if value.contains(['*', '?', '[']) {
                self.set_files(name, &value);
            } else {
                self.variables.set(name, &value);
            }
        }
    }

    fn files(&mut self, pattern: &str) -> Option<Vec<String>> {
        self.places.files(self.input, pattern, &mut self.names_left)
    }

    /// Knows a variable that means each file of a pattern, or nothing if there is none.
    fn set_files(&mut self, name: &str, pattern: &str) {
        if let Some(files) = self.files(pattern) {
            self.variables.set(name, "");
            for file in files {
                self.variables.set(name, &file);
            }
        }
    }

    /// Follows what a shell does by itself, and what only looks into a folder; whether it is such.
    pub(super) fn is_shells_own(&mut self, name: &str, arguments: &[String], at: At<'_>) -> bool {
        let operands = || arguments.iter().filter(|word| !word.starts_with('-'));
        match name {
            "eval" => self.line(&arguments.join(" "), at),
            "trap" => {
                let line = operands().next().map_or("", String::as_str);
                self.line(line, At { stays: false, ..at });
            }
            "." | "source" => {
                if let Some(file) = arguments.first() {
                    self.read_by_shell(file, at);
                }
            }
            "cd" | "pushd" => {
                let folder = operands().next().map_or("", String::as_str);
                self.places.enter(folder, at.by);
            }
            "export" | "declare" | "local" | "readonly" | "typeset" => {
                for (name, value) in arguments.iter().filter_map(|word| word.split_once('=')) {
                    self.set(name, value);
                }
            }
            "find" => {
                let folders = arguments.iter().filter(|word| word.starts_with('/'));
                self.listed.extend(folders.take(MOST_LISTED).cloned());
                self.listed.truncate(MOST_LISTED);
            }
            "read" => {
                for folder in self.listed.clone() {
                    let pattern = format!("{folder}/*");
                    operands().for_each(|name| self.set_files(name, &pattern));
                }
            }
            // what is asked for may be missing
            "[" | "[[" | "test" => {
                let files = arguments.iter().filter(|word| !word.starts_with('-'));
                self.tested.extend(files.take(MOST_LISTED).cloned());
            }
            "run-parts" => {
                let asks = |word: &String| matches!(&**word, "--test" | "--list");
                if let (Some(folder), false) = (operands().next(), arguments.iter().any(asks)) {
                    self.parts(folder, at);
                }
            }
            _ => return false,
        }
        true
    }

    /// Follows each program of a folder.
    fn parts(&mut self, folder: &str, at: At<'_>) {
        if variables::is_untold(folder) {
            let why = "which folder's programs it starts is told when it runs";
            return self.leave_out(at.by, why);
        }
        let files = self.files(&format!("{folder}/*")).unwrap_or_default();
        if files.len() >= places::MOST_FILES {
            self.leave_out(folder, "it has more programs than are told");
        }
        for file in files {
            self.words(&[file], false, At { stays: false, ..at });
        }
    }

    /// Returns where a program is; one that is named relative to a folder and is not there is noted.
    pub(super) fn find_program(&mut self, program: &str, at: At<'_>) -> Option<String> {
        if program.starts_with('/') || !program.contains('/') {
            return self.search.find(program);
        }
        let mut found = self.beside(program, at);
        if found.is_none() && program.starts_with('$') {
            // `$JAVA_HOME/bin/java` is most often the one of `PATH`
            found = self.search.find(name_of(program));
        }
        if found.is_none() {
            self.misses(program, at);
        }
        found
    }

    /// Notes a file that is named relative to a folder and is not there, unless the script asks whether it
    /// is.
    fn misses(&mut self, file: &str, at: At<'_>) {
        if !self.tested.contains(file) {
            let path = self.places.paths(file, at.by).into_iter().next();
            let path = path.unwrap_or_default();
            self.leave_out(path.trim_start_matches('/'), UNPLACED);
        }
    }

    /// Returns where a file is that is named relative to the folder in which a command runs.
    fn beside(&mut self, file: &str, at: At<'_>) -> Option<String> {
        let paths = self.places.paths(file, at.by);
        paths.iter().find_map(|path| self.search.find(path))
    }

    /// Follows a file that a shell is given, which needs no `#!`. It is looked for in the folder in which
    /// the shell runs, then in `PATH`.
    pub(super) fn read_by_shell(&mut self, file: &str, at: At<'_>) {
        if variables::is_untold(file) {
            return self.leave_out(at.by, "which file it reads is told when it runs");
        }
        let is_whole = file.starts_with('/');
        let mut found = None;
        if !is_whole {
            found = self.beside(file, at);
        }
        if found.is_none() && (is_whole || !file.contains('/')) {
            found = self.search.find(file);
        }
        match found {
            Some(path) => self.script(&path, at, Reader::Shell),
            // what is named whole and not there is not in the image; arguments are told elsewhere
            None if is_whole || file.starts_with('$') => {}
            None => self.misses(file, at),
        }
    }
}
