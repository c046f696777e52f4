//! What a command runs, behind the steps that stand before it: `exec env A=b gosu app serve` runs `serve`.

use super::STEPS;
use crate::call::{self, Call};
use crate::shell::Command;
use crate::tools;
use crate::wrappers::{self, Behind};

/// Returns the name of a program without its folder.
pub(crate) fn name_of(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or_default()
}

/// Returns the words of what a command runs, steps before it left out; none if there are too many, or if
/// it is a line.
pub(crate) fn words_behind(command: &Command) -> &[String] {
    let mut words = &command.words[..];
    for _ in 0..STEPS {
        match wrappers::behind(words) {
            None => return words,
            Some(Behind::Words(behind)) => words = behind,
            Some(Behind::Line(_)) => return &[],
        }
    }
    &[]
}

/// Returns the line of a shell that stands in the words of a command: `su app -c LINE`, `eval LINE`.
pub(crate) fn line_of(command: &Command) -> Option<String> {
    let mut words = &command.words[..];
    for _ in 0..STEPS {
        match wrappers::behind(words) {
            None => break,
            Some(Behind::Words(behind)) => words = behind,
            Some(Behind::Line(line)) => return Some(line.to_owned()),
        }
    }
    let (program, arguments) = words.split_first()?;
    match name_of(program) {
        "eval" => Some(arguments.join(" ")),
        name if is_shell(name) => given_line(words).map(str::to_owned),
        _ => None,
    }
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
pub(crate) fn is_script_of_shell(line: &str) -> bool {
    line.split(['/', ' ', '\t', '\r']).any(is_shell)
        || line.contains("with-contenv")
        || line.contains("runsvdir")
}

/// Whether a shell or an interpreter runs what it reads from its standard input: no file and no line is
/// given.
pub(crate) fn reads_lines(words: &[String]) -> bool {
    if words.first().is_some_and(|first| is_shell(name_of(first))) {
        return call::of_shell(words) == Call::Input;
    }
    for word in words.iter().skip(1) {
        match word.strip_prefix('-') {
            // behind it come arguments of what is read
            Some("") => return true,
            None => return false,
            Some(option) if option.starts_with('-') => {}
            // a line, or what is done with each line that is read
            Some(option) if option.contains(['c', 'e', 'm', 'n', 'p', 'r']) => return false,
            Some(_) => {}
        }
    }
    true
}

/// Returns the line that a shell is given with `-c`.
pub(crate) fn given_line(words: &[String]) -> Option<&str> {
    match call::of_shell(words) {
        Call::Line(line) => Some(line),
        Call::File(_) | Call::Input => None,
    }
}
