//! Writes a shard: the same rows give the same bytes.

use super::{BLOCK_BYTES, BlockHead, Head, MAGIC, ROW_BYTES, Table, block};
use crate::envelope;
use crate::harvest::shortened;
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
    let mut writer = Writer::new(table, LEVEL);
    for row in rows {
        writer.push(row)?;
    }
    writer.finish(about)
}

/// Takes the rows of a shard one by one and keeps them compressed.
#[derive(Debug)]
pub(crate) struct Writer {
    table: Table,
    /// How hard zstd tries.
    level: i32,
    blocks: Vec<BlockHead>,
    body: Vec<u8>,
    entries: usize,
    /// The block that is not full yet, and the first and the last key in it.
    raw: Vec<u8>,
    first: String,
    last: String,
}

impl Writer {
    pub(crate) const fn new(table: Table, level: i32) -> Self {
        Self {
            table,
            level,
            blocks: Vec::new(),
            body: Vec::new(),
            entries: 0,
            raw: Vec::new(),
            first: String::new(),
            last: String::new(),
        }
    }

    /// Returns how many entries it has taken.
    pub(crate) const fn entries(&self) -> usize {
        self.entries
    }

    /// Adds a row behind all others. A row that is refused leaves those before it as they are.
    pub(crate) fn push(&mut self, row: &NewRow) -> Result<(), WriteError> {
        if row.payload.len() > ROW_BYTES || row.key.len() > BLOCK_BYTES {
            return Err(WriteError::RowTooLarge(shortened(row.key.clone())));
        }
        let is_later = row.key > self.last || (self.blocks.is_empty() && self.raw.is_empty());
        if !is_later {
            return Err(WriteError::Order(row.key.clone()));
        }
        // texts compress far better in larger blocks, and few are asked for
        let most = if [Table::Prose, Table::Leads].contains(&self.table) {
            2 * BLOCK_BYTES
        } else {
            BLOCK_BYTES
        };
        if !self.raw.is_empty() && self.raw.len().saturating_add(row.payload.len()) > most {
            self.close()?;
        }
        let mut before = self.last.as_str();
        if self.raw.is_empty() {
            self.first.clone_from(&row.key);
            before = "";
        }
        block::push(&mut self.raw, before, &row.key, &row.payload)?;
        self.last.clone_from(&row.key);
        self.entries = self.entries.saturating_add(row.entries);
        Ok(())
    }

    /// Compresses the block.
    fn close(&mut self) -> Result<(), WriteError> {
        let stored = zstd::bulk::compress(&self.raw, self.level)?;
        self.blocks.push(BlockHead {
            first: std::mem::take(&mut self.first),
            stored_bytes: count(stored.len())?,
            raw_bytes: count(self.raw.len())?,
            digest: envelope::digest(&stored),
        });
        self.body.extend(stored);
        self.raw.clear();
        Ok(())
    }

    /// Returns the bytes of the shard.
    pub(crate) fn finish(mut self, about: &About) -> Result<Vec<u8>, WriteError> {
        if !self.raw.is_empty() {
            self.close()?;
        }
        let head = Head {
            table: self.table,
            about: about.clone(),
            count: count(self.entries)?,
            blocks: self.blocks,
        };
        let head = postcard::to_stdvec(&head)?;
        let mut shard = envelope::seal(MAGIC, &head).ok_or(WriteError::TooLarge)?;
        shard.append(&mut self.body);
        Ok(shard)
    }
}

fn count(number: usize) -> Result<u32, WriteError> {
    u32::try_from(number).map_err(|_large| WriteError::TooLarge)
}
