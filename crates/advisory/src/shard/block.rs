//! A block: sorted rows, each key stored as what differs from the one before it.

use serde::{Deserialize, Serialize};

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
        let old = self.key.get(..shared).ok_or(Damage::Encoding)?;
        let key = format!("{old}{}", row.rest);
        if !self.is_first && key <= self.key {
            return Err(Damage::Order);
        }
        self.rest = rest;
        self.key = key;
        self.is_first = false;
        Ok(Some((&self.key, row.payload)))
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
