//! The folders in which commands of a script run: that of the image, and those that it goes into.
//!
//! Which of them a command runs in depends on what is read and not run, so all that were gone into count,
//! the last first.

use globset::GlobBuilder;
use model::{Entry, EntryKind, ImagePath};

use crate::input::Input;

/// Folders that are remembered.
const MOST: usize = 8;
/// Files that a pattern means.
pub(crate) const MOST_FILES: usize = 100;
/// Longest pattern that is looked for.
const LONGEST: usize = 256;

/// Folders, the last that was gone into at the end.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    folders: Vec<String>,
}

impl Places {
    /// Starts in a folder.
    pub(crate) fn new(folder: &str) -> Self {
        Self {
            folders: vec![clean(folder)],
        }
    }

    /// Goes into a folder; into that of the script itself where another command tells which it is.
    pub(crate) fn enter(&mut self, folder: &str, script: &str) {
        let folder = match folder {
            "" | "-" => return,
            _ if folder.starts_with('$') => clean(beside_script(folder, script)),
            _ if folder.starts_with('/') => clean(folder),
            _ => clean(&format!("{}/{folder}", self.last())),
        };
        self.folders.retain(|known| *known != folder);
        self.folders.push(folder);
        if self.folders.len() > MOST {
            self.folders.remove(0);
        }
    }

    /// Returns the folders, the likely ones first.
    pub(crate) fn folders(&self) -> Vec<String> {
        self.folders.iter().rev().cloned().collect()
    }

    fn last(&self) -> &str {
        self.folders.last().map_or("", String::as_str)
    }

    /// Returns the paths that a name relative to a folder may mean, the likely ones first.
    pub(crate) fn paths(&self, file: &str, script: &str) -> Vec<String> {
        if let Some((folder, rest)) = file.split_once('/')
            && folder.starts_with('$')
        {
            let path = clean(&format!("{}/{rest}", folder_of(script)));
            return vec![format!("/{path}")];
        }
        let folders = self.folders.iter().rev();
        folders
            .map(|folder| format!("/{}", clean(&format!("{folder}/{file}"))))
            .collect()
    }

    /// Returns the files that a pattern of names means, its last part looked at, by their paths; none if it
    /// does not tell the folder. Names that are looked at are taken from `left`.
    pub(crate) fn files(
        &self,
        input: &Input<'_>,
        pattern: &str,
        left: &mut usize,
    ) -> Option<Vec<String>> {
        let (folder, name) = pattern.rsplit_once('/').unwrap_or(("", pattern));
        let is_plain = !folder.contains(['*', '?', '[', '$']) && pattern.len() <= LONGEST;
        let is_plain = is_plain && *left > 0;
        let glob = GlobBuilder::new(name).literal_separator(true).build();
        let (Ok(glob), true) = (glob, is_plain) else {
            return None;
        };
        let glob = glob.compile_matcher();
        let folder = if pattern.starts_with('/') {
            clean(folder)
        } else {
            clean(&format!("{}/{folder}", self.last()))
        };
        let fitting = |(bytes, entry): (Vec<u8>, Option<Entry>)| {
            let name = String::from_utf8(bytes).ok()?;
            let is_file = entry.is_some_and(|entry| entry.kind != EntryKind::Folder);
            let is_it = is_file && glob.is_match(&name) && !name.starts_with('.');
            is_it.then(|| format!("/{}", clean(&format!("{folder}/{name}"))))
        };
        let names = input.tree.list(&folder, input.limits);
        *left = left.saturating_sub(names.len().saturating_add(1));
        let names = names.into_iter();
        let mut files: Vec<String> = names.filter_map(fitting).take(MOST_FILES).collect();
        files.sort();
        Some(files)
    }
}

/// Returns the folder of a script, where what another command tells is most often that.
fn beside_script<'s>(folder: &'s str, script: &'s str) -> &'s str {
    match folder.split_once('/') {
        // `$DIR/bin` is somewhere else
        Some((_, rest)) if !rest.is_empty() => folder,
        _ => folder_of(script),
    }
}

fn folder_of(script: &str) -> &str {
    script.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn clean(path: &str) -> String {
    ImagePath::new(path.as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_relative_to_the_folders_gone_into() {
        let mut places = Places::new("/app");
        assert_eq!(places.paths("x", "CMD"), ["/app/x"]);
        for folder in ["bin", "/opt/a/", "-", "", "$", "/opt/a"] {
            places.enter(folder, "srv/run.sh");
        }
        let want = ["/opt/a/x", "/srv/x", "/app/bin/x", "/app/x"];
        assert_eq!(places.paths("./x", "srv/run.sh"), want);
        assert_eq!(places.paths("$/lib.sh", "srv/run.sh"), ["/srv/lib.sh"]);
        for number in 0..20 {
            places.enter(&format!("/{number}"), "");
        }
        assert_eq!(places.paths("x", "").len(), MOST);
    }
}
