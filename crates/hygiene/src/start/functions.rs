//! Functions of scripts: what stands in one is started where it is called, with what it is given there.
//!
//! ```text
//! run() { "$@" & }      run nginx      "start_$1"      trap stop TERM
//! ```
//! A file that a script reads knows the script's functions, and the script those of the file. A call whose name is
//! told only when it runs means each function whose name fits; one that nothing calls starts nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::shell::{Command, Script};

use super::{At, Finder};

/// Functions of one image, and commands of functions that are followed for calls.
const MOST_FUNCTIONS: usize = 10_000;
const MOST_CALLED: usize = 20_000;
/// Bytes of arguments that cost as much as a command.
const AS_ONE: usize = 64;
/// Names of functions that are compared with words of variables.
const MOST_COMPARED: usize = 1_000_000;
/// Bytes that a command has at most with what is given in it.
const LONGEST: usize = 16_000;
/// Functions that call functions.
const DEPTH: usize = 20;

const UNTOLD: &str = "it calls functions more often than is told";

/// A function.
#[derive(Debug)]
pub(super) struct Function {
    /// Its place among all.
    number: usize,
    /// The file that it stands in.
    by: String,
    /// Its commands, and whether each is the last.
    commands: Vec<(Command, bool)>,
    takes_arguments: bool,
}

/// Functions by name; one that is written in two branches is either.
pub(super) type Known = Rc<BTreeMap<String, Vec<Rc<Function>>>>;

/// The functions that are known where a command stands, and which of all were followed.
#[derive(Debug, Default)]
pub(super) struct Functions {
    pub(super) known: Known,
    count: usize,
    /// What the calls cost that were followed, and names that were compared with words.
    called: usize,
    compared: usize,
    seen: BTreeSet<Call>,
}

/// A call: the function's number, what it is given, and whether it goes on or is not waited for.
type Call = (usize, Vec<String>, bool, bool);

impl Functions {
    /// Returns the functions that a word may mean in which `$NAME` may be anything; none if too much was asked.
    fn named(&mut self, word: &str) -> Option<Vec<Rc<Function>>> {
        if !word.contains('$') {
            return Some(self.known.get(word).cloned().unwrap_or_default());
        }
        self.compared = self.compared.saturating_add(self.known.len());
        if self.compared > MOST_COMPARED {
            return None;
        }
        let fitting = self.known.iter().filter(|(name, _)| may_be(word, name));
        Some(fitting.flat_map(|(_, it)| it.clone()).collect())
    }
}

impl Finder<'_, '_> {
    /// Knows the functions of a script; returns which of its commands stand in none.
    pub(super) fn learn(&mut self, script: &Script, by: &str) -> Vec<bool> {
        let mut stands_in_none = vec![true; script.commands.len()];
        for function in &script.functions {
            if self.functions.count >= MOST_FUNCTIONS {
                self.leave_out(by, "it has more functions than are told apart");
                break;
            }
            let mut commands = Vec::new();
            for at in function.body.clone() {
                if let (Some(it), Some(command)) =
                    (stands_in_none.get_mut(at), script.commands.get(at))
                    && std::mem::take(it)
                {
                    commands.push((command.clone(), function.last.contains(&at)));
                }
            }
            let mut words = commands.iter().flat_map(|(command, _)| &command.words);
            let takes_arguments = words.any(|word| names_argument(word));
            let number = self.functions.count;
            self.functions.count += 1;
            let known = Rc::make_mut(&mut self.functions.known);
            known
                .entry(function.name.clone())
                .or_default()
                .push(Rc::new(Function {
                    number,
                    by: by.to_owned(),
                    commands,
                    takes_arguments,
                }));
        }
        stands_in_none
    }

    /// Follows the functions that the words of a command call, with what is given in them; whether it is nothing
    /// else.
    pub(super) fn calls(&mut self, words: &[String], call: &Command, at: At<'_>) -> bool {
        let Some((name, given)) = words.split_first() else {
            return false;
        };
        let Some(functions) = self.functions.named(name) else {
            self.leave_out(at.by, UNTOLD);
            return false;
        };
        for function in &functions {
            self.body(function, given, (call, at));
        }
        !functions.is_empty() && !name.contains('$')
    }

    fn body(&mut self, function: &Function, given: &[String], (call, at): (&Command, At<'_>)) {
        let told = if function.takes_arguments { given } else { &[] }.to_vec();
        let key = (function.number, told, at.stays, call.is_background);
        if self.functions.seen.contains(&key) {
            return;
        }
        let bytes = given.iter().map(String::len).fold(0, usize::saturating_add);
        let cost = function.commands.len().saturating_add(bytes / AS_ONE);
        let called = self.functions.called.saturating_add(cost);
        if called > MOST_CALLED || at.calls >= DEPTH {
            return self.leave_out(at.by, UNTOLD);
        }
        self.functions.called = called;
        self.functions.seen.insert(key);
        let before = std::mem::replace(&mut self.given, Rc::new(given.to_vec()));
        for (command, is_last) in &function.commands {
            if command.name() == "shift" {
                let count = command.words.get(1).and_then(|word| word.parse().ok());
                let rest = self.given.get(count.unwrap_or(1)..).unwrap_or_default();
                self.given = Rc::new(rest.to_vec());
            }
            let goes_on = at.goes_on && (command.stays || command.is_handed_on());
            let is_once = call.is_background && command.waits;
            let it = Command {
                is_background: command.is_background || (*is_last && call.is_background),
                ..command.clone()
            };
            let at = At {
                by: &function.by,
                stays: goes_on || (*is_last && at.stays && !is_once),
                calls: at.calls + 1,
                ..at
            };
            self.command(&it, at);
        }
        self.given = before;
    }
}

/// Whether a function may have a name that a word stands for in which `$NAME` is anything.
fn may_be(word: &str, name: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut parts = word.split('$').enumerate().map(|(at, part)| match at {
        0 => part,
        _ => match part.strip_prefix('{') {
            Some(inside) => inside.split_once('}').map_or("", |(_, rest)| rest),
            None => part
                .trim_start_matches(is_name)
                .trim_start_matches(['@', '*']),
        },
    });
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let (last, middle) = parts.split_last().unwrap_or((&"", &[]));
    for part in middle {
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}

fn names_argument(word: &str) -> bool {
    word.split('$').skip(1).any(|behind| {
        let name = behind.trim_start_matches('{');
        name.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '@' | '*'))
    })
}

/// Returns words with what is given in the place of arguments, unless that makes them many.
pub(super) fn with_arguments(words: &[String], given: &[String]) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    let mut bytes = 0;
    for (at, word) in words.iter().enumerate() {
        let start = told.len();
        match &**word {
            "$@" | "$*" | "${@}" | "${*}" => told.extend_from_slice(given),
            word if !names_argument(word) => told.push(word.to_owned()),
            // `$1` may be a program with its words
            word if at == 0 => {
                let filled = filled(word, given).unwrap_or_default();
                told.extend(filled.split_whitespace().map(str::to_owned));
            }
            word => told.extend(filled(word, given)),
        }
        let more = told.iter().skip(start).filter(|it| *it != word);
        bytes += more.map(|it| it.len() + 1).sum::<usize>();
        if bytes > LONGEST {
            return words.to_vec();
        }
    }
    told
}

/// Returns a word with what is given in the place of `$1` or `${1}`; none if it is one that is not given.
fn filled(word: &str, given: &[String]) -> Option<String> {
    let mut parts = word.split('$');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    let mut is_missing = false;
    for part in parts {
        let inside = part.strip_prefix('{').and_then(|it| it.split_once('}'));
        let is_digit = part.starts_with(|c: char| c.is_ascii_digit());
        let (name, rest) = inside.unwrap_or_else(|| part.split_at(usize::from(is_digit)));
        let Some(at) = name.parse::<usize>().ok().and_then(|at| at.checked_sub(1)) else {
            filled.extend(["$", part]);
            continue;
        };
        let value = given.get(at);
        is_missing |= value.is_none();
        filled.extend([value.map_or("", String::as_str), rest]);
        if filled.len() > LONGEST {
            return Some(word.to_owned());
        }
    }
    (!is_missing || !filled.is_empty()).then_some(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn arguments_are_what_is_given() {
        for (line, want) in [
            ("$@", "a b,c"),
            ("exec $@ $2", "exec a b,c b,c"),
            ("${1} -x", "a -x"),
            ("sh -c $2", "sh -c b,c"),
            ("start_$1 /etc/${2}.conf", "start_a /etc/b,c.conf"),
            ("x $3 y$3", "x y"),
            ("$3", ""),
            ("$NAME ${2:-x} ${@:2} $# $", "$NAME ${2:-x} ${@:2} $# $"),
            ("$10", "a0"),
        ] {
            let told = with_arguments(&words(line), &words("a b,c"));
            assert_eq!(told.join(" "), want, "{line}");
        }
        let long = ["x".repeat(LONGEST)];
        assert_eq!(with_arguments(&words("$1 $1"), &long), words("$1 $1"));
        assert_eq!(with_arguments(&words("x $1$1"), &long), words("x $1$1"));
        assert_eq!(
            with_arguments(&words("$1"), &["a b".to_owned()]),
            ["a", "b"]
        );
    }

    #[test]
    fn names_of_functions_are_told_by_variables() {
        for (word, name, want) in [
            ("$1", "f", true),
            ("start_$1", "start_redis", true),
            ("start_$1", "stop_redis", false),
            ("${a}_start", "redis_start", true),
            ("do_${x}_y$z", "do_a_y", true),
            ("do_${x}_y$z", "do_a", false),
            ("$a-x", "b-x", true),
            ("f", "f", true),
        ] {
            assert_eq!(may_be(word, name), want, "{word} {name}");
        }
    }
}
