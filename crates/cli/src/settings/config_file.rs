//! Configuration files: YAML whose keys are the options' names.
//!
//! ```yaml
//! severity: [HIGH, CRITICAL]
//! ignore-unfixed: true
//! ```
//! The one that `--config` names, else the nearest `seaworthy.yaml` from the working folder up to the
//! root of the repository; what it does not set, the user's own `config.yaml` may.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use archive::read_at_most;
use clap::Command;

use super::Environment;
use crate::error::Failure;

const NAME: &str = "seaworthy.yaml";
/// Bytes of a configuration file.
const MAX_BYTES: u64 = 1 << 20;

/// Values by option, each with the place where it was set.
pub(super) type Values = BTreeMap<String, (Vec<String>, String)>;

/// Reads what applies.
pub(super) fn read(
    explicit: Option<&PathBuf>,
    environment: &Environment,
    definition: &Command,
) -> Result<Values, Failure> {
    let known = options(definition);
    let mut values = match environment.config_folder() {
        Some(folder) => read_file(&folder.join("config.yaml"), Missing::IsFine, &known)?,
        None => Values::new(),
    };
    let nearer = match explicit {
        Some(path) => read_file(path, Missing::IsAnError, &known)?,
        None => match environment.folder().and_then(|folder| nearest(folder)) {
            Some(path) => read_file(&path, Missing::IsFine, &known)?,
            None => Values::new(),
        },
    };
    values.extend(nearer);
    Ok(values)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Missing {
    IsFine,
    IsAnError,
}

/// Returns the options of all commands: a file may hold settings for several.
fn options(definition: &Command) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut todo = vec![definition];
    while let Some(command) = todo.pop() {
        names.extend(
            command
                .get_opts()
                .filter_map(|option| option.get_long())
                .map(ToOwned::to_owned),
        );
        todo.extend(command.get_subcommands());
    }
    names.remove("config");
    names
}

/// Looks upward for the file; the folder with `.git` is the last one asked.
fn nearest(folder: &Path) -> Option<PathBuf> {
    for folder in folder.ancestors() {
        let path = folder.join(NAME);
        if path.is_file() {
            return Some(path);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

fn read_file(path: &Path, missing: Missing, known: &BTreeSet<String>) -> Result<Values, Failure> {
    let failed = |why: String| {
        Failure::usage(format!("configuration {}: {why}", path.display())).with(
            "next",
            "the keys are the long options of `seaworthy image --help`",
        )
    };
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound && missing == Missing::IsFine => {
            return Ok(Values::new());
        }
        opened => opened.map_err(|error| failed(error.to_string()))?,
    };
    let bytes = read_at_most(file, MAX_BYTES).map_err(|error| failed(error.to_string()))?;
    values(&bytes, known)
        .map(|values| {
            let place = |position: &String| format!("{}:{position}", path.display());
            values
                .into_iter()
                .map(|(key, (value, at))| (key, (value, place(&at))))
                .collect()
        })
        .map_err(failed)
}

/// Returns the values of a file, with their positions.
fn values(bytes: &[u8], known: &BTreeSet<String>) -> Result<Values, String> {
    if is_empty(bytes) {
        return Ok(Values::new());
    }
    let limits = yaml::Limits::default();
    let document = yaml::read_one(bytes, &limits).map_err(|error| error.to_string())?;
    let mut values = Values::new();
    if document.root.is_null() {
        return Ok(values);
    }
    for entry in document
        .root
        .want_entries()
        .map_err(|error| error.to_string())?
    {
        let position = entry.key.position().to_string();
        let key: &str = &entry.name;
        if !known.contains(key) {
            return Err(format!("{position}: `{key}` is no option"));
        }
        let value = match entry.value.text() {
            Some(text) => vec![text.to_owned()],
            None => list(&entry.value)?,
        };
        values.insert(key.to_owned(), (value, position));
    }
    Ok(values)
}

/// Whether there is nothing but blank lines and comments.
fn is_empty(bytes: &[u8]) -> bool {
    let mut lines = bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    lines.all(|line| line.is_empty() || line.starts_with(b"#"))
}

fn list(node: &yaml::Node) -> Result<Vec<String>, String> {
    let items = node.want_items().map_err(|error| error.to_string())?;
    items
        .iter()
        .map(|item| {
            let text = item.text().map(ToOwned::to_owned);
            text.ok_or_else(|| format!("{}: a list of plain values is wanted", item.position()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_options_and_errors_have_places() {
        let known: BTreeSet<String> = ["severity", "ignore-unfixed", "exit-code"]
            .map(ToOwned::to_owned)
            .into();
        let read = |text: &str| {
            values(text.as_bytes(), &known).map(|values| {
                values
                    .into_iter()
                    .map(|(key, (value, at))| format!("{key}={value:?}@{at}"))
                    .collect::<Vec<_>>()
            })
        };
        let text = "severity: [HIGH, CRITICAL]\nignore-unfixed: true\nexit-code: 5\n";
        let want = [
            "exit-code=[\"5\"]@3:1",
            "ignore-unfixed=[\"true\"]@2:1",
            "severity=[\"HIGH\", \"CRITICAL\"]@1:1",
        ];
        assert_eq!(read(text).unwrap(), want);
        for empty in ["", "\n# nothing yet\n", "~"] {
            assert_eq!(read(empty).unwrap(), Vec::<String>::new(), "{empty:?}");
        }
        assert_eq!(
            read("severity: HIGH\nsevrity: LOW\n").unwrap_err(),
            "2:1: `sevrity` is no option"
        );
        assert!(read("severity: {a: b}").is_err());
        assert!(read("- a").is_err());
        assert!(read("a: [").is_err());
    }
}
