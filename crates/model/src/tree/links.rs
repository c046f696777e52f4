//! Paths and links inside a tree: which node a path leads to, and which file a hard link is.

use super::{EntryKind, Limits, ROOT, State, Tree};
use crate::split_path;

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
        let mut way = Way::new(limits);
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
            let target = self.target(id);
            if !way.takes(target) {
                return None;
            }
            if target.starts_with(b"/") {
                here = ROOT;
            }
            todo.extend(parts(target).rev());
        }
        Some(here)
    }
}

/// What the links on one way may still cost: without a limit on the bytes of all targets, forty
/// links of `../../…` make each look-up a million steps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    hops: usize,
    bytes: usize,
}

impl Way {
    pub(super) const fn new(limits: &Limits) -> Self {
        Self {
            hops: limits.link_hops,
            bytes: limits.path_bytes,
        }
    }

    /// Whether one more link may be followed.
    pub(super) fn takes(&mut self, target: &[u8]) -> bool {
        let left = self.hops.checked_sub(1);
        let Some((hops, bytes)) = left.zip(self.bytes.checked_sub(target.len())) else {
            return false;
        };
        *self = Self { hops, bytes };
        true
    }
}

/// Returns the parts of a path without empty ones and `.`.
pub(super) fn parts(path: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    path.split(|&byte| byte == b'/')
        .filter(|part| !matches!(*part, b"" | b"."))
}

/// Splits a path into its folder and its last part; a path that ends in `..` is all folder.
pub(super) fn split(path: &[u8]) -> (&[u8], &[u8]) {
    let (folder, name) = split_path(path);
    match name {
        b".." => (path, &[]),
        b"." => split(folder),
        name => (folder, name),
    }
}
