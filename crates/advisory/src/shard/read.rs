//! Reads a shard: finds the block of a key, verifies it, decompresses it once.

use std::cell::RefCell;
use std::ops::Range;

use model::Digest;
use zstd::bulk::Decompressor;

use super::block::{Index, Rows};
use super::{BlockHead, Head, MAGIC, MAX_BLOCK_BYTES, ShardStatus};
use crate::once::Once;
use crate::stored::Part;
use crate::{Damage, DatabaseError, envelope};

/// A shard whose head is verified. The bytes stay with the database and are handed in.
#[derive(Debug)]
pub(crate) struct Shard {
    pub(crate) head: Head,
    stored_bytes: usize,
    blocks: Vec<Block>,
}

#[derive(Debug)]
struct Block {
    /// Where its compressed bytes lie, counted from the start of the shard.
    at: Range<usize>,
    /// Its rows, once somebody asked for one.
    raw: Once<Vec<u8>>,
    /// Where they are, once somebody looked for one.
    rows: Once<Index>,
}

impl Shard {
    /// Opens a shard; decompresses nothing.
    pub(crate) fn open(part: Part<'_>, name: &str, digest: Digest) -> Result<Self, DatabaseError> {
        let place = format!("shard `{name}`");
        let broken = |damage| DatabaseError::broken(place.clone(), damage);
        let bytes = envelope::read(part).map_err(&broken)?;
        let opened = match envelope::open(MAGIC, &bytes, &place) {
            Err(DatabaseError::NotADatabase) => return Err(broken(Damage::Encoding)),
            opened => opened?,
        };
        if opened.digest != digest {
            return Err(broken(Damage::Digest));
        }
        let head: Head = decode(opened.head).map_err(&broken)?;
        if head.about.name != name {
            return Err(broken(Damage::Encoding));
        }
        let start = opened.body_at;
        let blocks = lay_out(&head.blocks, start, part.len()).map_err(broken)?;
        Ok(Self {
            head,
            stored_bytes: part.len(),
            blocks,
        })
    }

    /// Returns what all blocks decompress to.
    pub(crate) fn raw_bytes(&self) -> u64 {
        self.head
            .blocks
            .iter()
            .map(|block| u64::from(block.raw_bytes))
            .sum()
    }

    pub(crate) fn status(&self) -> ShardStatus {
        let about = self.head.about.clone();
        ShardStatus {
            name: about.name,
            publisher: about.publisher,
            newest: about.newest,
            count: usize::try_from(self.head.count).unwrap_or(usize::MAX),
            stored_bytes: self.stored_bytes,
            licence: about.licence,
            knows_unfixed: about.knows_unfixed,
        }
    }

    /// Returns the payload of a key; `part` is this shard's.
    pub(crate) fn find<'a>(
        &'a self,
        part: Part<'_>,
        key: &str,
    ) -> Result<Option<&'a [u8]>, DatabaseError> {
        let after = self
            .head
            .blocks
            .partition_point(|block| block.first.as_str() <= key);
        let Some(index) = after.checked_sub(1) else {
            return Ok(None);
        };
        let raw = self.block(part, index)?;
        let rows = self.index(raw, index)?;
        let place = rows.find(key);
        Ok(place.and_then(|place| raw.get(place)))
    }

    /// Returns where the rows of a block are.
    fn index(&self, raw: &[u8], index: usize) -> Result<&Index, DatabaseError> {
        let Some(block) = self.blocks.get(index) else {
            return Err(self.broken(index, Damage::Truncated));
        };
        let rows = block.rows.get_or_make(|| Index::of(raw));
        rows.map_err(|damage| self.broken(index, damage))
    }

    /// Hands every row to `visit`, in order; one broken block does not hide the others.
    pub(crate) fn walk(
        &self,
        part: Part<'_>,
        mut visit: impl FnMut(&str, &[u8]) -> Result<(), Damage>,
    ) -> Vec<DatabaseError> {
        (0..self.blocks.len())
            .filter_map(|index| self.walk_block(part, index, &mut visit).err())
            .collect()
    }

    fn walk_block(
        &self,
        part: Part<'_>,
        index: usize,
        visit: &mut impl FnMut(&str, &[u8]) -> Result<(), Damage>,
    ) -> Result<(), DatabaseError> {
        let bound = |at: usize| self.head.blocks.get(at).map(|block| block.first.as_str());
        let next = index.checked_add(1).and_then(bound);
        let mut wanted = bound(index);
        let mut rows = Rows::new(self.block(part, index)?);
        while let Some((key, payload)) = rows.next().map_err(|it| self.broken(index, it))? {
            let is_lost =
                wanted.take().is_some_and(|first| first != key) || next.is_some_and(|n| key >= n);
            if is_lost {
                return Err(self.broken(index, Damage::Order));
            }
            visit(key, payload).map_err(|damage| self.row(key, damage))?;
        }
        Ok(())
    }

    /// Returns the rows of a block, verified and decompressed.
    fn block<'a>(&'a self, part: Part<'_>, index: usize) -> Result<&'a [u8], DatabaseError> {
        let (Some(block), Some(head)) = (self.blocks.get(index), self.head.blocks.get(index))
        else {
            return Ok(&[]);
        };
        let raw = block.raw.get_or_make(|| inflate(part, block, head));
        raw.map(Vec::as_slice)
            .map_err(|damage| self.broken(index, damage))
    }

    fn broken(&self, index: usize, damage: Damage) -> DatabaseError {
        let at = self.blocks.get(index).map_or(0, |block| block.at.start);
        let name = &self.head.about.name;
        DatabaseError::broken(
            format!("shard `{name}`, block {index} at byte {at}"),
            damage,
        )
    }

    /// Returns the error of a shard that holds another number of entries than it declares.
    pub(crate) fn miscount(&self, found: usize) -> Option<DatabaseError> {
        let declared = usize::try_from(self.head.count).unwrap_or(usize::MAX);
        let name = &self.head.about.name;
        (found != declared).then(|| {
            DatabaseError::broken(format!("shard `{name}`"), Damage::Count { declared, found })
        })
    }

    /// Returns the error of a row that cannot be used.
    pub(crate) fn row(&self, key: &str, damage: Damage) -> DatabaseError {
        let name = &self.head.about.name;
        DatabaseError::broken(format!("shard `{name}`, row `{key}`"), damage)
    }
}

/// Returns the name of a shard and the digest of its head; `None` if the bytes are no shard.
pub(crate) fn head_of(bytes: &[u8]) -> Option<(String, Digest)> {
    let opened = envelope::open(MAGIC, bytes, "").ok()?;
    let head: Head = decode(opened.head).ok()?;
    Some((head.about.name, opened.digest))
}

/// Decodes a value that must fill the bytes exactly.
pub(crate) fn decode<'a, T: serde::Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Damage> {
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Ok(value),
        Ok((_, rest)) => Err(Damage::Trailing(rest.len())),
        Err(_) => Err(Damage::Encoding),
    }
}

/// Lays the blocks out one behind the other; they must fill the shard exactly.
fn lay_out(heads: &[BlockHead], start: usize, end: usize) -> Result<Vec<Block>, Damage> {
    let mut at = start;
    let mut blocks = Vec::new();
    let mut before: Option<&str> = None;
    for head in heads {
        if before.is_some_and(|first| head.first.as_str() <= first) {
            return Err(Damage::Order);
        }
        let raw = usize::try_from(head.raw_bytes).unwrap_or(usize::MAX);
        if raw > MAX_BLOCK_BYTES {
            return Err(Damage::TooLarge {
                bytes: raw,
                limit: MAX_BLOCK_BYTES,
            });
        }
        let stored = usize::try_from(head.stored_bytes).unwrap_or(usize::MAX);
        let next = at.checked_add(stored).ok_or(Damage::Truncated)?;
        blocks.push(Block {
            at: at..next,
            raw: Once::new(),
            rows: Once::new(),
        });
        at = next;
        before = Some(&head.first);
    }
    match end.checked_sub(at) {
        Some(0) => Ok(blocks),
        Some(more) => Err(Damage::Trailing(more)),
        None => Err(Damage::Truncated),
    }
}

/// What inflating a block needs. Making it takes as long as decompressing one.
struct Tools {
    context: Decompressor<'static>,
    /// The compressed bytes of the block.
    stored: Vec<u8>,
}

thread_local! {
    static TOOLS: RefCell<Option<Tools>> = const { RefCell::new(None) };
}

fn inflate(part: Part<'_>, block: &Block, head: &BlockHead) -> Result<Vec<u8>, Damage> {
    let declared = usize::try_from(head.raw_bytes).unwrap_or(usize::MAX);
    TOOLS.with_borrow_mut(|tools| {
        let tools = match tools {
            Some(tools) => tools,
            None => tools.insert(Tools {
                context: Decompressor::new().map_err(|_failed| Damage::Compression(declared))?,
                stored: Vec::new(),
            }),
        };
        let raw = tools.inflate(part, block, (head.digest, declared));
        // what no block needs is not kept
        tools.stored.truncate(MAX_BLOCK_BYTES);
        tools.stored.shrink_to(MAX_BLOCK_BYTES);
        raw
    })
}

impl Tools {
    fn inflate(
        &mut self,
        part: Part<'_>,
        block: &Block,
        (digest, declared): (Digest, usize),
    ) -> Result<Vec<u8>, Damage> {
        let stored = part.read_part_into(&block.at, &mut self.stored)?;
        if envelope::digest(stored) != digest {
            return Err(Damage::Digest);
        }
        // The capacity bounds what zstd may allocate, whatever its own frame says.
        match self.context.decompress(stored, declared) {
            Ok(raw) if raw.len() == declared => Ok(raw),
            Ok(_) | Err(_) => Err(Damage::Compression(declared)),
        }
    }
}

#[cfg(test)]
mod tests;
