//! Paths and links inside a tree: which node a path leads to, and which file a hard link is.

use super::{EntryKind, Limits, ROOT, State, Tree};

/// Which links a look-up follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Follow {
    /// Those among the folders of the path.
    Parents,
    /// The last part too.
    All,
}

impl Tree {
    /// Makes a hard link the file that it names, if that is here.
    pub(super) fn join(&mut self, id: u32, limits: &Limits) -> bool {
        let target = self.target(id).to_vec();
        let Some(file) = self.resolve(&target, Follow::Parents, limits) else {
            return false;
        };
        let Some(entry) = self.node(file).map(|node| node.entry) else {
            return false;
        };
        if file == id || entry.kind == EntryKind::HardLink || entry.kind == EntryKind::Folder {
            return false;
        }
        let link = self.node(file).map(|node| node.target).unwrap_or_default();
        self.set(id, entry, State::Explicit);
        if let Some(node) = self.node_mut(id) {
            node.target = link;
        }
        true
    }

    /// Follows a path to its node: links among the folders always, the last one as asked.
    pub(super) fn resolve(&self, path: &[u8], follow: Follow, limits: &Limits) -> Option<u32> {
        let mut todo: Vec<&[u8]> = parts(path).rev().collect();
        let mut here = ROOT;
        let mut hops = 0;
        while let Some(part) = todo.pop() {
            if part == b".." {
                here = self.node(here)?.parent;
                continue;
            }
            let id = self.child(here, part)?;
            let is_link = self.node(id)?.entry.kind == EntryKind::Symlink;
            if !is_link || (todo.is_empty() && follow == Follow::Parents) {
                here = id;
                continue;
            }
            hops += 1;
            if hops > limits.link_hops {
                return None;
            }
            let target = self.target(id);
            if target.starts_with(b"/") {
                here = ROOT;
            }
            todo.extend(parts(target).rev());
        }
        Some(here)
    }
}

/// Returns the parts of a path without empty ones and `.`.
pub(super) fn parts(path: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    path.split(|&byte| byte == b'/')
        .filter(|part| !matches!(*part, b"" | b"."))
}

/// Splits a path into its folder and its last part; a path that ends in `..` is all folder.
pub(super) fn split(path: &[u8]) -> (&[u8], &[u8]) {
    let end = path
        .iter()
        .rposition(|&byte| byte != b'/')
        .map_or(0, |last| last + 1);
    let path = path.get(..end).unwrap_or_default();
    let start = path
        .iter()
        .rposition(|&byte| byte == b'/')
        .map_or(0, |slash| slash + 1);
    let (folder, name) = path.split_at_checked(start).unwrap_or((path, &[]));
    match name {
        b".." => (path, &[]),
        b"." => split(folder),
        name => (folder, name),
    }
}
