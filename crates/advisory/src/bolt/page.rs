//! One page of a Bolt database: its elements, each where nothing else is.
//!
//! ```text
//! number u64, kind u16, count u16, overflow u32 | elements, 16 bytes each | keys and values
//! branch element: place u32, key bytes u32, page u64
//! leaf element: kind u32 (1: bucket), place u32, key bytes u32, value bytes u32
//! ```
//! A place counts from the start of its element. Numbers are little-endian.

use std::ops::Range;

use super::PageDamage;

pub(super) const HEADER_BYTES: usize = 16;
const ELEMENT_BYTES: usize = 16;
/// What stands before the page of an inline bucket: the number of the root page, a sequence.
const BUCKET_BYTES: usize = 16;

const BRANCH: u16 = 1;
const LEAF: u16 = 2;

/// A page whose elements were all checked.
#[derive(Debug)]
pub(super) struct Page<B> {
    bytes: B,
    /// Its elements, in the order in which they are written.
    pub slots: Vec<Slot>,
}

/// An element, and where its parts lie.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// A page below this branch.
    Child { page: u64 },
    /// A key and its value.
    Value { key: Range<usize>, end: usize },
    /// The name of a bucket and what says where it is.
    Bucket { key: Range<usize>, end: usize },
}

impl<B: AsRef<[u8]>> Page<B> {
    /// Reads a page.
    pub(super) fn read(bytes: B) -> Result<Self, PageDamage> {
        let slots = slots(bytes.as_ref())?;
        Ok(Self { bytes, slots })
    }

    /// Returns key and value of one of its elements; a child has none.
    pub(super) fn pair(&self, slot: &Slot) -> (&[u8], &[u8]) {
        let bytes = self.bytes.as_ref();
        match slot {
            Slot::Child { .. } => (&[], &[]),
            Slot::Value { key, end } | Slot::Bucket { key, end } => (
                bytes.get(key.clone()).unwrap_or_default(),
                bytes.get(key.end..*end).unwrap_or_default(),
            ),
        }
    }
}

impl<'a> Page<&'a [u8]> {
    /// Reads the page in the value of an inline bucket.
    pub(super) fn inline(value: &'a [u8]) -> Result<Self, PageDamage> {
        Self::read(value.get(BUCKET_BYTES..).ok_or(PageDamage::Bucket)?)
    }
}

/// Returns the number of a bucket's root page; 0 if it is inline.
pub(super) fn root_of(value: &[u8]) -> Result<u64, PageDamage> {
    u64_at(value, 0).ok_or(PageDamage::Bucket)
}

fn slots(bytes: &[u8]) -> Result<Vec<Slot>, PageDamage> {
    let head = u16_at(bytes, 8).zip(u16_at(bytes, 10));
    let (kind, count) = head.ok_or(PageDamage::Bucket)?;
    let read = match kind {
        BRANCH => branch,
        LEAF => leaf,
        _ => return Err(PageDamage::Kind),
    };
    let count = usize::from(count);
    let mut free = HEADER_BYTES.saturating_add(count.saturating_mul(ELEMENT_BYTES));
    let mut slots = Vec::new();
    for index in 0..count {
        let at = HEADER_BYTES.saturating_add(index.saturating_mul(ELEMENT_BYTES));
        let (slot, parts) = read(bytes, at).ok_or(PageDamage::Element(index))?;
        if parts.start < free || parts.end > bytes.len() {
            return Err(PageDamage::Element(index));
        }
        free = parts.end;
        slots.push(slot);
    }
    Ok(slots)
}

/// Reads an element of a branch; returns it, and where its parts lie.
fn branch(bytes: &[u8], at: usize) -> Option<(Slot, Range<usize>)> {
    let start = at.checked_add(size_at(bytes, at)?)?;
    let end = start.checked_add(size_at(bytes, at.checked_add(4)?)?)?;
    let page = u64_at(bytes, at.checked_add(8)?)?;
    Some((Slot::Child { page }, start..end))
}

/// Reads an element of a leaf; returns it, and where its parts lie.
fn leaf(bytes: &[u8], at: usize) -> Option<(Slot, Range<usize>)> {
    let start = at.checked_add(size_at(bytes, at.checked_add(4)?)?)?;
    let middle = start.checked_add(size_at(bytes, at.checked_add(8)?)?)?;
    let end = middle.checked_add(size_at(bytes, at.checked_add(12)?)?)?;
    let key = start..middle;
    let slot = match u32_at(bytes, at)? {
        0 => Slot::Value { key, end },
        1 => Slot::Bucket { key, end },
        _ => return None,
    };
    Some((slot, start..end))
}

fn size_at(bytes: &[u8], at: usize) -> Option<usize> {
    u32_at(bytes, at).and_then(|size| usize::try_from(size).ok())
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    array(bytes, at).map(u16::from_le_bytes)
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_le_bytes)
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    array(bytes, at).map(u64::from_le_bytes)
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}
