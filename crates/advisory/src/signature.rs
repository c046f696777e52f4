//! Who vouches for a database: a manifest behind its last shard, signed with an ed25519 key.
//!
//! ```text
//! a database | envelope "SWSG" { manifest, public key, signature }
//! ```
//! The manifest names the database by the digest of its directory, which names every shard, and by its
//! length. A signature that stands in a file only says which key made it: whether that key is believed
//! is for [`check`], with the keys that the user gave.

mod keys;

use jiff::{SignedDuration, Timestamp};
use model::Digest;
use ring::signature::{ED25519, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

pub use keys::{BadKey, PublicKey, SecretKey};

use crate::shard::decode;
use crate::{Damage, envelope};

const MAGIC: [u8; 4] = *b"SWSG";
/// Bytes that may follow the last shard; a signature has about 250.
const MAX_BYTES: usize = 4_096;
/// What is signed begins so, so that no signature over anything else passes for one over a manifest.
const PURPOSE: &[u8] = b"seaworthy database manifest 1\n";
/// How far a clock may be behind that of the one who signs.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// Which of a publisher's databases it is, and how long it may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// As [`Manifest::generation`].
    pub generation: u64,
    /// When it is signed.
    pub created: Timestamp,
    /// Until when it may be used.
    pub expires: Timestamp,
}

/// What is said of a database when it is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Counts the databases of a publisher: each has a higher one than those before it.
    pub generation: u64,
    /// When it was signed.
    pub created: Timestamp,
    /// Until when it may be used.
    pub expires: Timestamp,
    /// SHA-256 of the directory, which names every shard by its SHA-256 and its length.
    pub directory: Digest,
    /// Bytes of the database without the signature.
    pub bytes: u64,
}

/// A manifest with a signature that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// What is said.
    pub manifest: Manifest,
    /// Which key says so.
    pub key: PublicKey,
}

/// Why a database is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// Nobody signed it.
    #[error("it is not signed, and a key is configured (--db-key)")]
    Unsigned,
    /// Somebody else signed it.
    #[error("it is signed by key {0}, which is none of those that are configured (--db-key)")]
    OtherKey(String),
    /// Its time is over.
    #[error("its signature ended at {0}")]
    Expired(Timestamp),
    /// Its time has not begun.
    #[error("it was signed at {0}, which is to come: check the clock")]
    ToCome(Timestamp),
    /// A newer one was used already.
    #[error("it is of generation {found}, and generation {seen} was used already")]
    Older {
        /// Its generation.
        found: u64,
        /// The highest generation that was used.
        seen: u64,
    },
}

/// Says whether a database may be used by who believes these keys only.
///
/// `seen` is the highest generation of that key that was used before.
///
/// # Errors
/// Why not.
pub fn check<'a>(
    signed: Option<&'a Signed>,
    keys: &[PublicKey],
    now: Timestamp,
    seen: impl FnOnce(PublicKey) -> Option<u64>,
) -> Result<&'a Signed, Untrusted> {
    let signed = signed.ok_or(Untrusted::Unsigned)?;
    let Manifest {
        generation,
        created,
        expires,
        ..
    } = signed.manifest;
    if !keys.contains(&signed.key) {
        return Err(Untrusted::OtherKey(signed.key.fingerprint()));
    }
    if expires < now {
        return Err(Untrusted::Expired(expires));
    }
    if created.duration_since(now) > AHEAD {
        return Err(Untrusted::ToCome(created));
    }
    match seen(signed.key).filter(|seen| *seen > generation) {
        Some(seen) => Err(Untrusted::Older {
            found: generation,
            seen,
        }),
        None => Ok(signed),
    }
}

/// How it stands in a file.
#[derive(Serialize, Deserialize)]
struct Sealed<'a> {
    manifest: &'a [u8],
    key: PublicKey,
    signature: &'a [u8],
}

/// Returns what stands behind the last shard of a database that is signed.
pub(crate) fn seal(manifest: &Manifest, key: &SecretKey) -> Result<Vec<u8>, postcard::Error> {
    let manifest = postcard::to_stdvec(manifest)?;
    let signature = key.sign(&[PURPOSE, &manifest].concat());
    let sealed = Sealed {
        manifest: &manifest,
        key: key.public(),
        signature: &signature,
    };
    let head = postcard::to_stdvec(&sealed)?;
    envelope::seal(MAGIC, &head).ok_or(postcard::Error::SerializeBufferFull)
}

/// Whether so many bytes behind the last shard may be a signature.
pub(crate) const fn may_have(bytes: usize) -> bool {
    bytes <= MAX_BYTES
}

/// Reads what stands behind the last shard of a database of this directory and length.
pub(crate) fn open(bytes: &[u8], directory: Digest, length: usize) -> Result<Signed, Damage> {
    let opened = envelope::open(MAGIC, bytes, "signature").map_err(|_damaged| Damage::Signature)?;
    if opened.body_at != bytes.len() {
        return Err(Damage::Trailing(bytes.len().saturating_sub(opened.body_at)));
    }
    let sealed: Sealed<'_> = decode(opened.head)?;
    let message = [PURPOSE, sealed.manifest].concat();
    UnparsedPublicKey::new(&ED25519, sealed.key.as_bytes())
        .verify(&message, sealed.signature)
        .map_err(|_unspecified| Damage::Signature)?;
    let manifest: Manifest = decode(sealed.manifest)?;
    let is_of_this =
        manifest.directory == directory && usize::try_from(manifest.bytes) == Ok(length);
    if !is_of_this {
        return Err(Damage::Signature);
    }
    Ok(Signed {
        manifest,
        key: sealed.key,
    })
}

#[cfg(test)]
mod tests;
