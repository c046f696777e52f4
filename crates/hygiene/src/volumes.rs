//! Volumes: where they are declared, and what they cover.

use model::{ContainerConfig, ImagePath};

use crate::services::Service;
use crate::step::{Kind, Step};

/// Folders of one step that are told.
const MOST: usize = 16;

/// A folder in which a service keeps its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Folder {
    pub(crate) path: String,
    /// Whether the image says so, not the service's own habit.
    is_set: bool,
}

/// Whether a volume holds a folder, or, where nothing says which folder it is, the other way round: images
/// of one database declare the one or the other.
pub(crate) fn covers(config: &ContainerConfig, folder: &Folder) -> bool {
    let path = clean(&folder.path);
    let is_below = |path: &str, above: &str| {
        let rest = path.strip_prefix(above);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    config.volumes.keys().any(|volume| {
        let volume = clean(volume);
        is_below(&path, &volume) || (!folder.is_set && is_below(&volume, &path))
    })
}

fn clean(path: &str) -> String {
    ImagePath::new(path.as_bytes()).to_string()
}

/// Returns where a service keeps its data: where its command or its environment says, else where it does
/// so by itself.
pub(crate) fn data_folders(service: &Service, config: &ContainerConfig) -> Vec<Folder> {
    let row = service.row;
    let set = row.settings.iter().find_map(|setting| {
        let value = if setting.starts_with('-') {
            option(&service.command, setting)
        } else {
            config.env.iter().find_map(|set| {
                let value = set.strip_prefix(setting)?;
                value.strip_prefix('=')
            })
        };
        value.filter(|value| value.starts_with('/'))
    });
    let folder = |path: &str, is_set| Folder {
        path: path.to_owned(),
        is_set,
    };
    match set {
        Some(path) => vec![folder(path, true)],
        None => row.data.iter().map(|path| folder(path, false)).collect(),
    }
}

/// Returns the value of an option, behind it or joined to it.
fn option<'w>(words: &'w [String], option: &str) -> Option<&'w str> {
    words.iter().enumerate().find_map(|(at, word)| {
        let rest = word.strip_prefix(option)?;
        if rest.is_empty() {
            return words.get(at + 1).map(String::as_str);
        }
        // `-D/x`, `--datadir=/x`
        let is_short = !option.starts_with("--") && rest.starts_with('/');
        rest.strip_prefix('=').or(is_short.then_some(rest))
    })
}

/// Returns the folders that a step of the history declares: `[/data /logs]`, `["/data"]` or `/data`.
pub(crate) fn declared(step: &Step<'_>) -> Vec<String> {
    if step.kind != Kind::Volume {
        return Vec::new();
    }
    let words = step
        .text
        .split(|c: char| c.is_whitespace() || "[]\",".contains(c));
    let folders = words.filter(|word| word.starts_with('/'));
    folders.take(MOST).map(clean).collect()
}
