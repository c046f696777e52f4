//! The two meta pages of a Bolt database, written in turn: the newest whole one is right.

use std::io::{Read, Seek, SeekFrom};

use super::BoltError;
use super::page::{HEADER_BYTES, u32_at, u64_at};

const MAGIC: u32 = 0xED0C_DAED;
const VERSION: u32 = 2;
const META_BYTES: usize = 64;
/// Where the checksum stands, of all that is before it.
const CHECKSUM_AT: usize = 56;
/// Bytes of a database: 4 GiB, six times Trivy's of today. It bounds the marks of pages.
const MAX_FILE_BYTES: u64 = 4 << 30;

/// What a meta page says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meta {
    /// Bytes of a page: a power of two from 512 to 65,536.
    pub page_bytes: u32,
    /// Page of the root bucket.
    pub root: u64,
    transaction: u64,
}

/// Returns the newest whole meta page, and the length of the file.
pub(super) fn newest<R: Read + Seek>(source: &mut R) -> Result<(Meta, u64), BoltError> {
    let length = source.seek(SeekFrom::End(0))?;
    if length > MAX_FILE_BYTES {
        let limit = MAX_FILE_BYTES;
        return Err(BoltError::TooLong {
            bytes: length,
            limit,
        });
    }
    // the second one lies where the page size says, which a damaged first one cannot tell
    let places = std::iter::once(0).chain((9..=16).map(|power| 1_u64 << power));
    let mut found: Vec<Meta> = Vec::new();
    for at in places {
        let meta = read(source, at, length)?;
        found.extend(meta.filter(|meta| at == 0 || at == u64::from(meta.page_bytes)));
    }
    let newest = found.into_iter().max_by_key(|meta| meta.transaction);
    newest.map(|meta| (meta, length)).ok_or(BoltError::NoMeta)
}

fn read<R: Read + Seek>(source: &mut R, at: u64, length: u64) -> Result<Option<Meta>, BoltError> {
    let mut bytes = [0; HEADER_BYTES + META_BYTES];
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if at.saturating_add(size) > length {
        return Ok(None);
    }
    source.seek(SeekFrom::Start(at))?;
    source.read_exact(&mut bytes)?;
    Ok(bytes.get(HEADER_BYTES..).and_then(parse))
}

fn parse(bytes: &[u8]) -> Option<Meta> {
    let is_known = u32_at(bytes, 0)? == MAGIC && u32_at(bytes, 4)? == VERSION;
    let is_whole = u64_at(bytes, CHECKSUM_AT)? == fnv1a(bytes.get(..CHECKSUM_AT)?);
    let page_bytes = u32_at(bytes, 8)?;
    let is_sized = page_bytes.is_power_of_two() && (512..=65_536).contains(&page_bytes);
    let meta = Meta {
        page_bytes,
        root: u64_at(bytes, 16)?,
        transaction: u64_at(bytes, 48)?,
    };
    (is_known && is_whole && is_sized).then_some(meta)
}

/// The 64-bit hash of Fowler, Noll and Vo: it tells accidents, and nobody's intent.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
