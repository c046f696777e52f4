//! Looking things up in a tree, and going through all of it in order.

use std::collections::{BTreeMap, BTreeSet};

use super::links::Follow;
use super::{Content, Entry, EntryKind, NONE, Node, ROOT, Slot, Tree};
use crate::{Gap, GapKind, ImagePath, Limits};

impl Tree {
    /// Returns the number of entries, implied folders and the root included.
    pub fn len(&self) -> usize {
        (0..)
            .zip(&self.nodes)
            .filter(|(id, _)| self.is_here(*id))
            .count()
    }

    /// Returns about how many bytes it takes.
    pub fn heap_bytes(&self) -> usize {
        let node = size_of::<Node>() + size_of::<Slot>();
        self.names
            .len()
            .saturating_add(self.nodes.len().saturating_mul(node))
    }

    /// Whether there is nothing but the root.
    pub fn is_empty(&self) -> bool {
        self.len() <= 1
    }

    /// Returns what is at `path`; links are followed, absolute ones from the image's root.
    pub fn find(&self, path: &str, limits: &Limits) -> Option<Entry> {
        let id = self.resolve(path.as_bytes(), Follow::All, limits)?;
        self.node(id).map(|node| node.entry)
    }

    /// Returns what is at `path` itself; a link as its last part is not followed.
    pub fn entry(&self, path: &str, limits: &Limits) -> Option<Entry> {
        let id = self.resolve(path.as_bytes(), Follow::Parents, limits)?;
        self.node(id).map(|node| node.entry)
    }

    /// Returns the real path of `path`, that is without links; `None` if it leads nowhere.
    pub fn real_path(&self, path: &str, limits: &Limits) -> Option<ImagePath> {
        let id = self.resolve(path.as_bytes(), Follow::All, limits)?;
        Some(ImagePath::new(&self.path_bytes(id)))
    }

    /// Whether `path` is a folder, links followed, with anything in it.
    pub fn is_full_folder(&self, path: &str, limits: &Limits) -> bool {
        self.resolve(path.as_bytes(), Follow::All, limits)
            .is_some_and(|folder| !self.children(folder).is_empty())
    }

    /// Returns name and entry of everything in the folder at `path`, sorted by name; links to
    /// entries are followed, the path's own too. A link that leads nowhere has no entry.
    pub fn list(&self, path: &str, limits: &Limits) -> Vec<(Vec<u8>, Option<Entry>)> {
        let Some(folder) = self.resolve(path.as_bytes(), Follow::All, limits) else {
            return Vec::new();
        };
        let follow = |id: u32, node: &Node| {
            if node.entry.kind != EntryKind::Symlink {
                return self.node(id);
            }
            self.resolve(&self.path_bytes(id), Follow::All, limits)
                .and_then(|id| self.node(id))
        };
        self.children(folder)
            .into_iter()
            .filter_map(|id| {
                let node = self.node(id)?;
                let entry = follow(id, node).map(|node| node.entry);
                Some((self.text(node.name).to_vec(), entry))
            })
            .collect()
    }

    /// Calls `visit` with path, entry and link target of every entry but the root, folders before
    /// what is in them, names in byte order.
    pub fn walk(&self, mut visit: impl FnMut(&[u8], &Entry, &[u8])) {
        let mut path: Vec<u8> = Vec::new();
        let mut todo: Vec<(u32, usize)> = self
            .children(ROOT)
            .into_iter()
            .rev()
            .map(|id| (id, 0))
            .collect();
        while let Some((id, parent_len)) = todo.pop() {
            let Some(node) = self.node(id) else { continue };
            path.truncate(parent_len);
            if !path.is_empty() {
                path.push(b'/');
            }
            path.extend_from_slice(self.text(node.name));
            visit(&path, &node.entry, self.text(node.target));
            let len = path.len();
            todo.extend(
                self.children(id)
                    .into_iter()
                    .rev()
                    .map(|child| (child, len)),
            );
        }
    }

    /// Returns path and entry of everything whose own name and entry `wants` says yes to, sorted by
    /// path; and a gap, if their paths have more than [`Limits::selected_bytes`].
    pub fn select(
        &self,
        wants: impl Fn(&[u8], &Entry) -> bool,
        limits: &Limits,
    ) -> (Vec<(ImagePath, Entry)>, Option<Gap>) {
        let mut found = Vec::new();
        let mut left = limits.selected_bytes;
        let mut gap = None;
        let wanted = (0..)
            .zip(&self.nodes)
            .filter(|(id, node)| self.is_here(*id) && wants(self.text(node.name), &node.entry));
        for (id, node) in wanted {
            let path = self.path_bytes(id);
            let Some(rest) = left.checked_sub(path.len() + size_of::<(ImagePath, Entry)>()) else {
                let why = "too many or too long paths; the rest was not looked at";
                let place = ImagePath::new(&path);
                gap = Some(Gap::new(
                    GapKind::Limited,
                    place.as_str(),
                    why,
                    "files of note",
                ));
                break;
            };
            left = rest;
            found.push((ImagePath::new(&path), node.entry));
        }
        found.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        (found, gap)
    }

    /// Returns the name that each of these contents came under: hard links to it came later. What is no
    /// file has none.
    pub fn first_names(&self, contents: &BTreeSet<Content>) -> BTreeMap<Content, ImagePath> {
        let mut names = BTreeMap::new();
        for (id, node) in (0..).zip(&self.nodes) {
            let content = node.entry.content;
            let is_file = node.entry.kind == EntryKind::File;
            if is_file && contents.contains(&content) && self.is_here(id) {
                names
                    .entry(content)
                    .or_insert_with(|| ImagePath::new(&self.path_bytes(id)));
            }
        }
        names
    }

    /// Returns the entries of a folder, sorted by name.
    fn children(&self, folder: u32) -> Vec<u32> {
        let mut children = Vec::new();
        let mut next = self.node(folder).map_or(NONE, |node| node.first_child);
        while let Some(node) = self.node(next) {
            if self.is_here(next) {
                let name = self.text(node.name);
                children.push((start(name), name, next));
            }
            next = node.next_sibling;
        }
        children.sort_unstable();
        children.into_iter().map(|(_, _, id)| id).collect()
    }
}

/// Returns the first bytes of a name as a number of the same order: few names need be fetched to be compared.
fn start(name: &[u8]) -> u64 {
    let mut start = [0; 8];
    for (to, from) in start.iter_mut().zip(name) {
        *to = *from;
    }
    u64::from_be_bytes(start)
}
