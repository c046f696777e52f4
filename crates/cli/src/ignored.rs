//! Where ignore files are found: the one that is named, else those of the working folder.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use archive::read_at_most;
use policy::ignore::{self, Ignored};

use crate::error::Failure;
use crate::settings::Environment;

/// Bytes of an ignore file.
const MAX_BYTES: u64 = 4 << 20;

/// Files of the working folder that are read where none is named.
const NAMES: [&str; 2] = ["seaworthy-ignore.yaml", TRIVY];
const TRIVY: &str = ".trivyignore";

/// Reads what does not count.
///
/// # Errors
/// A file that is named is missing; or one makes no sense: it could hide what it should not, or
/// nothing of what it should.
pub(crate) fn read(
    named: Option<&PathBuf>,
    environment: &Environment,
) -> Result<Vec<Ignored>, Failure> {
    if let Some(path) = named {
        return read_file(path, true);
    }
    let mut entries = Vec::new();
    if let Some(folder) = environment.folder() {
        for name in NAMES {
            entries.extend(read_file(&folder.join(name), false)?);
        }
    }
    Ok(entries)
}

fn read_file(path: &Path, is_named: bool) -> Result<Vec<Ignored>, Failure> {
    let failed = |why: String| {
        Failure::usage(format!("ignore file {}: {why}", path.display()))
            .with("next", "see docs/ignore.md for what it may hold")
    };
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound && !is_named => return Ok(Vec::new()),
        opened => opened.map_err(|error| failed(error.to_string()))?,
    };
    let bytes = read_at_most(file, MAX_BYTES).map_err(|error| failed(error.to_string()))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if !name.starts_with(TRIVY) {
        return ignore::read(&name, &bytes).map_err(|problem| failed(problem.to_string()));
    }
    let (entries, bad) = ignore::read_trivy(&name, &String::from_utf8_lossy(&bytes));
    match bad.first() {
        Some(line) => Err(failed(format!(
            "line {line}: its day is none, such as exp:2027-06-30"
        ))),
        None => Ok(entries),
    }
}
