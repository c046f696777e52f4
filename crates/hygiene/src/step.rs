//! The history as steps: what each did, by which command.
//!
//! ```text
//! /bin/sh -c #(nop) ADD file:1f3… in /          ADD
//! RUN |1 TOKEN=x /bin/sh -c make # buildkit     RUN, with an argument of the build
//! ```
//! Source of truth: what Docker's old builder, `BuildKit` and buildah write.

use std::sync::OnceLock;

use crate::input::Input;
use crate::shell::{self, Command};
use crate::start;

/// Lines of a shell in words of a command in such a line.
const MOST_NESTED: usize = 3;

/// What a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It ran commands.
    Run,
    /// `ADD`.
    Add,
    /// `COPY`.
    Copy,
    /// `ENV` or `ARG`.
    Set,
    /// `VOLUME`.
    Volume,
    /// Anything else.
    Other,
}

/// A step of the history.
#[derive(Debug)]
pub(crate) struct Step<'a> {
    /// 0-based index of its entry.
    pub(crate) index: usize,
    /// 0-based index of the layer that it made, if the history fits the layers.
    pub(crate) layer: Option<usize>,
    pub(crate) kind: Kind,
    /// What it did, without what builders put around it.
    pub(crate) text: &'a str,
    commands: OnceLock<Vec<Command>>,
}

/// Returns the steps of the history.
pub(crate) fn steps<'a>(input: &Input<'a>) -> Vec<Step<'a>> {
    let history = input.config.map_or(&[][..], |config| &config.history);
    let layer = |index| {
        let mut layers = input.layers.iter();
        layers.position(|layer| layer.history == Some(index))
    };
    // an image has few layers, and may have a hundred thousand steps without one
    let step = |(index, entry): (usize, &'a model::History)| {
        let (kind, text) = read(&entry.created_by);
        Step {
            index,
            layer: if entry.empty_layer {
                None
            } else {
                layer(index)
            },
            kind,
            text,
            commands: OnceLock::new(),
        }
    };
    history.iter().enumerate().map(step).collect()
}

/// Tells what a line of the history is, and what it did.
fn read(line: &str) -> (Kind, &str) {
    let line = line.trim();
    let line = line.strip_suffix("# buildkit").unwrap_or(line).trim();
    if let Some(step) = line
        .strip_prefix("/bin/sh -c #(nop)")
        .or_else(|| line.strip_prefix("#(nop)"))
    {
        return keyword(step.trim()).unwrap_or((Kind::Other, step.trim()));
    }
    if let Some(run) = line.strip_prefix("RUN ") {
        return (Kind::Run, command(run));
    }
    if let Some(known) = keyword(line) {
        return known;
    }
    let given = command(line);
    if given.len() < line.len() || line.starts_with(['|', '/']) {
        (Kind::Run, given)
    } else {
        (Kind::Other, line)
    }
}

fn keyword(line: &str) -> Option<(Kind, &str)> {
    let (word, rest) = line.split_once(' ')?;
    let kind = match word {
        "ADD" => Kind::Add,
        "COPY" => Kind::Copy,
        "ENV" | "ARG" => Kind::Set,
        "VOLUME" => Kind::Volume,
        "CMD" | "ENTRYPOINT" | "LABEL" | "USER" | "WORKDIR" | "EXPOSE" | "HEALTHCHECK"
        | "SHELL" | "STOPSIGNAL" | "ONBUILD" | "MAINTAINER" => Kind::Other,
        _ => return None,
    };
    Some((kind, rest.trim()))
}

/// Returns what a shell was given, without the shell, its options and the arguments of the build in
/// front of it.
fn command(text: &str) -> &str {
    let text = text.trim();
    let mut rest = text;
    while let Some((word, after)) = rest.split_once(char::is_whitespace) {
        rest = after.trim_start();
        if start::is_shell(start::name_of(word))
            && let Some(line) = behind_options(rest)
        {
            return line;
        }
        // arguments of the build stand in front
        if !text.starts_with('|') {
            break;
        }
    }
    text
}

/// Returns what stands behind `-c`, whatever options a `SHELL` has before it: `-eux -o pipefail -c`.
fn behind_options(mut text: &str) -> Option<&str> {
    while let Some((option, after)) = text.split_once(char::is_whitespace) {
        let after = after.trim_start();
        if !option.starts_with('-') || option.starts_with("--") {
            return None;
        }
        if option.ends_with('c') {
            return Some(after);
        }
        text = match after.split_once(char::is_whitespace) {
            Some((_, behind)) if option.ends_with('o') => behind.trim_start(),
            _ => after,
        };
    }
    None
}

impl Step<'_> {
    /// Whether it was looked at and has more commands than are told.
    pub(crate) fn is_cut(&self) -> bool {
        let commands = self.commands.get();
        commands.is_some_and(|commands| commands.len() >= shell::MOST)
    }

    /// Returns the commands that it ran; behind them those of lines that shells are given, `su app -c '…'`.
    pub(crate) fn commands(&self) -> &[Command] {
        if self.kind != Kind::Run {
            return &[];
        }
        self.commands.get_or_init(|| followed(self.text))
    }
}

/// Returns the commands of a text, behind them those of the lines in their words, and so on.
fn followed(text: &str) -> Vec<Command> {
    let mut commands = shell::commands(text);
    let mut from = 0;
    for _ in 0..MOST_NESTED {
        let new = commands.get(from..).unwrap_or_default();
        let lines: Vec<String> = new.iter().filter_map(start::line_of).collect();
        from = commands.len();
        for line in lines {
            commands.extend(shell::commands(&line));
            commands.truncate(shell::MOST);
        }
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_in_words_are_followed() {
        for (text, want) in [
            ("bash -c \"a && b\"; c", &["bash", "c", "a", "b"][..]),
            ("sudo sh -c 'su x -c \"a | b\"'", &["sudo", "su", "a", "b"]),
            ("eval 'a b'", &["eval", "a"]),
            ("sh -c a.sh", &["sh", "a.sh"]),
            ("sh a.sh", &["sh"]),
        ] {
            let told: Vec<String> = followed(text)
                .iter()
                .map(|it| it.name().to_owned())
                .collect();
            assert_eq!(told, want, "{text}");
        }
    }

    #[test]
    fn builders_lines_are_read() {
        for (line, kind, text) in [
            (
                "/bin/sh -c #(nop) ADD file:1 in / ",
                Kind::Add,
                "file:1 in /",
            ),
            ("/bin/sh -c #(nop)  CMD [\"sh\"]", Kind::Other, "[\"sh\"]"),
            ("/bin/sh -c apt-get update", Kind::Run, "apt-get update"),
            ("RUN /bin/sh -c make # buildkit", Kind::Run, "make"),
            (
                "RUN |2 A=1 B=x y /bin/sh -c make all # buildkit",
                Kind::Run,
                "make all",
            ),
            ("|1 A=1 /bin/sh -c make", Kind::Run, "make"),
            (
                "RUN /bin/bash -eux -o pipefail -c make all # buildkit",
                Kind::Run,
                "make all",
            ),
            (
                "RUN |1 A=1 /bin/bash -exo pipefail -c make # buildkit",
                Kind::Run,
                "make",
            ),
            ("RUN bash build.sh", Kind::Run, "bash build.sh"),
            ("COPY . /app # buildkit", Kind::Copy, ". /app"),
            ("ENV A=b", Kind::Set, "A=b"),
            ("bazel build ...", Kind::Other, "bazel build ..."),
            ("", Kind::Other, ""),
        ] {
            assert_eq!(read(line), (kind, text), "{line}");
        }
    }
}
