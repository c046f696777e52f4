//! How shards stand in one file: behind a directory that names them, and before a signature.

use std::collections::BTreeMap;
use std::io::{self, Write};

use model::Digest;
use serde::{Deserialize, Serialize};

use super::Placed;
use crate::shard::{Shard, decode, head_of};
use crate::signature::{self, Signed};
use crate::stored::Part;
use crate::write::WriteError;
use crate::{Damage, DatabaseError, envelope};

const MAGIC: [u8; 4] = *b"SWDB";
/// Bytes that all blocks of a database may decompress to: 2 GiB, five times what a database of
/// every publisher that we know needs with all texts. A scan decompresses the few that it asks for.
const MAX_RAW_BYTES: u64 = 2 << 30;

/// What the directory says about one shard.
#[derive(Debug, Serialize, Deserialize)]
struct Listed {
    name: String,
    bytes: u32,
    head: Digest,
}

/// Puts shards into one file.
pub(crate) fn write(
    shards: &[impl AsRef<[u8]>],
    out: &mut dyn Write,
) -> io::Result<Result<(), WriteError>> {
    let sorted = match sorted(shards) {
        Ok(sorted) => sorted,
        Err(error) => return Ok(Err(error)),
    };
    let head = match directory(&sorted) {
        Ok(head) => head,
        Err(error) => return Ok(Err(error)),
    };
    out.write_all(&head)?;
    for (_, shard) in sorted.values() {
        out.write_all(shard)?;
    }
    Ok(Ok(()))
}

/// Returns shards by name, with the digests of their heads.
fn sorted(shards: &[impl AsRef<[u8]>]) -> Result<BTreeMap<String, (Digest, &[u8])>, WriteError> {
    let mut sorted: BTreeMap<String, (Digest, &[u8])> = BTreeMap::new();
    for shard in shards.iter().map(AsRef::as_ref) {
        let (name, head) = head_of(shard).ok_or_else(|| WriteError::Order("?".to_owned()))?;
        if sorted.insert(name.clone(), (head, shard)).is_some() {
            return Err(WriteError::Order(name));
        }
    }
    Ok(sorted)
}

fn directory(sorted: &BTreeMap<String, (Digest, &[u8])>) -> Result<Vec<u8>, WriteError> {
    let directory: Vec<Listed> = sorted
        .iter()
        .map(|(name, (head, bytes))| {
            Ok(Listed {
                name: name.clone(),
                bytes: u32::try_from(bytes.len()).map_err(|_large| WriteError::TooLarge)?,
                head: *head,
            })
        })
        .collect::<Result<_, WriteError>>()?;
    let directory = postcard::to_stdvec(&directory)?;
    envelope::seal(MAGIC, &directory).ok_or(WriteError::TooLarge)
}

/// What the bytes of a database hold.
pub(super) struct Contents {
    pub(super) directory: Digest,
    pub(super) shards: BTreeMap<String, Placed>,
    /// Bytes up to the end of the last shard.
    pub(super) length: usize,
}

const PLACE: &str = "advisory database";

pub(super) fn read(all: Part<'_>) -> Result<Contents, DatabaseError> {
    let broken = |damage| DatabaseError::broken(PLACE, damage);
    let head = envelope::read(all).map_err(broken)?;
    let opened = envelope::open(MAGIC, &head, PLACE)?;
    let directory: Vec<Listed> = decode(opened.head).map_err(broken)?;
    let mut at = opened.body_at;
    let mut shards: BTreeMap<String, Placed> = BTreeMap::new();
    let mut raw_bytes = 0_u64;
    for listed in directory {
        if shards
            .last_key_value()
            .is_some_and(|(last, _)| *last >= listed.name)
        {
            return Err(broken(Damage::Order));
        }
        let length = usize::try_from(listed.bytes).unwrap_or(usize::MAX);
        let end = at
            .checked_add(length)
            .ok_or_else(|| broken(Damage::Truncated))?;
        let own = all
            .part(&(at..end))
            .ok_or_else(|| broken(Damage::Truncated))?;
        let shard = Shard::open(own, &listed.name, listed.head)?;
        raw_bytes = raw_bytes.saturating_add(shard.raw_bytes());
        shards.insert(listed.name, Placed { at: at..end, shard });
        at = end;
    }
    if raw_bytes > MAX_RAW_BYTES {
        return Err(broken(Damage::TooLarge {
            bytes: usize::try_from(raw_bytes).unwrap_or(usize::MAX),
            limit: usize::try_from(MAX_RAW_BYTES).unwrap_or(usize::MAX),
        }));
    }
    Ok(Contents {
        directory: opened.digest,
        shards,
        length: at,
    })
}

/// Reads what stands behind the last shard: nothing, or a signature.
pub(super) fn read_signature(
    all: Part<'_>,
    directory: Digest,
    length: usize,
) -> Result<Option<Signed>, DatabaseError> {
    let broken = |damage| DatabaseError::broken(PLACE, damage);
    match all.len().saturating_sub(length) {
        0 => Ok(None),
        more if !signature::may_have(more) => Err(broken(Damage::Trailing(more))),
        _ => {
            let bytes = all.read_part(&(length..all.len())).map_err(broken)?;
            let signed = signature::open(&bytes, directory, length).map_err(broken)?;
            Ok(Some(signed))
        }
    }
}
