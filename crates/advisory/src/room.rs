//! How much may be kept of what was read: a few bytes could otherwise become more than memory holds, record by
//! record, each of which is no larger than a real one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use model::Advisory;

use crate::release::versions;

/// Parts that fit, whatever was read.
const FREE: usize = 2_000_000;

/// Parts of advisories that still fit: one for each byte that was read; real feeds need less than half.
#[derive(Debug, Clone)]
pub(crate) struct Room(Arc<AtomicUsize>);

impl Default for Room {
    fn default() -> Self {
        Self(Arc::new(AtomicUsize::new(FREE)))
    }
}

impl Room {
    /// Takes that so many bytes were read.
    pub(crate) fn widen(&self, bytes: usize) {
        let wider = |left: usize| Some(left.saturating_add(bytes));
        let _never = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, wider);
    }

    /// Takes so many parts.
    ///
    /// # Errors
    /// They do not fit.
    pub(crate) fn take(&self, parts: usize) -> Result<(), String> {
        let smaller = |left: usize| left.checked_sub(parts);
        let taken = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, smaller);
        let too_many = |_left| "its files are too small to say so much".to_owned();
        taken.map(|_before| ()).map_err(too_many)
    }
}

/// The parts of an advisory: itself, its names, and the versions that it tells of.
pub(crate) fn parts(advisory: &Advisory) -> usize {
    let names = [&advisory.aliases, &advisory.vendor_ids, &advisory.arches].map(Vec::len);
    let names = names.iter().sum::<usize>();
    let versions = versions(&advisory.affected).count();
    names.saturating_add(versions).saturating_add(1)
}
