//! Bytes of a tree: which layers still have files in it, and what an upper layer only writes again.

use super::{Content, EntryKind, NONE, ROOT, State, Tree};

/// Bytes of a file below which nobody cares whether it is written again: most files are smaller, and
/// together they weigh little.
const SMALL_BYTES: u64 = 4_096;

/// Numbers of entries, a bit each: a layer numbers its entries from 0 without holes.
#[derive(Default)]
struct Numbers(Vec<u64>);

impl Numbers {
    /// Adds a number; says whether it is new.
    fn add(&mut self, number: u32) -> bool {
        let at = usize::try_from(number / 64).unwrap_or(usize::MAX);
        if self.0.len() <= at {
            self.0.resize(at.saturating_add(1), 0);
        }
        let Some(bits) = self.0.get_mut(at) else {
            return true;
        };
        let bit = 1_u64 << (number % 64);
        let is_new = *bits & bit == 0;
        *bits |= bit;
        is_new
    }
}

impl Tree {
    /// Returns, for each of `layers` layers, the bytes of its files that are here; a file with several
    /// names counts once.
    pub fn bytes_by_layer(&self, layers: usize) -> Vec<u64> {
        let is_file = |id: u32, node: &super::Node| {
            node.entry.kind == EntryKind::File && node.entry.size > 0 && self.is_here(id)
        };
        let files = (0..)
            .zip(&self.nodes)
            .filter(|(id, node)| is_file(*id, node));
        let mut seen: Vec<Numbers> = (0..layers).map(|_| Numbers::default()).collect();
        let mut bytes = vec![0_u64; layers];
        for (_, node) in files {
            let content = node.entry.content;
            let layer = usize::from(content.layer);
            let is_new = seen
                .get_mut(layer)
                .is_some_and(|seen| seen.add(content.entry));
            if let (Some(sum), true) = (bytes.get_mut(layer), is_new) {
                *sum = sum.saturating_add(node.entry.size);
            }
        }
        bytes
    }

    /// Returns the bytes of files that `upper`, a layer's tree, would write over files of this one with the
    /// same content. `is_same` tells that of the file that is here and of the new one; where it does not know, a
    /// new owner or mode with an old size and time of change does, which chmod and chown leave alone. Links among
    /// folders are not followed.
    pub fn bytes_written_again(
        &self,
        upper: &Self,
        is_same: impl Fn(Content, Content) -> Option<bool>,
    ) -> u64 {
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
            let are_files = old.kind == EntryKind::File && new.kind == EntryKind::File;
            let is_own = node.state == State::Explicit && new.size >= SMALL_BYTES;
            let looks_same = || {
                let is_changed = (old.mode, old.uid, old.gid) != (new.mode, new.uid, new.gid);
                old.mtime == new.mtime && is_changed
            };
            if are_files
                && is_own
                && old.size == new.size
                && is_same(old.content, new.content).unwrap_or_else(looks_same)
            {
                bytes = bytes.saturating_add(new.size);
            }
        }
        bytes
    }
}
