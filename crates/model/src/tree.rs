//! The files of a layer or of a whole image as one tree of metadata, in few bytes a file.
//!
//! A tree of a million files takes about 90 MB, so that hostile layers stay within their limit:
//! nodes are fixed records, names lie in one buffer, and one hash table finds a child by parent and
//! name (sorted lists of children would make a wide folder quadratic). The hash table is never
//! iterated, so its order reaches no result.
//!
//! A node's number is greater than its parent's; merging relies on that.

mod count;
mod links;
mod merge;
mod walk;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use serde::{Deserialize, Serialize};
use std::hash::BuildHasher as _;

use self::links::{Way, parts, split};
use crate::Limits;

/// Number of the root's node.
const ROOT: u32 = 0;
/// Stands for "no node".
const NONE: u32 = u32::MAX;

/// What an entry of a tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Symlink,
    /// Another name of a file that was not found (yet).
    HardLink,
    /// A device or a pipe.
    Special,
}

/// Where the bytes of a file are: which entry of which layer's tar carries them.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Content {
    /// 0-based index of the layer, lowest first.
    pub layer: u16,
    /// 0-based index of the entry in that layer's tar.
    pub entry: u32,
}

/// Metadata of one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// Permission bits, setuid, setgid and sticky included (`0o7777`).
    pub mode: u16,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Bytes of a regular file; 0 for all else.
    pub size: u64,
    /// Whether whoever runs it gets capabilities (extended attribute `security.capability`).
    pub has_capabilities: bool,
    /// Seconds since 1970, held within 0 and 2^32 - 1.
    pub mtime: u32,
    /// Where its bytes are; for entries without bytes, which entry made them.
    pub content: Content,
}

impl Entry {
    /// The folder that must be there although no entry says so.
    const IMPLIED: Self = Self {
        kind: EntryKind::Folder,
        mode: 0o755,
        uid: 0,
        gid: 0,
        size: 0,
        has_capabilities: false,
        mtime: 0,
        content: Content { layer: 0, entry: 0 },
    };
}

/// A tree has reached a limit, or a path leads nowhere; the entry was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TreeFull {
    /// The tree holds as many entries as [`Limits::tree_entries`] allows.
    #[error("more than {0} entries")]
    Entries(usize),
    /// The names fill [`Limits::tree_name_bytes`], or one is longer than 65,535 bytes.
    #[error("more than {0} bytes of names")]
    Names(usize),
    /// A folder on the way is a link that never ends.
    #[error("a folder of its path is a link that leads nowhere")]
    Loop,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Node {
    entry: Entry,
    state: State,
    parent: u32,
    name: Text,
    /// Target of a link; empty for all else.
    target: Text,
    first_child: u32,
    next_sibling: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum State {
    /// An entry of its own said what it is.
    Explicit,
    /// Only the parent of an entry.
    Implied,
    /// Removed; may come back under the same name.
    Removed,
    /// Removed together with its folder; never comes back.
    Gone,
}

/// A node in the hash table, with its hash: growing the table must not read a million names again.
#[derive(Debug, Clone, Copy)]
struct Slot {
    hash: u32,
    id: u32,
}

impl Slot {
    /// Spreads the half that is kept over the bits that the table looks at.
    fn spread(hash: u32) -> u64 {
        u64::from(hash) << 32 | u64::from(hash)
    }
}

/// A slice of the names' buffer.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Text {
    start: u32,
    len: u16,
}

/// Files of a layer or of an image: metadata by path, with whiteouts if it is a layer's.
#[derive(Clone, Serialize, Deserialize)]
pub struct Tree {
    nodes: Vec<Node>,
    names: Vec<u8>,
    /// Folder and name of what this layer hides in the layers below.
    whiteouts: Vec<(u32, Text)>,
    /// Folders of this layer whose content in the layers below is hidden.
    opaque: Vec<u32>,
    #[serde(skip)]
    index: HashTable<Slot>,
    #[serde(skip)]
    hasher: RandomState,
    /// The folder of the entry before: nearly always that of the next one too.
    #[serde(skip)]
    last_folder: Option<(Vec<u8>, u32)>,
}

impl std::fmt::Debug for Tree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tree")
            .field("nodes", &self.nodes.len())
            .finish_non_exhaustive()
    }
}

impl Default for Tree {
    fn default() -> Self {
        Self::new()
    }
}

impl Tree {
    /// Makes a tree of nothing but a root.
    pub fn new() -> Self {
        let root = Node {
            entry: Entry::IMPLIED,
            state: State::Implied,
            parent: ROOT,
            name: Text::default(),
            target: Text::default(),
            first_child: NONE,
            next_sibling: NONE,
        };
        Self {
            nodes: vec![root],
            names: Vec::new(),
            whiteouts: Vec::new(),
            opaque: Vec::new(),
            index: HashTable::new(),
            hasher: RandomState::default(),
            last_folder: None,
        }
    }

    /// Adds one entry of a layer's tar; the last entry of a path counts.
    ///
    /// `path` may have empty parts, `.` and `..`; it never leaves the root. Links among its folders
    /// are followed, as unpacking would. `target` is the target of a link. A hard link whose target
    /// is already here becomes a file with the same content.
    ///
    /// # Errors
    /// [`TreeFull`]: the entry was not taken, the tree is as it was.
    pub fn insert(
        &mut self,
        path: &[u8],
        entry: Entry,
        target: &[u8],
        limits: &Limits,
    ) -> Result<(), TreeFull> {
        let (folder, name) = split(path);
        let parent = self.folder(folder, limits)?;
        if name.is_empty() {
            if entry.kind == EntryKind::Folder {
                self.set(parent, entry, State::Explicit);
            }
            return Ok(());
        }
        let id = self.place(parent, name, entry, limits)?;
        if entry.kind == EntryKind::HardLink || entry.kind == EntryKind::Symlink {
            let target = self.store(target, limits)?;
            if let Some(node) = self.node_mut(id) {
                node.target = target;
            }
        }
        if entry.kind == EntryKind::HardLink {
            self.join(id, limits);
        }
        Ok(())
    }

    /// Notes that this layer hides `path` in the layers below.
    ///
    /// # Errors
    /// [`TreeFull`]: the whiteout was not taken.
    pub fn whiteout(&mut self, path: &[u8], limits: &Limits) -> Result<(), TreeFull> {
        let (folder, name) = split(path);
        let parent = self.folder(folder, limits)?;
        if self.whiteouts.len() >= limits.tree_entries {
            return Err(TreeFull::Entries(limits.tree_entries));
        }
        let name = self.store(name, limits)?;
        self.whiteouts.push((parent, name));
        Ok(())
    }

    /// Notes that this layer hides everything in the folder `path` in the layers below.
    ///
    /// # Errors
    /// [`TreeFull`]: the mark was not taken.
    pub fn opaque(&mut self, path: &[u8], limits: &Limits) -> Result<(), TreeFull> {
        let folder = self.folder(path, limits)?;
        if self.opaque.len() >= limits.tree_entries {
            return Err(TreeFull::Entries(limits.tree_entries));
        }
        self.opaque.push(folder);
        Ok(())
    }

    /// Returns the folder `path`, made if need be; links on the way are followed.
    fn folder(&mut self, path: &[u8], limits: &Limits) -> Result<u32, TreeFull> {
        if let Some((last, id)) = &self.last_folder
            && last == path
        {
            return Ok(*id);
        }
        let id = self.make_folder(ROOT, path, limits)?;
        self.last_folder = Some((path.to_vec(), id));
        Ok(id)
    }

    fn make_folder(&mut self, start: u32, path: &[u8], limits: &Limits) -> Result<u32, TreeFull> {
        let mut todo: Vec<Vec<u8>> = parts(path).rev().map(<[u8]>::to_vec).collect();
        let mut here = start;
        let mut way = Way::new(limits);
        while let Some(part) = todo.pop() {
            if part == b".." {
                here = self.node(here).map_or(ROOT, |node| node.parent);
                continue;
            }
            let Some(id) = self.child(here, &part) else {
                here = self.add(here, &part, limits)?;
                continue;
            };
            match self.node(id).map(|node| node.entry.kind) {
                Some(EntryKind::Folder) => here = id,
                Some(EntryKind::Symlink) => {
                    let target = self.target(id).to_vec();
                    if !way.takes(&target) {
                        return Err(TreeFull::Loop);
                    }
                    if target.starts_with(b"/") {
                        here = ROOT;
                    }
                    todo.extend(parts(&target).rev().map(<[u8]>::to_vec));
                }
                Some(EntryKind::File | EntryKind::HardLink | EntryKind::Special) | None => {
                    self.set(id, Entry::IMPLIED, State::Implied);
                    here = id;
                }
            }
        }
        Ok(here)
    }

    /// Puts `entry` under `name`; what stood there goes, but folders meet.
    fn place(
        &mut self,
        parent: u32,
        name: &[u8],
        entry: Entry,
        limits: &Limits,
    ) -> Result<u32, TreeFull> {
        let id = match self.slot(parent, name) {
            Some(id) => id,
            None => self.add(parent, name, limits)?,
        };
        let was = self.node(id).map(|node| node.entry.kind);
        if was == Some(EntryKind::Folder) && entry.kind != EntryKind::Folder {
            self.clear(id);
        }
        let leads = |kind| matches!(kind, Some(EntryKind::Folder | EntryKind::Symlink));
        if was != Some(entry.kind) && (leads(was) || leads(Some(entry.kind))) {
            self.last_folder = None;
        }
        self.set(id, entry, State::Explicit);
        Ok(id)
    }

    fn set(&mut self, id: u32, entry: Entry, state: State) {
        if let Some(node) = self.node_mut(id) {
            node.entry = entry;
            node.state = state;
            node.target = Text::default();
        }
    }

    /// Adds an implied folder.
    fn add(&mut self, parent: u32, name: &[u8], limits: &Limits) -> Result<u32, TreeFull> {
        if let Some(id) = self.slot(parent, name) {
            self.set(id, Entry::IMPLIED, State::Implied);
            return Ok(id);
        }
        let full = TreeFull::Entries(limits.tree_entries);
        if self.nodes.len() >= limits.tree_entries {
            return Err(full);
        }
        let id = u32::try_from(self.nodes.len()).map_err(|_too_many| full)?;
        let name = self.store(name, limits)?;
        let next_sibling = self.node(parent).map_or(NONE, |node| node.first_child);
        self.nodes.push(Node {
            entry: Entry::IMPLIED,
            state: State::Implied,
            parent,
            name,
            target: Text::default(),
            first_child: NONE,
            next_sibling,
        });
        if let Some(node) = self.node_mut(parent) {
            node.first_child = id;
        }
        self.insert_index(id);
        Ok(id)
    }

    fn insert_index(&mut self, id: u32) {
        let Some(node) = self.node(id) else { return };
        let hash = self.hash(node.parent, self.text(node.name));
        let slot = Slot { hash, id };
        self.index
            .insert_unique(Slot::spread(hash), slot, |slot| Slot::spread(slot.hash));
    }

    fn hash(&self, parent: u32, name: &[u8]) -> u32 {
        let hash = self.hasher.hash_one((parent, name));
        u32::try_from(hash >> 32).unwrap_or(0)
    }

    /// Removes everything below `id`. Each node goes at most once, so the cost is bounded by what
    /// was added.
    fn clear(&mut self, id: u32) {
        let mut todo = vec![self.node(id).map_or(NONE, |node| node.first_child)];
        if let Some(node) = self.node_mut(id) {
            node.first_child = NONE;
        }
        while let Some(mut child) = todo.pop() {
            while let Some(node) = self.node(child) {
                let (below, next) = (node.first_child, node.next_sibling);
                self.forget(child);
                todo.push(below);
                child = next;
            }
        }
    }

    fn forget(&mut self, id: u32) {
        let Some(node) = self.node(id) else { return };
        let hash = self.hash(node.parent, self.text(node.name));
        if let Ok(found) = self
            .index
            .find_entry(Slot::spread(hash), |slot| slot.id == id)
        {
            found.remove();
        }
        if let Some(node) = self.node_mut(id) {
            node.state = State::Gone;
            node.first_child = NONE;
        }
    }

    fn store(&mut self, name: &[u8], limits: &Limits) -> Result<Text, TreeFull> {
        let full = TreeFull::Names(limits.tree_name_bytes);
        let start = u32::try_from(self.names.len()).map_err(|_too_many| full)?;
        let len = u16::try_from(name.len()).map_err(|_too_long| full)?;
        if self.names.len().saturating_add(name.len()) > limits.tree_name_bytes {
            return Err(full);
        }
        self.names.extend_from_slice(name);
        Ok(Text { start, len })
    }

    fn node(&self, id: u32) -> Option<&Node> {
        at(&self.nodes, id)
    }

    fn node_mut(&mut self, id: u32) -> Option<&mut Node> {
        self.nodes
            .get_mut(usize::try_from(id).unwrap_or(usize::MAX))
    }

    fn text(&self, text: Text) -> &[u8] {
        slice(&self.names, text)
    }

    fn target(&self, id: u32) -> &[u8] {
        self.node(id).map_or(&[], |node| self.text(node.target))
    }

    /// Returns the node of this name, removed ones included.
    fn slot(&self, parent: u32, name: &[u8]) -> Option<u32> {
        let hash = self.hash(parent, name);
        let is_it = |slot: &Slot| {
            slot.hash == hash
                && self
                    .node(slot.id)
                    .is_some_and(|node| node.parent == parent && self.text(node.name) == name)
        };
        self.index
            .find(Slot::spread(hash), is_it)
            .map(|slot| slot.id)
    }

    /// Returns the entry of this name, unless it was removed.
    fn child(&self, parent: u32, name: &[u8]) -> Option<u32> {
        self.slot(parent, name).filter(|&id| self.is_here(id))
    }

    fn is_here(&self, id: u32) -> bool {
        self.node(id)
            .is_some_and(|node| matches!(node.state, State::Explicit | State::Implied))
    }
}

fn at(nodes: &[Node], id: u32) -> Option<&Node> {
    nodes.get(usize::try_from(id).unwrap_or(usize::MAX))
}

fn slice(names: &[u8], text: Text) -> &[u8] {
    let start = usize::try_from(text.start).unwrap_or(usize::MAX);
    let end = start.saturating_add(usize::from(text.len));
    names.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests;
