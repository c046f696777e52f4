//! Where reports go: standard output, or files, several at once.

mod file;

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;
use std::str::FromStr;

use clap::ArgMatches;
use report::{Answer, Answers, Color, Output, UnknownOutput, View};

use crate::error::Failure;
use crate::exit::Exit;

pub(crate) use file::write as replace;

/// One report to write.
#[derive(Debug, Clone, Default)]
pub(crate) struct Destination {
    /// `None` for the one that `--format` names.
    format: Option<Output>,
    /// `None` for standard output.
    path: Option<PathBuf>,
}

impl FromStr for Destination {
    type Err = String;

    /// Reads `[FORMAT=]PATH`. A word before `=` is a format and never part of a path, so that a
    /// misspelt one is an error and no file of a strange name: that file is `./WORD=…`.
    fn from_str(text: &str) -> Result<Self, String> {
        let is_word = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let known = |name: &str| {
            name.parse()
                .map_err(|unknown: UnknownOutput| unknown.to_string())
        };
        let (format, path) = match text.split_once('=') {
            Some((name, path)) if is_word(name) => (Some(known(name)?), path),
            _ => (None, text),
        };
        if path.is_empty() {
            return Err("it names no file".to_owned());
        }
        Ok(Self {
            format,
            path: (path != "-").then(|| PathBuf::from(path)),
        })
    }
}

impl Destination {
    /// Returns the answers as this destination wants them: only standard output may be a terminal,
    /// files get no colour and 80 columns.
    pub(crate) fn dress<'a>(
        &self,
        answers: impl Iterator<Item = (Answer<'a>, View)>,
    ) -> Vec<(Answer<'a>, View)> {
        let is_stdout = self.path.is_none();
        let dress = |(answer, view): (Answer<'a>, View)| {
            let plain = View {
                color: Color::Plain,
                width: 80,
                ..view
            };
            (answer, if is_stdout { view } else { plain })
        };
        answers.map(dress).collect()
    }

    /// Returns the format that it wants.
    pub(crate) fn format(&self, default: Output) -> Output {
        self.format.unwrap_or(default)
    }

    /// Writes the answers.
    pub(crate) fn write(&self, default: Output, answers: &Answers<'_>) -> Result<(), Failure> {
        let format = self.format(default);
        self.put(|out| report::write(format, answers, out))
    }

    /// Writes a text that is no answer of [`report`].
    pub(crate) fn write_text(&self, text: &str) -> Result<(), Failure> {
        self.put(|out| out.write_all(text.as_bytes()))
    }

    fn put(&self, write: impl Fn(&mut dyn io::Write) -> io::Result<()>) -> Result<(), Failure> {
        let result = if let Some(path) = &self.path {
            file::write(path, write)
        } else {
            let mut out = BufWriter::new(io::stdout().lock());
            write(&mut out).and_then(|()| out.flush())
        };
        let name = self
            .path
            .as_ref()
            .map_or("standard output".into(), |path| path.to_string_lossy());
        result.or_else(|error| forgive(&error, &name))
    }
}

/// Refuses two reports for one place: the second would end the first.
///
/// # Errors
/// Names that place.
pub(crate) fn check_places(destinations: &[Destination]) -> Result<(), Failure> {
    let mut seen = BTreeSet::new();
    for destination in destinations {
        let (name, place) = match &destination.path {
            None => ("standard output".into(), Some(PathBuf::from("-"))),
            Some(path) => (path.to_string_lossy(), file::identity(path)),
        };
        if place.is_some_and(|place| !seen.insert(place)) {
            let failure = Failure::usage(format!("{name}: two reports go there (--output)"));
            return Err(failure.with("next", "give each report a file of its own"));
        }
    }
    Ok(())
}

/// Prints a text to standard output.
pub(crate) fn print(text: &str) -> Result<Exit, Failure> {
    let result = anstream::stdout().write_all(text.as_bytes());
    result.or_else(|error| forgive(&error, "standard output"))?;
    Ok(Exit::Passed)
}

/// Writes a text to standard output as it is.
pub(crate) fn write_plain(text: &str) -> Result<Exit, Failure> {
    let result = io::stdout().lock().write_all(text.as_bytes());
    result.or_else(|error| forgive(&error, "standard output"))?;
    Ok(Exit::Passed)
}

/// Says a line on standard error that is safe but for its tabs.
pub(crate) fn warn_tabbed(line: &str) {
    let _nobody_reads = anstream::stderr().write_all(line.as_bytes());
}

/// Says something on standard error.
pub(crate) fn warn(text: &str) {
    let safe: Vec<_> = text.split('\n').map(report::safe).collect();
    let _nobody_reads = anstream::stderr().write_all(safe.join("\n").as_bytes());
}

/// Says one line on standard error, unless `--quiet` is given.
pub(crate) fn say(matches: &ArgMatches, line: &str) {
    if matches.get_one::<bool>("quiet") != Some(&true) {
        warn(&format!("{line}\n"));
    }
}

/// A reader who went away is no failure; all else is.
fn forgive(error: &io::Error, name: &str) -> Result<(), Failure> {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Ok(());
    }
    let failure = Failure::new(Exit::Unfinished, format!("{name}: {error}"));
    Err(failure.with(
        "next",
        "check the path and the space left, or choose another with --output",
    ))
}
