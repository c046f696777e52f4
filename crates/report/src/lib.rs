//! One file an output format.
//!
//! A report is written to whatever the caller hands in; nothing else is read or written, so the
//! same report and the same [`View`] give the same bytes.

mod answer;
mod counts;
mod data_source;
pub mod go_hash;
mod ids;
mod origin;
mod outputs;
mod plan;
mod problem;
mod purl;
mod repository;
mod text;
mod uid;
mod version_parts;
mod view;

use std::io;

pub use answer::{Answer, Answers};
pub use origin::origin;
pub use outputs::{Output, UnknownOutput, formats, write_go_json};
pub use purl::purl as package_url;
pub use text::safe;
pub use view::{Color, Detail, PackageList, Show, View};

/// Writes all answers of one call in one format.
///
/// # Errors
/// Whatever `out` says; a closed pipe is for the caller to forgive.
pub fn write(output: Output, answers: &Answers<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    (output.write)(answers, out)
}
