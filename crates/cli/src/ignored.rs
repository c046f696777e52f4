//! Where ignore files are found: the one that is named, else those of the working folder.
//!
//! What ends in `.yaml` is our own form or Trivy's, all else Trivy's plain list.

use std::io;
use std::path::{Path, PathBuf};

use archive::read_at_most;
use clap::{Arg, ArgMatches, value_parser};
use policy::ignore::{self, Ignored};

use crate::error::Failure;
use crate::settings::{Environment, own_file};

/// Bytes of an ignore file.
const MAX_BYTES: u64 = 4 << 20;

/// Files of the working folder that are read where none is named.
const NAMES: [&str; 3] = ["seaworthy-ignore.yaml", ".trivyignore", ".trivyignore.yaml"];

/// `--ignorefile`.
pub(crate) fn arg() -> Arg {
    Arg::new("ignorefile")
        .long("ignorefile")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help("What does not count [default: seaworthy-ignore.yaml, .trivyignore and .trivyignore.yaml, if they are here]")
}

/// Reads what does not count, as `--ignorefile` says.
///
/// # Errors
/// See [`read`].
pub(crate) fn of(matches: &ArgMatches, environment: &Environment) -> Result<Vec<Ignored>, Failure> {
    read(matches.get_one("ignorefile"), environment)
}

/// Reads what does not count.
///
/// # Errors
/// A file that is named is missing; one that is found is somebody else's; or one makes no sense: it
/// could hide what it should not, or nothing of what it should.
pub(crate) fn read(
    named: Option<&PathBuf>,
    environment: &Environment,
) -> Result<Vec<Ignored>, Failure> {
    if let Some(path) = named {
        return read_file(path);
    }
    let mut entries = Vec::new();
    for name in NAMES {
        let path = environment.folder().map(|folder| folder.join(name));
        if let Some(path) = path.filter(|path| own_file::is_there(path)) {
            check_owner(&path)?;
            entries.extend(read_file(&path)?);
        }
    }
    Ok(entries)
}

/// Refuses a file that nobody named and that somebody else put there.
fn check_owner(path: &Path) -> Result<(), Failure> {
    let failed = |error: io::Error| refused(path, &error.to_string());
    let file = own_file::open(path).map_err(failed)?;
    match own_file::stranger(path, &file).map_err(failed)? {
        None => Ok(()),
        Some(owner) => {
            let why = format!("it belongs to somebody else (user id {owner})");
            let next = "if you trust it, name it with --ignorefile; otherwise remove it";
            Err(refused(path, &why).with("next", next))
        }
    }
}

fn read_file(path: &Path) -> Result<Vec<Ignored>, Failure> {
    let failed =
        |why: &str| refused(path, why).with("next", "see docs/ignore.md for what it may hold");
    let unread = |error: io::Error| failed(&error.to_string());
    let file = own_file::open(path).map_err(unread)?;
    let bytes = read_at_most(file, MAX_BYTES).map_err(unread)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_yaml = [".yaml", ".yml"].iter().any(|end| name.ends_with(end));
    if is_yaml {
        return ignore::read(&name, &bytes).map_err(|problem| failed(&problem.to_string()));
    }
    let (entries, bad) = ignore::read_trivy(&name, &String::from_utf8_lossy(&bytes));
    match bad.first() {
        Some(line) => Err(failed(&format!(
            "line {line}: its day is none, such as exp:2027-06-30"
        ))),
        None => Ok(entries),
    }
}

fn refused(path: &Path, why: &str) -> Failure {
    Failure::usage(format!("ignore file {}: {why}", path.display()))
}
