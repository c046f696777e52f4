//! Whether an entrypoint may start the words that are given to it: `exec "$@"`.

use crate::call::{self, Call};
use crate::facts::{kind, text};
use crate::notes::Kind;
use crate::tools;
use crate::wrappers::Behind;

use super::{Finder, Reader, is_script_of_shell, is_shell, name_of};

impl Finder<'_, '_> {
    /// Whether an entrypoint may start the words behind it: an init, or a script that uses them. A program
    /// that is no script has its own arguments, and what a wrapper starts is followed already.
    pub(super) fn takes_program(&mut self, entrypoint: &[String]) -> bool {
        let words = match self.without_steps(entrypoint) {
            Some(Behind::Words(words)) => words,
            Some(Behind::Line(line)) => return uses(line, true),
            None => return false,
        };
        let Some((program, arguments)) = words.split_first() else {
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
        let is_init = tools::is("supervisor", name) || name == "init";
        let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        let runs_file = tools::is("runs what it reads", bare) && !arguments.is_empty();
        is_init || runs_file || self.is_taker(program, Reader::Kernel)
    }

    /// Whether a file is a script that uses its arguments. One of another language than the shell's, and one
    /// that was not kept, may.
    fn is_taker(&mut self, file: &str, reader: Reader) -> bool {
        let path = self.search.find(file).unwrap_or_default();
        let Some(entry) = self.input.tree.find(&path, self.input.limits) else {
            return false;
        };
        match (kind(self.input, &entry), reader) {
            (Some(Kind::Script(line)), Reader::Kernel) if !is_script_of_shell(line) => true,
            (Some(Kind::Script(_)), _) | (_, Reader::Shell) => {
                text(self.input, &path).is_none_or(|text| uses(&text, false))
            }
            (_, Reader::Kernel) => false,
        }
    }
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
