//! Makes the built-in table of the kinds and fields of Kubernetes.
//!
//! Source: one JSON file with all strict schemas of a version, `definitions` and `files`, from the
//! Kubernetes API definitions (Apache-2.0). Only facts are carried over: kinds, names, types.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use yaml::Limits;

const TABLE: &str = "crates/manifest/src/schema/kinds.txt";

/// The largest file that is read.
const MAX_BYTES: u64 = 32 << 20;

/// Reads the file that the first argument names, and writes the table.
pub(crate) fn run(mut arguments: impl Iterator<Item = String>) -> ExitCode {
    let Some(file) = arguments.next().map(PathBuf::from) else {
        return super::said("usage: cargo xtask kinds SCHEMAS.json", ExitCode::from(2));
    };
    match make(&file) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => super::said(&format!("{}: {error}", file.display()), ExitCode::FAILURE),
    }
}

fn make(file: &PathBuf) -> io::Result<()> {
    let bytes = archive::read_at_most(File::open(file)?, MAX_BYTES)?;
    let limits = Limits {
        nodes: 8_000_000,
        ..Limits::default()
    };
    let text = manifest::schema::pack(&bytes, &limits).map_err(io::Error::other)?;
    fs::write(super::root().join(TABLE), text)
}
