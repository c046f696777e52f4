//! Whether an entrypoint may start the words that are given to it: `exec "$@"`.

use crate::call::{self, Call};
use crate::facts::{kind, text};
use crate::notes::Kind;
use crate::services;
use crate::tools;
use crate::wrappers::Behind;

use super::{Finder, Reader, is_script_of_shell, is_shell, name_of};

impl Finder<'_, '_> {
    /// Whether an entrypoint may start the words behind it: an init, or a script that uses them. A program
    /// that is no script has its own arguments, as what an interpreter is given has, and what a wrapper
    /// starts is followed already.
    pub(super) fn takes_program(&mut self, entrypoint: &[String]) -> bool {
        let words = match self.without_steps(entrypoint) {
            Some(Behind::Words(words)) => words,
            Some(Behind::Line(line)) => return uses(line, true),
            None => return false,
        };
        let Some(program) = words.first() else {
            return false;
        };
        let name = name_of(program);
        if is_shell(name) {
            return match call::of_shell(words) {
                Call::Line(line) => uses(line, true),
                Call::File(file) => self.is_taker(file, Reader::Shell),
                Call::Input => false,
            };
        }
        // a manager of packages runs what its own file says
        if tools::is("language packages", name) {
            return false;
        }
        let run = services::run_by_interpreter(words);
        let given = run.first().filter(|_| run.len() < words.len());
        let name = given.map_or(name, |given| name_of(given));
        if tools::is("supervisor", name) || name == "init" {
            return true;
        }
        match given {
            Some(file) => self.is_taker(file, Reader::Interpreter),
            None => self.is_taker(program, Reader::Kernel),
        }
    }

    /// Whether a file is a script that uses its arguments. One that was not kept may, unless an interpreter
    /// is given it: applications are started so.
    fn is_taker(&mut self, file: &str, reader: Reader) -> bool {
        let path = self.search.find(file).unwrap_or_default();
        let Some(entry) = self.input.tree.find(&path, self.input.limits) else {
            return false;
        };
        let text = || text(self.input, &path);
        match (kind(self.input, &entry), reader) {
            (_, Reader::Interpreter) => text().is_some_and(|text| runs(&text)),
            (Some(Kind::Script(line)), Reader::Kernel) if !is_script_of_shell(line) => {
                text().is_none_or(|text| runs(&text))
            }
            (Some(Kind::Script(_)), _) | (_, Reader::Shell) => {
                text().is_none_or(|text| uses(&text, false))
            }
            (_, Reader::Kernel) => false,
        }
    }
}

/// Whether a text of another language than the shell's may start its arguments: it names them, and what
/// starts programs.
fn runs(text: &str) -> bool {
    let starts = ["exec", "spawn", "subprocess", "system", "Popen", "run("];
    ["argv", "ARGV"].iter().any(|it| text.contains(it)) && starts.iter().any(|it| text.contains(it))
}

/// Whether a text of a shell names its arguments; the first of a line is `$0`, which is the name of a file.
fn uses(text: &str, is_line: bool) -> bool {
    text.split('$').skip(1).any(|behind| {
        let name = behind.trim_start_matches(['{', '#', '!']);
        match name.chars().next() {
            Some('0') => is_line,
            Some(c) => c.is_ascii_digit() || matches!(c, '@' | '*'),
            // `$#`
            None => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_languages_start_arguments_too() {
        for (text, want) in [
            ("import os, sys\nos.execvp(sys.argv[1], sys.argv[1:])", true),
            ("exec(*ARGV)", true),
            ("subprocess.run(['migrate'])", false),
            ("print(sys.argv[1])", false),
        ] {
            assert_eq!(runs(text), want, "{text}");
        }
    }

    #[test]
    fn arguments_are_named_in_many_ways() {
        for (text, is_line, want) in [
            ("exec \"$@\"", false, true),
            ("exec ${1} x", false, true),
            ("exec \"${@:2}\"", false, true),
            ("exec $*", false, true),
            ("cd $(dirname $0); exec nginx", false, false),
            ("exec \"$0\"", true, true),
            ("exec $A ${B1}", false, false),
            ("exec nginx", true, false),
        ] {
            assert_eq!(uses(text, is_line), want, "{text}");
        }
    }
}
