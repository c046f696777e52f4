//! Bytes of a tree: which layers still have files in it, and what an upper layer only writes again.

use super::{EntryKind, NONE, ROOT, State, Tree};

/// Bytes of a file below which nobody cares whether it is written again: most files are smaller, and
/// together they weigh little.
const SMALL_BYTES: u64 = 4_096;

impl Tree {
    /// Returns, for each of `layers` layers, the bytes of its files that are here; a file with several
    /// names counts once.
    pub fn bytes_by_layer(&self, layers: usize) -> Vec<u64> {
        let is_file = |id: u32, node: &super::Node| {
            node.entry.kind == EntryKind::File && node.entry.size > 0 && self.is_here(id)
        };
        let files = (0..).zip(&self.nodes).filter(|(id, node)| is_file(*id, node));
        let mut contents: Vec<(super::Content, u64)> = files
            .map(|(_, node)| (node.entry.content, node.entry.size))
            .collect();
        contents.sort_unstable();
        contents.dedup_by_key(|(content, _)| *content);
        let mut bytes = vec![0_u64; layers];
        for (content, size) in contents {
            if let Some(sum) = bytes.get_mut(usize::from(content.layer)) {
                *sum = sum.saturating_add(size);
            }
        }
        bytes
    }

    /// Returns the bytes of files that `upper`, a layer's tree, would write over files of this one with
    /// nothing new but owner or permissions.
    ///
    /// That is told by size and time of change, which chmod and chown leave alone; links among folders
    /// are not followed.
    pub fn bytes_written_again(&self, upper: &Self) -> u64 {
        let mut places = vec![NONE; upper.nodes.len()];
        if let Some(root) = places.first_mut() {
            *root = ROOT;
        }
        let mut bytes: u64 = 0;
        for (at, node) in upper.nodes.iter().enumerate().skip(1) {
            let parent = usize::try_from(node.parent).ok();
            let parent = parent.and_then(|parent| places.get(parent).copied());
            let Some(parent) = parent.filter(|parent| *parent != NONE) else {
                continue;
            };
            let Some(here) = self.child(parent, upper.text(node.name)) else {
                continue;
            };
            if let Some(place) = places.get_mut(at) {
                *place = here;
            }
            let Some(old) = self.node(here).map(|node| node.entry) else {
                continue;
            };
            let new = node.entry;
            let is_same = old.size == new.size && old.mtime == new.mtime;
            let is_changed = (old.mode, old.uid, old.gid) != (new.mode, new.uid, new.gid);
            let are_files = old.kind == EntryKind::File && new.kind == EntryKind::File;
            let is_own = node.state == State::Explicit && new.size >= SMALL_BYTES;
            if are_files && is_own && is_same && is_changed {
                bytes = bytes.saturating_add(new.size);
            }
        }
        bytes
    }
}
