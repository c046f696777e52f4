//! The first bytes of a database and of a shard: magic, format, and a head that proves itself.
//!
//! ```text
//! 4 bytes magic | 1 byte format | 4 bytes length of the head (little endian) | 32 bytes SHA-256
//! of the head | the head | whatever the head describes
//! ```
//! The head holds digests of what follows it, so the digest of a database's head names every byte
//! of it.

use std::borrow::Cow;

use model::Digest;
use sha2::{Digest as _, Sha256};

use crate::stored::Part;
use crate::{Damage, DatabaseError};

/// The newest format that is read here, and the one that is written.
pub(crate) const FORMAT: u8 = 3;
const HEAD: usize = 4 + 1 + 4 + 32;
/// What is read at once: most heads fit.
const FIRST: usize = 4_096;

/// Returns the SHA-256 of some bytes.
pub(crate) fn digest(bytes: &[u8]) -> Digest {
    Digest::new(Sha256::digest(bytes).into())
}

/// An envelope that was opened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opened<'a> {
    /// The head; its digest fits.
    pub(crate) head: &'a [u8],
    /// The digest of the head.
    pub(crate) digest: Digest,
    /// Where the body starts.
    pub(crate) body_at: usize,
}

/// Puts an envelope around a head.
pub(crate) fn seal(magic: [u8; 4], head: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(head.len()).ok()?;
    let mut bytes = magic.to_vec();
    bytes.push(FORMAT);
    bytes.extend(length.to_le_bytes());
    bytes.extend(digest(head).as_bytes());
    bytes.extend(head);
    Some(bytes)
}

/// Reads what an envelope and its head take of a part; less if the part is shorter.
pub(crate) fn read(part: Part<'_>) -> Result<Cow<'_, [u8]>, Damage> {
    let first = part.read_part(&(0..part.len().min(FIRST)))?;
    let length = first.get(5..9).and_then(|bytes| bytes.first_chunk::<4>());
    let length = length.map_or(0, |bytes| u32::from_le_bytes(*bytes));
    let end = HEAD.saturating_add(usize::try_from(length).unwrap_or(usize::MAX));
    if end <= first.len() {
        return Ok(first);
    }
    part.read_part(&(0..part.len().min(end)))
}

/// Opens an envelope; `place` names it in errors.
pub(crate) fn open<'a>(
    magic: [u8; 4],
    bytes: &'a [u8],
    place: &str,
) -> Result<Opened<'a>, DatabaseError> {
    let truncated = || DatabaseError::broken(place, Damage::Truncated);
    let rest = bytes
        .strip_prefix(&magic)
        .ok_or(DatabaseError::NotADatabase)?;
    let (&format, rest) = rest.split_first().ok_or_else(truncated)?;
    if format > FORMAT {
        return Err(DatabaseError::TooNew {
            place: place.to_owned(),
            found: format,
            known: FORMAT,
        });
    }
    if format != FORMAT {
        return Err(DatabaseError::broken(place, Damage::Encoding));
    }
    let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(truncated)?;
    let (wanted, rest) = rest.split_first_chunk::<32>().ok_or_else(truncated)?;
    let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
    let head = rest.get(..length).ok_or_else(truncated)?;
    let digest = digest(head);
    if digest != Digest::new(*wanted) {
        return Err(DatabaseError::broken(place, Damage::Digest));
    }
    Ok(Opened {
        head,
        digest,
        body_at: HEAD.saturating_add(length),
    })
}
