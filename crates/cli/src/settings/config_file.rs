//! Configuration files: YAML whose keys are the options' names.
//!
//! ```yaml
//! severity: [HIGH, CRITICAL]
//! ignore-unfixed: true
//! ```
//! The one that `--config` names, else the nearest `seaworthy.yaml` from the working folder up to the
//! root of the repository (outside of one, that of the working folder); what it does not set, the
//! user's own `config.yaml` may.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use archive::read_at_most;

use super::{Environment, own_file};
use crate::error::Failure;

const NAME: &str = "seaworthy.yaml";
/// Bytes of a configuration file.
const MAX_BYTES: u64 = 1 << 20;

/// Values by option, each with the place where it was set.
pub(super) type Values = BTreeMap<String, (Vec<String>, String)>;

/// Reads what applies; `known` are the long options.
pub(super) fn read(
    explicit: Option<&PathBuf>,
    environment: &Environment,
    known: &BTreeSet<String>,
) -> Result<Values, Failure> {
    let own = environment.config_folder();
    let own = own.map(|folder| folder.join("config.yaml"));
    let mut values = match own.filter(|path| own_file::is_there(path)) {
        Some(path) => read_file(&path, FoundBy::Name, known)?,
        None => Values::new(),
    };
    let nearer = match explicit {
        Some(path) => read_file(path, FoundBy::Name, known)?,
        None => match environment.folder().and_then(|folder| nearest(folder)) {
            Some(path) => read_file(&path, FoundBy::Looking, known)?,
            None => Values::new(),
        },
    };
    values.extend(nearer);
    Ok(values)
}

/// How a file was found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FoundBy {
    /// The user named it, or it lies in the user's own folder.
    Name,
    /// It lay on the way: others may write there.
    Looking,
}

/// Looks for the file upward to the root of the repository, the folder with `.git`; without one only
/// here, since the folders above may be anybody's.
fn nearest(folder: &Path) -> Option<PathBuf> {
    let is_root = |folder: &&Path| own_file::is_there(&folder.join(".git"));
    let last = folder.ancestors().find(is_root).unwrap_or(folder);
    folder
        .ancestors()
        .take_while(|folder| folder.starts_with(last))
        .map(|folder| folder.join(NAME))
        .find(|path| own_file::is_there(path))
}

/// Reads a file that is there; that it cannot be read is an error, never silence.
fn read_file(path: &Path, found_by: FoundBy, known: &BTreeSet<String>) -> Result<Values, Failure> {
    let failed = |why: &str, next: &str| {
        Failure::usage(format!("configuration {}: {why}", path.display())).with("next", next)
    };
    let unread = |error: io::Error| {
        let next = match found_by {
            FoundBy::Name => "check the path and who may read it",
            FoundBy::Looking => "make it a file that you may read, or name another with --config",
        };
        failed(&error.to_string(), next)
    };
    let file = own_file::open(path).map_err(unread)?;
    if found_by == FoundBy::Looking
        && let Some(owner) = own_file::stranger(path, &file).map_err(unread)?
    {
        return Err(failed(
            &format!("it belongs to somebody else (user id {owner})"),
            "if you trust it, name it with --config; otherwise remove it",
        ));
    }
    let bytes = read_at_most(file, MAX_BYTES).map_err(unread)?;
    let values = values(&bytes, known).map_err(|why| {
        let next = "the keys are the long options of commands: `seaworthy COMMAND --help`";
        failed(&why, next)
    })?;
    let place = |position: &String| format!("{}:{position}", path.display());
    Ok(values
        .into_iter()
        .map(|(key, (value, at))| (key, (value, place(&at))))
        .collect())
}

/// Returns the values of a file, with their positions.
fn values(bytes: &[u8], known: &BTreeSet<String>) -> Result<Values, String> {
    if yaml::is_empty(bytes) {
        return Ok(Values::new());
    }
    let limits = yaml::Limits::default();
    let document = yaml::read_one(bytes, &limits).map_err(|error| error.to_string())?;
    let mut values = Values::new();
    if let Some(twice) = document.duplicates.first() {
        let (name, first, again) = (&twice.name, twice.first, twice.again);
        return Err(format!("{again}: `{name}` is set again, first at {first}"));
    }
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
        // one file does not name another
        if key == "config" || !known.contains(key) {
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
        assert_eq!(
            read("severity: LOW\nexit-code: 1\nseverity: HIGH\n").unwrap_err(),
            "3:1: `severity` is set again, first at 1:1"
        );
        assert!(read("severity: {a: b}").is_err());
        assert!(read("- a").is_err());
        assert!(read("a: [").is_err());
    }
}
