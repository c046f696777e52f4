//! The files of an image as Dockle lays its layers over each other.
//!
//! Not as containers see them: a folder that hides what is below (`.wh..wh..opq`) hides nothing, what
//! a layer hides it may bring at once, and a name with a leading slash is another name.

use std::collections::BTreeMap;
use std::ops::Bound;

use model::{EntryKind, Gap, GapKind, Limits};

/// An entry of a layer's tar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// Permission bits, setuid, setgid and sticky included.
    pub mode: u16,
}

/// The files of all layers so far.
#[derive(Debug, Default)]
pub struct Files {
    merged: BTreeMap<String, Entry>,
    /// Contents of the account files, by their names in the tar.
    accounts: BTreeMap<String, Vec<u8>>,
    layer: BTreeMap<String, Entry>,
    hidden: Vec<String>,
    name_bytes: usize,
    is_full: bool,
}

const ACCOUNT_FILES: [&str; 4] = ["etc/group", "etc/master.passwd", "etc/passwd", "etc/shadow"];
const WHITEOUT: &str = ".wh.";
const OPAQUE: &str = ".wh..wh..opq";

/// Whether the content of the file of this name is asked for.
pub fn is_account_file(name: &[u8]) -> bool {
    ACCOUNT_FILES.contains(&&*cleaned(name))
}

impl Files {
    /// Begins a layer; one that did not end is forgotten.
    pub fn begin_layer(&mut self) {
        self.layer.clear();
        self.hidden.clear();
    }

    /// Takes an entry of the current layer; the name is the one in the tar.
    pub fn add(&mut self, name: &[u8], entry: Entry, limits: &Limits) {
        let name = cleaned(name);
        let file = name.rsplit('/').next().unwrap_or_default();
        if file == OPAQUE {
            return;
        }
        if let Some(hidden) = file.strip_prefix(WHITEOUT) {
            let folder = name.strip_suffix(file).unwrap_or_default();
            self.hidden.push(format!("{folder}{hidden}"));
            return;
        }
        let total = self.name_bytes.saturating_add(name.len());
        let is_room = total <= limits.tree_name_bytes
            && self.layer.len() + self.merged.len() < limits.tree_entries;
        self.is_full |= !is_room;
        if is_room && entry.kind != EntryKind::Folder {
            self.name_bytes = total;
            self.layer.insert(name, entry);
        }
    }

    /// Takes the content of an account file of the current layer.
    pub fn add_content(&mut self, name: &[u8], content: Vec<u8>) {
        self.accounts.insert(cleaned(name), content);
    }

    /// Ends the current layer.
    pub fn end_layer(&mut self) {
        for name in std::mem::take(&mut self.hidden) {
            self.remove(&name);
        }
        self.merged.append(&mut self.layer);
    }

    /// Removes a file, or a folder with all that is in it.
    fn remove(&mut self, name: &str) {
        self.merged.remove(name);
        let below = format!("{name}/");
        let range = (Bound::Excluded(below.clone()), Bound::Unbounded);
        let names = self.merged.range(range).map(|(name, _)| name);
        let gone: Vec<String> = names
            .take_while(|name| name.starts_with(&below))
            .cloned()
            .collect();
        for name in gone {
            self.merged.remove(&name);
        }
    }

    /// Returns what is not a folder, by its name.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, Entry)> {
        let entries = self.merged.iter();
        entries.map(|(name, entry)| (name.trim_start_matches('/'), *entry))
    }

    /// Returns the content of an account file, empty for a link; none if it is not there under just
    /// this name.
    pub(super) fn account(&self, name: &str) -> Option<&[u8]> {
        let entry = self.merged.get(name)?;
        let content = self.accounts.get(name).map(Vec::as_slice);
        match entry.kind {
            EntryKind::File => content,
            EntryKind::Folder | EntryKind::Symlink | EntryKind::HardLink | EntryKind::Special => {
                Some(&[])
            }
        }
    }

    /// Says that not all was taken.
    pub fn gap(&self) -> Option<Gap> {
        let why = "too many files or too long names: the rest was left out";
        let hides = "suspicious files";
        let gap = || Gap::new(GapKind::Limited, "", why, hides);
        self.is_full.then(gap)
    }
}

/// Returns a name without `./` in front; bytes that are no UTF-8 are replaced.
fn cleaned(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    let mut name: &str = &name;
    while let Some(rest) = name.strip_prefix("./") {
        name = rest;
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_lie_over_each_other_as_dockle_has_it() {
        for (layers, want) in [
            (&[&["a", "./b/c", "b/"][..]][..], &["a", "b/c"][..]),
            (&[&["a/b", "a/c", "ab"], &[".wh.a"]], &["ab"]),
            (&[&["a/b"], &["a/.wh..wh..opq", "a/c"]], &["a/b", "a/c"]),
            (&[&["a"], &[".wh.a", "a"]], &["a"]),
            (&[&["/etc/x"]], &["etc/x"]),
        ] {
            let mut files = Files::default();
            for layer in layers {
                for name in *layer {
                    let kind = match name.strip_suffix('/') {
                        Some(_) => EntryKind::Folder,
                        None => EntryKind::File,
                    };
                    let entry = Entry { kind, mode: 0o644 };
                    files.add(name.as_bytes(), entry, &Limits::default());
                }
                files.end_layer();
            }
            let names: Vec<&str> = files.entries().map(|(name, _)| name).collect();
            assert_eq!(names, want, "{layers:?}");
        }
    }
}
