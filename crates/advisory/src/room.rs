//! How much may be kept of what was read: a few bytes could otherwise become more than memory holds, record by
//! record, each of which is no larger than a real one.

use std::cell::Cell;
use std::rc::Rc;

use model::Advisory;

use crate::release::versions;

/// Parts that fit, whatever was read.
const FREE: usize = 2_000_000;

/// Parts of advisories that still fit: one for each byte that was read; real feeds need less than half.
#[derive(Debug, Clone)]
pub(crate) struct Room(Rc<Cell<usize>>);

impl Default for Room {
    fn default() -> Self {
        Self(Rc::new(Cell::new(FREE)))
    }
}

impl Room {
    /// Takes that so many bytes were read.
    pub(crate) fn widen(&self, bytes: usize) {
        self.0.set(self.0.get().saturating_add(bytes));
    }

    /// Takes so many parts.
    ///
    /// # Errors
    /// They do not fit.
    pub(crate) fn take(&self, parts: usize) -> Result<(), String> {
        let left = self.0.get().checked_sub(parts);
        self.0
            .set(left.ok_or("its files are too small to say so much")?);
        Ok(())
    }
}

/// The parts of an advisory: itself, its names, and the versions that it tells of.
pub(crate) fn parts(advisory: &Advisory) -> usize {
    let names = [&advisory.aliases, &advisory.vendor_ids, &advisory.arches].map(Vec::len);
    let names = names.iter().sum::<usize>();
    let versions = versions(&advisory.affected).count();
    names.saturating_add(versions).saturating_add(1)
}
