//! Documents of an archive in the cache, where nobody can read them but who has the archive.
//!
//! A configuration may hold secrets. Rules ask for what stands there, so that it is kept as it is; but
//! who reads the cache is not to learn it. The key is made from the digest of the archive, which
//! whoever has the archive knows and the cache does not tell: the record's name is made from it, too,
//! and leads back to neither. `ChaCha20-Poly1305` (RFC 8439), keys by HKDF (RFC 5869).

use std::collections::BTreeMap;

use model::Digest;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Prk, Salt};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Documents by name.
pub(super) type Documents = BTreeMap<String, image::Stored>;

/// What opens the documents of one archive.
#[derive(Debug)]
pub(super) struct Seal(Prk);

/// Documents that only their archive's seal opens.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Sealed {
    nonce: [u8; NONCE_LEN],
    bytes: Vec<u8>,
}

impl Seal {
    /// Makes the seal of the archive whose bytes have this digest.
    pub(super) fn new(archive: Digest) -> Self {
        let salt = Salt::new(HKDF_SHA256, b"seaworthy: an archive in the cache");
        Self(salt.extract(archive.as_bytes()))
    }

    /// Returns the name of the archive's record, from which its digest cannot be told.
    pub(super) fn name(&self) -> Option<Digest> {
        let mut name = [0; 32];
        let derived = self.0.expand(&[b"name"], HKDF_SHA256).ok()?;
        derived.fill(&mut name).ok()?;
        Some(Digest::new(name))
    }

    /// Closes documents; `None` if they cannot be written.
    pub(super) fn close(&self, documents: &Documents) -> Option<Sealed> {
        let mut bytes = postcard::to_stdvec(documents).ok()?;
        // of what is closed: with other limits other documents of an archive are kept, and no two texts
        // may have the same one
        let mut nonce = [0; NONCE_LEN];
        let digest = Sha256::new()
            .chain_update(self.name()?.as_bytes())
            .chain_update(&bytes)
            .finalize();
        nonce
            .iter_mut()
            .zip(digest)
            .for_each(|(to, from)| *to = from);
        let unique = Nonce::assume_unique_for_key(nonce);
        self.key()?
            .seal_in_place_append_tag(unique, Aad::empty(), &mut bytes)
            .ok()?;
        Some(Sealed { nonce, bytes })
    }

    /// Opens documents; `None` if they are not of this archive.
    pub(super) fn open(&self, sealed: Sealed) -> Option<Documents> {
        let Sealed { nonce, mut bytes } = sealed;
        let nonce = Nonce::assume_unique_for_key(nonce);
        let opened = self.key()?.open_in_place(nonce, Aad::empty(), &mut bytes);
        postcard::from_bytes(opened.ok()?).ok()
    }

    fn key(&self) -> Option<LessSafeKey> {
        let derived = self.0.expand(&[b"key"], &CHACHA20_POLY1305).ok()?;
        Some(LessSafeKey::new(UnboundKey::from(derived)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_archive_itself_opens_what_was_kept_of_it() {
        let [ours, other] = [Digest::new([1; 32]), Digest::new([2; 32])];
        let secret = b"{\"Env\": [\"PASSWORD=hunter2\"]}";
        let stored = image::Stored::new(secret.to_vec());
        let documents = Documents::from([("config.json".to_owned(), stored)]);
        let seal = Seal::new(ours);
        let close = || seal.close(&documents).unwrap();
        let bytes = close().bytes;
        assert!(!bytes.windows(7).any(|window| window == b"hunter2"));
        assert_ne!(seal.name(), Some(ours), "the key stands in no name");
        let opened = Seal::new(ours).open(close()).unwrap();
        assert_eq!(opened["config.json"].bytes, secret);
        assert!(Seal::new(other).open(close()).is_none());
        let mut damaged = close();
        damaged.bytes[3] ^= 1;
        assert!(seal.open(damaged).is_none());
    }
}
