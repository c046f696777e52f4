//! Pages of a Bolt database by number, each read once.

use std::fmt;
use std::io::{Read, Seek, SeekFrom};

use super::page::{HEADER_BYTES, Page, u32_at, u64_at};
use super::{BoltError, PageDamage};

/// Bytes of one page with what overflows: 8 MiB. A page grows beyond its size only for one long
/// value, and Trivy's longest have some 100 kB.
const MAX_RUN_BYTES: u64 = 8 << 20;

/// The pages of a file.
pub(super) struct Pages<R> {
    source: R,
    page_bytes: u64,
    /// Of each page, whether it was read.
    taken: Vec<bool>,
}

impl<R: Read + Seek> Pages<R> {
    pub(super) fn new(source: R, page_bytes: u64, length: u64) -> Self {
        let count = length.checked_div(page_bytes).unwrap_or(0);
        let taken = vec![false; usize::try_from(count).unwrap_or(0)];
        Self {
            source,
            page_bytes,
            taken,
        }
    }

    /// Forgets what was read.
    pub(super) fn forget(&mut self) {
        self.taken.fill(false);
    }

    /// Reads a page, with those that it overflows into.
    pub(super) fn take(&mut self, id: u64) -> Result<Page<Vec<u8>>, BoltError> {
        self.mark(id, 1)?;
        let mut bytes = vec![0; usize::try_from(self.page_bytes).unwrap_or(0)];
        let at = id.saturating_mul(self.page_bytes);
        self.source.seek(SeekFrom::Start(at))?;
        self.source.read_exact(&mut bytes)?;
        let named = u64_at(&bytes, 0).unwrap_or_default();
        if named != id {
            return Err(PageDamage::Number(named).at(id));
        }
        let more = u64::from(u32_at(&bytes, HEADER_BYTES - 4).unwrap_or_default());
        let total = more.saturating_add(1).saturating_mul(self.page_bytes);
        if total > MAX_RUN_BYTES {
            let limit = MAX_RUN_BYTES;
            return Err(PageDamage::TooLarge {
                bytes: total,
                limit,
            }
            .at(id));
        }
        self.mark(id.saturating_add(1), more)?;
        let first = bytes.len();
        bytes.resize(usize::try_from(total).unwrap_or(first), 0);
        let rest = bytes.get_mut(first..).unwrap_or_default();
        self.source.read_exact(rest)?;
        Page::read(bytes).map_err(|damage| damage.at(id))
    }

    /// Marks pages as read.
    fn mark(&mut self, first: u64, count: u64) -> Result<(), BoltError> {
        let end = first.saturating_add(count);
        let known = u64::try_from(self.taken.len()).unwrap_or(u64::MAX);
        let range = usize::try_from(first).ok().zip(usize::try_from(end).ok());
        let pages = range.and_then(|(first, end)| self.taken.get_mut(first..end));
        let pages = pages.ok_or_else(|| PageDamage::Outside(known).at(first))?;
        for (page, taken) in (first..end).zip(pages) {
            if std::mem::replace(taken, true) {
                return Err(PageDamage::Twice.at(page));
            }
        }
        Ok(())
    }
}

impl<R> fmt::Debug for Pages<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("page_bytes", &self.page_bytes)
            .field("pages", &self.taken.len())
            .finish_non_exhaustive()
    }
}
