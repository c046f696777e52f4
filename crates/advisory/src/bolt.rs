//! Bolt, the key-value file in which Trivy ships its advisories: read only, a page at a time.
//!
//! ```text
//! page 0, 1: meta (page size, root bucket, transaction, checksum) | pages: branch, leaf, free …
//! leaf: key → value, or key → bucket: the number of its root page, or the page itself (inline)
//! ```
//! Source of truth: go.etcd.io/bbolt, `internal/common/page.go`, `meta.go`, `bucket.go`.
//!
//! The file is a stranger's. No page is read twice and no two elements of a page share a byte, so
//! a walk costs no more than the file is long, however its pages point at each other. Memory is one
//! page for each step down. The list of free pages is not read: only a writer needs it.

mod error;
mod meta;
mod page;
mod pages;

use std::io::{Read, Seek};

pub use error::{BoltError, PageDamage};
use page::{Page, Slot};
use pages::Pages;

/// Steps down from the root, through branches and buckets. Trivy's buckets are three deep, and each
/// level of branches multiplies by a hundred.
const MAX_DEPTH: usize = 24;

/// A Bolt database.
#[derive(Debug)]
pub struct Bolt<R> {
    pages: Pages<R>,
    root: u64,
}

/// Where a walk is in one bucket.
#[derive(Default)]
struct Place {
    /// Names of the buckets from the root to here.
    path: Vec<Vec<u8>>,
    /// The last key that was met in this bucket.
    last: Vec<u8>,
}

impl<R: Read + Seek> Bolt<R> {
    /// Opens a database at its newest sound meta page.
    ///
    /// # Errors
    /// [`BoltError`] if there is no such page, the file is longer than 4 GiB, or reading fails.
    pub fn open(mut source: R) -> Result<Self, BoltError> {
        let (meta, length) = meta::newest(&mut source)?;
        let pages = Pages::new(source, u64::from(meta.page_bytes), length);
        let root = meta.root;
        Ok(Self { pages, root })
    }

    /// Shows each value with the names of its buckets and its key, in the order of keys.
    ///
    /// # Errors
    /// [`BoltError`] that names the first page that is wrong; what came before it was shown.
    pub fn walk(
        &mut self,
        visit: &mut impl FnMut(&[Vec<u8>], &[u8], &[u8]),
    ) -> Result<(), BoltError> {
        self.pages.forget();
        self.below(self.root, 0, &mut Place::default(), visit)
    }

    fn below(
        &mut self,
        id: u64,
        depth: usize,
        place: &mut Place,
        visit: &mut impl FnMut(&[Vec<u8>], &[u8], &[u8]),
    ) -> Result<(), BoltError> {
        if depth >= MAX_DEPTH {
            return Err(PageDamage::TooDeep(MAX_DEPTH).at(id));
        }
        let next = depth.saturating_add(1);
        let page = self.pages.take(id)?;
        for slot in &page.slots {
            let (key, value) = page.pair(slot);
            match slot {
                Slot::Child { page } => self.below(*page, next, place, visit)?,
                Slot::Value { .. } => {
                    place.step(key).map_err(|damage| damage.at(id))?;
                    visit(&place.path, key, value);
                }
                Slot::Bucket { .. } => {
                    place.step(key).map_err(|damage| damage.at(id))?;
                    let mut inner = place.inner(key);
                    match page::root_of(value).map_err(|damage| damage.at(id))? {
                        0 => inline(value, &mut inner, visit).map_err(|damage| damage.at(id))?,
                        root => self.below(root, next, &mut inner, visit)?,
                    }
                    place.leave(inner);
                }
            }
        }
        Ok(())
    }
}

impl Place {
    /// Goes on to the next key.
    fn step(&mut self, key: &[u8]) -> Result<(), PageDamage> {
        if key <= &*self.last {
            return Err(PageDamage::Order);
        }
        self.last.clear();
        self.last.extend_from_slice(key);
        Ok(())
    }

    /// Enters a bucket, with the path, which [`Place::leave`] gives back.
    fn inner(&mut self, name: &[u8]) -> Self {
        let mut path = std::mem::take(&mut self.path);
        path.push(name.to_vec());
        let last = Vec::new();
        Self { path, last }
    }

    /// Comes back from a bucket.
    fn leave(&mut self, inner: Self) {
        self.path = inner.path;
        self.path.pop();
    }
}

/// Shows what is in a bucket whose only page is a value. Such a bucket holds no others.
fn inline(
    value: &[u8],
    place: &mut Place,
    visit: &mut impl FnMut(&[Vec<u8>], &[u8], &[u8]),
) -> Result<(), PageDamage> {
    let page = Page::inline(value)?;
    for slot in &page.slots {
        let Slot::Value { .. } = slot else {
            return Err(PageDamage::Kind);
        };
        let (key, value) = page.pair(slot);
        place.step(key)?;
        visit(&place.path, key, value);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
