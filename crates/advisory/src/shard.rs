//! A shard: what one publisher says, sorted by key and compressed in blocks.

mod block;
mod read;
mod write;

use jiff::civil::Date;
use model::Digest;
use serde::{Deserialize, Serialize};

pub(crate) use read::{Shard, decode, head_of};
pub(crate) use write::{NewRow, Writer, write};

use crate::stored::Part;
use crate::write::About;

const MAGIC: [u8; 4] = *b"SWSH";

/// Bytes of one decompressed block: 4 MiB. What we write stays near [`BLOCK_BYTES`].
pub(crate) const MAX_BLOCK_BYTES: usize = 4 << 20;
/// Where the writer starts another block: small enough that a look-up costs well below a
/// millisecond, large enough that zstd finds what repeats.
pub(crate) const BLOCK_BYTES: usize = 64 << 10;

/// Bytes of the payload of a row: its key, and what stands between, fit into the block beside it.
pub(crate) const ROW_BYTES: usize = MAX_BLOCK_BYTES - 3 * BLOCK_BYTES;

/// Which table a shard holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Table {
    /// Package to advisories.
    Advisories,
    /// CVE to ratings.
    Ratings,
    /// CVE to CISA's entry.
    Kev,
    /// CVE to FIRST's estimate.
    Epss,
    /// Product to cycles and their end of life.
    Eol,
    /// Key to rows of plain cells.
    Texts,
    /// Flaw to its title and description.
    Prose,
    /// Flaw to its weaknesses, references and days.
    Leads,
}

/// What stands before the blocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) table: Table,
    pub(crate) about: About,
    /// Entries in all rows.
    pub(crate) count: u32,
    pub(crate) blocks: Vec<BlockHead>,
}

/// What the head says about one block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BlockHead {
    /// The first key in it.
    pub(crate) first: String,
    /// Its compressed bytes.
    pub(crate) stored_bytes: u32,
    /// Its decompressed bytes.
    pub(crate) raw_bytes: u32,
    /// Digest of the compressed bytes.
    pub(crate) digest: Digest,
}

/// What a shard is, for people and for the age of data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShardStatus {
    /// Its name: `debian-12`, `alpine-3.18`, `kev`.
    pub name: String,
    /// Who says what is in it.
    pub publisher: String,
    /// Day of its newest entry, if its entries have days.
    pub newest: Option<Date>,
    /// Entries in it.
    pub count: usize,
    /// Its bytes in the database.
    pub stored_bytes: usize,
    /// The licence of its facts, as one line.
    pub licence: String,
    /// Whether it also speaks of problems that nobody has fixed. If not, its silence about a
    /// problem means nothing.
    pub knows_unfixed: bool,
}

impl ShardStatus {
    /// Returns what a shard of these bytes is; none if they are no shard.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let (name, digest) = head_of(bytes)?;
        let shard = Shard::open(Part::Memory(bytes), &name, digest).ok()?;
        Some(shard.status())
    }
}
