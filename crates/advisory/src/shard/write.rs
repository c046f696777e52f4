//! Writes a shard: the same rows give the same bytes.

use super::{BLOCK_BYTES, BlockHead, Head, MAGIC, MAX_BLOCK_BYTES, Table, block};
use crate::envelope;
use crate::write::{About, WriteError};

/// zstd's strongest level below the ones that need more memory to read.
const LEVEL: i32 = 19;

/// A row to be written.
#[derive(Debug)]
pub(crate) struct NewRow {
    pub(crate) key: String,
    /// Entries in it, for the count of the shard.
    pub(crate) entries: usize,
    pub(crate) payload: Vec<u8>,
}

/// Writes a shard of rows that are sorted by key, without doubles.
pub(crate) fn write(table: Table, about: &About, rows: &[NewRow]) -> Result<Vec<u8>, WriteError> {
    let mut blocks = Vec::new();
    let mut body = Vec::new();
    let mut rest = rows;
    while let Some(first) = rest.first() {
        let (raw, taken) = fill(rest)?;
        let stored = zstd::bulk::compress(&raw, LEVEL)?;
        blocks.push(BlockHead {
            first: first.key.clone(),
            stored_bytes: count(stored.len())?,
            raw_bytes: count(raw.len())?,
            digest: envelope::digest(&stored),
        });
        body.extend(stored);
        rest = rest.get(taken..).unwrap_or_default();
    }
    let head = Head {
        table,
        about: about.clone(),
        count: count(rows.iter().map(|row| row.entries).sum())?,
        blocks,
    };
    let head = postcard::to_stdvec(&head)?;
    let mut shard = envelope::seal(MAGIC, &head).ok_or(WriteError::TooLarge)?;
    shard.extend(body);
    Ok(shard)
}

/// Fills one block and returns how many rows went in: at least one.
fn fill(rows: &[NewRow]) -> Result<(Vec<u8>, usize), WriteError> {
    let mut raw = Vec::new();
    let mut before = "";
    let mut taken = 0_usize;
    for row in rows {
        if taken > 0 && raw.len().saturating_add(row.payload.len()) > BLOCK_BYTES {
            break;
        }
        if taken > 0 && row.key.as_str() <= before {
            return Err(WriteError::Order(row.key.clone()));
        }
        block::push(&mut raw, before, &row.key, &row.payload)?;
        before = &row.key;
        taken = taken.saturating_add(1);
    }
    if raw.len() > MAX_BLOCK_BYTES {
        return Err(WriteError::TooLarge);
    }
    Ok((raw, taken))
}

fn count(number: usize) -> Result<u32, WriteError> {
    u32::try_from(number).map_err(|_large| WriteError::TooLarge)
}
