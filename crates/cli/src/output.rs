//! Where reports go: standard output, or files, several at once.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use model::Report;
use report::{Output, View};

use crate::error::Failure;
use crate::exit::Exit;

/// One report to write.
#[derive(Debug, Clone)]
pub(crate) struct Destination {
    format: Output,
    /// `None` for standard output.
    path: Option<PathBuf>,
}

/// Reads `-o [FMT=]PATH`, all of them; none means standard output.
pub(crate) fn destinations(values: &[String], default: Output) -> Vec<Destination> {
    let destination = |value: &String| {
        let (format, path) = match value.split_once('=') {
            Some((name, path)) => match name.parse() {
                Ok(format) => (format, path),
                Err(_part_of_a_path) => (default, value.as_str()),
            },
            None => (default, value.as_str()),
        };
        Destination {
            format,
            path: (path != "-").then(|| PathBuf::from(path)),
        }
    };
    if values.is_empty() {
        return vec![Destination {
            format: default,
            path: None,
        }];
    }
    values.iter().map(destination).collect()
}

impl Destination {
    /// Whether this is a terminal's own output, where width and colour matter.
    pub(crate) const fn is_stdout(&self) -> bool {
        self.path.is_none()
    }

    /// Writes the reports; several JSON reports, or those of `--platform all`, as one array.
    pub(crate) fn write(&self, reports: &[(Report, View)], is_list: bool) -> Result<(), Failure> {
        let result = if let Some(path) = &self.path {
            File::create(path).and_then(|file| {
                let mut out = BufWriter::new(file);
                self.write_to(&mut out, reports, is_list)?;
                out.flush()
            })
        } else {
            let mut out = BufWriter::new(io::stdout().lock());
            self.write_to(&mut out, reports, is_list)
                .and_then(|()| out.flush())
        };
        let name = self
            .path
            .as_ref()
            .map_or("standard output".into(), |path| path.to_string_lossy());
        result.or_else(|error| forgive(&error, &name))
    }

    fn write_to(
        &self,
        out: &mut dyn Write,
        reports: &[(Report, View)],
        is_list: bool,
    ) -> io::Result<()> {
        let is_array = self.format.name == "json" && is_list;
        if is_array {
            out.write_all(b"[\n")?;
        }
        for (index, (report, view)) in reports.iter().enumerate() {
            if index > 0 {
                out.write_all(if is_array { b",\n" } else { b"\n" })?;
            }
            report::write(self.format, report, view, out)?;
        }
        if is_array {
            out.write_all(b"]\n")
        } else {
            Ok(())
        }
    }
}

/// Prints a text to standard output.
pub(crate) fn print(text: &str) -> Result<Exit, Failure> {
    let result = anstream::stdout().write_all(text.as_bytes());
    result.or_else(|error| forgive(&error, "standard output"))?;
    Ok(Exit::Passed)
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
