//! A block: sorted rows, each key stored as what differs from the one before it.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::MAX_BLOCK_BYTES;
use crate::Damage;

/// One row as it is stored.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Stored<'a> {
    /// Bytes that the key shares with the key before it.
    shared: u32,
    /// The rest of the key.
    rest: &'a str,
    payload: &'a [u8],
}

/// Appends a row to a block whose last key is `before`.
pub(super) fn push(
    block: &mut Vec<u8>,
    before: &str,
    key: &str,
    payload: &[u8],
) -> Result<(), postcard::Error> {
    let shared = shared_bytes(before, key);
    let row = Stored {
        shared: u32::try_from(shared).unwrap_or_default(),
        rest: key.get(shared..).unwrap_or(key),
        payload,
    };
    block.extend(postcard::to_stdvec(&row)?);
    Ok(())
}

/// Walks the rows of a block, in order.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    rest: &'a [u8],
    key: String,
    is_first: bool,
}

impl<'a> Rows<'a> {
    pub(super) fn new(block: &'a [u8]) -> Self {
        Self {
            rest: block,
            key: String::new(),
            is_first: true,
        }
    }

    /// Returns the key and the payload of the next row; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(&str, &'a [u8])>, Damage> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let (row, rest): (Stored<'a>, _) =
            postcard::take_from_bytes(self.rest).map_err(|_bad| Damage::Encoding)?;
        let shared = usize::try_from(row.shared).unwrap_or(usize::MAX);
        let old = self.key.get(shared..).ok_or(Damage::Encoding)?;
        if !self.is_first && row.rest <= old {
            return Err(Damage::Order);
        }
        self.key.truncate(shared);
        self.key.push_str(row.rest);
        self.rest = rest;
        self.is_first = false;
        Ok(Some((&self.key, row.payload)))
    }
}

/// The rows of a block by key.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// All keys, one behind the other.
    keys: String,
    rows: Vec<Row>,
}

/// Where a key and its payload lie.
#[derive(Debug)]
struct Row {
    key: Range<usize>,
    payload: Range<usize>,
}

impl Index {
    /// Reads the rows of a block. Keys may share much, so that a few bytes become many: they are
    /// bounded.
    pub(super) fn of(block: &[u8]) -> Result<Self, Damage> {
        let mut index = Self::default();
        let mut rows = Rows::new(block);
        while let Some((key, payload)) = rows.next()? {
            let from = index.keys.len();
            if from.saturating_add(key.len()) > MAX_BLOCK_BYTES {
                return Err(Damage::TooLarge {
                    bytes: from.saturating_add(key.len()),
                    limit: MAX_BLOCK_BYTES,
                });
            }
            index.keys.push_str(key);
            let length = payload.len();
            let end = block.len().saturating_sub(rows.rest.len());
            index.rows.push(Row {
                key: from..index.keys.len(),
                payload: end.saturating_sub(length)..end,
            });
        }
        Ok(index)
    }

    /// Returns where the payload of a key lies.
    pub(super) fn find(&self, key: &str) -> Option<Range<usize>> {
        let key_of = |row: &Row| self.keys.get(row.key.clone()).unwrap_or_default();
        let place = self.rows.binary_search_by(|row| key_of(row).cmp(key));
        Some(self.rows.get(place.ok()?)?.payload.clone())
    }
}

/// Returns how many leading bytes are equal, at a character's edge.
fn shared_bytes(before: &str, key: &str) -> usize {
    before
        .chars()
        .zip(key.chars())
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len_utf8())
        .sum()
}
