//! What all layers together may hold in memory until they are laid over each other.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use model::Limits;

use super::Scanned;
use crate::ScanError;

/// What is left for further layers; shared by the threads that read them.
#[derive(Debug)]
pub(crate) struct Room {
    trees: AtomicUsize,
    files: AtomicUsize,
    trees_limit: usize,
}

impl Room {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            trees: AtomicUsize::new(limits.trees_bytes),
            files: AtomicUsize::new(usize::try_from(limits.files_bytes).unwrap_or(usize::MAX)),
            trees_limit: limits.trees_bytes,
        }
    }

    /// Makes room for a layer. If its files find none they are let go, and those that turn out to be
    /// needed are fetched later: which layers come first changes what is done, never what is found.
    ///
    /// # Errors
    /// [`ScanError::Memory`]: the trees of the layers take too much.
    pub(crate) fn take(&self, scanned: &mut Scanned) -> Result<(), ScanError> {
        let content = &mut scanned.content;
        let notes = scanned.inspected.notes.as_ref();
        let notes = notes.map_or(0, hygiene::Notes::heap_bytes);
        let bytes = content.tree.heap_bytes().saturating_add(notes);
        if !take(&self.trees, bytes) {
            return Err(ScanError::Memory {
                limit: self.trees_limit,
            });
        }
        let sizes = content
            .files
            .values()
            .map(|file| file.len() + size_of::<(u32, Vec<u8>)>());
        if !take(&self.files, sizes.sum()) {
            content.files = BTreeMap::new();
        }
        Ok(())
    }
}

/// Takes `bytes` of what is left, if there are as many.
fn take(left: &AtomicUsize, bytes: usize) -> bool {
    let take = |left: usize| left.checked_sub(bytes);
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
        .is_ok()
}
