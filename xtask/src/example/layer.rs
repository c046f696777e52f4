//! A layer, or any other archive: a tar of folders, files and links, the same bytes each time.

use std::collections::BTreeMap;
use std::error::Error;

use tar_core::EntryType;
use tar_core::builder::HeaderBuilder;

/// Size of a tar's blocks.
const BLOCK: usize = 512;

/// What stands at a path.
#[derive(Debug, Clone)]
enum Item {
    Folder,
    File { text: Vec<u8>, mode: u32 },
    Link(&'static str),
}

/// Files by path; folders above them come by themselves.
#[derive(Debug, Clone, Default)]
pub(super) struct Layer {
    items: BTreeMap<String, Item>,
}

impl Layer {
    /// Adds a file.
    pub(super) fn file(self, path: &str, text: impl Into<Vec<u8>>) -> Self {
        self.put(
            path,
            Item::File {
                text: text.into(),
                mode: 0o644,
            },
        )
    }

    /// Adds a stand-in for a program.
    pub(super) fn program(self, path: &str) -> Self {
        let text = format!("#!/bin/sh\necho \"this stands for /{path} in an example\"\n");
        self.put(
            path,
            Item::File {
                text: text.into_bytes(),
                mode: 0o755,
            },
        )
    }

    /// Adds a symbolic link.
    pub(super) fn link(self, path: &str, target: &'static str) -> Self {
        self.put(path, Item::Link(target))
    }

    fn put(mut self, path: &str, item: Item) -> Self {
        for (at, _) in path.match_indices('/') {
            let folder = path.get(..=at).unwrap_or_default().to_owned();
            self.items.entry(folder).or_insert(Item::Folder);
        }
        self.items.insert(path.to_owned(), item);
        self
    }

    /// Returns the tar; every entry is root's, of the day that is given in seconds.
    pub(super) fn into_tar(self, day: u64) -> Result<Vec<u8>, Box<dyn Error>> {
        let mut tar = Vec::new();
        for (path, item) in self.items {
            let mut header = HeaderBuilder::new_ustar();
            header.path(&path)?.uid(0)?.gid(0)?.mtime(day)?;
            let text = match item {
                Item::Folder => {
                    header.mode(0o755)?.size(0)?;
                    header.entry_type(EntryType::Directory);
                    Vec::new()
                }
                Item::File { text, mode } => {
                    header.mode(mode)?.size(text.len().try_into()?)?;
                    header.entry_type(EntryType::Regular);
                    text
                }
                Item::Link(target) => {
                    header.mode(0o777)?.size(0)?.link_name(target)?;
                    header.entry_type(EntryType::Symlink);
                    Vec::new()
                }
            };
            tar.extend(header.finish().as_bytes());
            tar.extend(&text);
            tar.resize(tar.len().next_multiple_of(BLOCK), 0);
        }
        // two empty blocks end an archive
        tar.resize(tar.len() + 2 * BLOCK, 0);
        Ok(tar)
    }
}
