//! Functions of a script that start what they are given: `start() { "$@" & }`, then `start nginx`.

use crate::shell::{Command, Script};

use super::{At, Finder, is_shell, line_of, name_of, words_behind};

/// Commands of functions of one script that are told once more for a call.
const MOST_CALLED: usize = 1_000;

impl Finder<'_, '_> {
    /// Follows what a call of a function starts beyond what stands in it. What a function is given by another one
    /// is not known.
    pub(super) fn called(&mut self, call: &Command, script: &Script, at: At<'_>, told: &mut usize) {
        let Some(body) = script.functions.get(call.name()) else {
            return;
        };
        let body = script.commands.get(body.clone()).unwrap_or_default();
        let mut arguments = call.words.get(1..).unwrap_or_default();
        for command in body {
            if command.name() == "shift" {
                arguments = arguments.get(1..).unwrap_or_default();
            }
            if !starts_argument(command) {
                continue;
            }
            *told = told.saturating_add(1);
            if *told > MOST_CALLED {
                let why =
                    "it calls functions that start what they are given more often than is told";
                return self.leave_out(at.by, why);
            }
            let given = Command {
                words: with_arguments(&command.words, arguments),
                is_background: command.is_background || call.is_background,
                stays: command.stays || call.stays,
                ..command.clone()
            };
            self.command(&given, at);
        }
    }
}

/// Whether a command runs an argument, or a line that is one.
fn starts_argument(command: &Command) -> bool {
    let words = words_behind(command);
    let first = words.first().map_or("", String::as_str);
    let is_line = first == "eval" || is_shell(name_of(first));
    let has_one = words.iter().any(|word| argument(word).is_some());
    // `su app -c "$1"`
    let line = line_of(command).unwrap_or_default();
    argument(first).is_some() || (is_line && has_one) || argument(&line).is_some()
}

/// Which arguments a word stands for.
enum Argument {
    All,
    /// This one, from 1 on.
    One(usize),
}

fn argument(word: &str) -> Option<Argument> {
    let name = word.strip_prefix('$')?;
    let name = name
        .strip_prefix('{')
        .and_then(|it| it.strip_suffix('}'))
        .unwrap_or(name);
    match name {
        "@" | "*" => Some(Argument::All),
        name => name.parse().ok().filter(|at| *at > 0).map(Argument::One),
    }
}

/// Returns words with what is given in the place of arguments.
fn with_arguments(words: &[String], given: &[String]) -> Vec<String> {
    let told = words.iter().flat_map(|word| match argument(word) {
        None => vec![word.clone()],
        Some(Argument::All) => given.to_vec(),
        Some(Argument::One(at)) => given.get(at - 1).cloned().into_iter().collect(),
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    #[test]
    fn functions_start_what_they_are_given() {
        for (line, want) in [
            ("$@", Some("a b")),
            ("exec $@ &", Some("exec a b")),
            ("nohup ${1} -x", Some("nohup a -x")),
            ("eval $*", Some("eval a b")),
            ("sh -c $2", Some("sh -c b")),
            ("su app -c $2", Some("su app -c b")),
            ("gosu redis $@", Some("gosu redis a b")),
            ("$3", Some("")),
            ("echo $@", None),
            ("command -v $1", None),
            ("redis-server $@", None),
            ("$NAME", None),
        ] {
            let command = shell::commands(line).remove(0);
            let given = ["a", "b"].map(str::to_owned);
            let told =
                starts_argument(&command).then(|| with_arguments(&command.words, &given).join(" "));
            assert_eq!(told.as_deref(), want, "{line}");
        }
    }
}
