//! The table of Trivy's formats: one row a file.

use std::collections::BTreeMap;
use std::fmt;
use std::io;

use jiff::Timestamp;

use crate::late::{IsLate, Late};
use crate::report::Report;

/// What is said in a report beside what was found.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The program's version.
    pub version: &'a str,
    /// When the report is written.
    pub now: Timestamp,
    /// Environment variables, for formats that name some.
    pub variables: &'a BTreeMap<String, String>,
    /// Scanners that ran, by their names; none if nobody knows.
    pub scanners: &'a [String],
    /// Severities that were asked for; all, if none is named.
    pub severities: &'a [String],
    /// Which parts of the table are written.
    pub table: TableMode,
    /// Whether findings that do not count are listed.
    pub show_suppressed: bool,
    /// Whether packages are listed in JSON.
    pub list_packages: bool,
    /// Whether the table shows what brought a package.
    pub dependency_tree: bool,
    /// Whether the table is seen on a terminal.
    pub is_terminal: bool,
    /// The text of the template.
    pub template: &'a str,
    /// The folder that was scanned, as an absolute path; empty if there was none.
    pub folder: &'a str,
    /// Whether it is too late to write.
    pub is_late: IsLate<'a>,
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Context({})", self.version)
    }
}

/// Which parts of the table are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableMode {
    /// One line a target.
    pub summary: bool,
    /// One line a finding.
    pub detailed: bool,
}

/// Why a format could not be written.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// Nobody takes it.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It became too late.
    #[error(transparent)]
    Late(#[from] Late),
    /// The template is wrong.
    #[error("template: {0}")]
    Template(String),
}

/// A format.
#[derive(Clone, Copy)]
pub struct Format {
    /// What `--format` calls it.
    pub name: &'static str,
    /// Whether packages alone are told, unless scanners are asked for.
    pub is_sbom: bool,
    write: fn(&Report, &Context<'_>, &mut dyn io::Write) -> Result<(), FormatError>,
}

/// Declares each module and lists its `FORMAT`.
macro_rules! formats {
    ($($name:ident,)*) => {
        $(mod $name;)*

        /// Every format, in alphabetical order.
        static FORMATS: &[&Format] = &[$(&$name::FORMAT),*];
    };
}

formats! {
    cosign_vuln,
    cyclonedx,
    github,
    json,
    sarif,
    spdx,
    spdx_json,
    table,
    template,
}

pub(crate) use cyclonedx::serial;

/// Returns every format, in alphabetical order.
pub fn formats() -> impl Iterator<Item = Format> {
    FORMATS.iter().map(|format| **format)
}

/// Bytes that a report may have, whatever is in it.
const MOST_BYTES: u64 = 256 << 20;
/// Bytes that it may have besides for each thing that it tells; most have 5 kB, few of many words 60.
const MOST_BYTES_EACH: u64 = 16 << 10;

/// Writes a report. Some formats repeat names at each finding: a name that is far too long may not fill a disk.
///
/// # Errors
/// Nobody takes it, it has become too long or too late, or the template is wrong.
pub fn write(
    format: Format,
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> Result<(), FormatError> {
    let things = report.results.iter().map(|found| {
        let problems = found.vulnerabilities.len() + found.misconfigurations.len();
        found.packages.len() + problems + found.secrets.len() + found.modified_findings.len()
    });
    let things = u64::try_from(things.sum::<usize>()).unwrap_or(u64::MAX);
    let room = MOST_BYTES.saturating_add(things.saturating_mul(MOST_BYTES_EACH));
    (format.write)(report, context, &mut Capped { out, room })
}

/// Takes no more bytes than there is room for.
struct Capped<'a> {
    out: &'a mut dyn io::Write,
    room: u64,
}

impl io::Write for Capped<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        let left = self
            .room
            .checked_sub(u64::try_from(written).unwrap_or(u64::MAX));
        self.room = left.ok_or_else(|| {
            io::Error::other(
                "the report is far too long for what it tells: a name in it must be, too",
            )
        })?;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Format({})", self.name)
    }
}

/// Returns a time as a text of a form, in UTC.
fn time(at: Timestamp, form: &str) -> String {
    at.strftime(form).to_string()
}

/// Returns a UUID of a document about a report: another one for another scan, artifact or list of packages. What is
/// wrong with these is no part of it, so that filters do not change it.
fn document_uuid(report: &Report, kind: &str) -> String {
    use sha2::{Digest as _, Sha256};
    let mut hasher = Sha256::new();
    for found in &report.results {
        let about = (&found.target, &found.class, &found.r#type, &found.packages);
        // a report was read from JSON, and can be written as such
        hasher.update(serde_json::to_vec(&about).unwrap_or_default());
    }
    let packages = hasher
        .finalize()
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    uuid(&[
        &report.report_id,
        &report.created_at,
        &report.artifact_id,
        &report.artifact_name,
        &packages,
        kind,
    ])
}

/// Returns a UUID that is the same for the same words, of version 8: made by nobody's rules but ours.
fn uuid(words: &[&str]) -> String {
    use sha2::{Digest as _, Sha256};
    let mut hasher = Sha256::new();
    for word in words {
        hasher.update(word.as_bytes());
        hasher.update([0]);
    }
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(hasher.finalize()) {
        *to = from;
    }
    let number = u128::from_be_bytes(bytes);
    // version and variant, as RFC 9562 §5.8 places them
    let number = number & !(0xf << 76) | (8 << 76);
    let number = number & !(0x3 << 62) | (2 << 62);
    let hex = format!("{number:032x}");
    let part = |from, to| hex.get(from..to).unwrap_or_default();
    [
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32),
    ]
    .join("-")
}

#[cfg(test)]
mod tests;
