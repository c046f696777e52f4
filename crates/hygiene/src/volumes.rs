//! Volumes: where they are declared, and what they cover.

use model::{ContainerConfig, ImagePath};

use crate::services::Row;
use crate::step::{Kind, Step};

/// Folders of one step that are told.
const MOST: usize = 16;

/// Whether a volume holds a folder, or the other way round: images of one database declare the one or the
/// other.
pub(crate) fn covers(config: &ContainerConfig, folder: &str) -> bool {
    let clean = |path: &str| ImagePath::new(path.as_bytes()).to_string();
    let folder = clean(folder);
    let is_below = |path: &str, above: &str| {
        let rest = path.strip_prefix(above);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let has_own_folder = config.env.iter().any(|set| set.starts_with("PGDATA="));
    config.volumes.keys().any(|volume| {
        let volume = clean(volume);
        is_below(&folder, &volume) || (!has_own_folder && is_below(&volume, &folder))
    })
}

/// Returns where a service keeps its data: where its environment says, else where it does so by itself.
pub(crate) fn data_folders(row: &Row, config: &ContainerConfig) -> Vec<String> {
    let own = config
        .env
        .iter()
        .find_map(|set| set.strip_prefix("PGDATA="));
    match own.filter(|_| row.name == "PostgreSQL") {
        Some(folder) => vec![folder.to_owned()],
        None => row.data.iter().map(|folder| (*folder).to_owned()).collect(),
    }
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
    folders.take(MOST).map(str::to_owned).collect()
}
