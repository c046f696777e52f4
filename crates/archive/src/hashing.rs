//! A reader that takes the SHA-256 of everything that passes.

use std::io::{self, Read};

use model::Digest;
use sha2::{Digest as _, Sha256};

/// Passes bytes on and takes their digest.
#[derive(Debug)]
pub struct Hashing<R> {
    source: R,
    hasher: Sha256,
    bytes: u64,
}

impl<R: Read> Hashing<R> {
    /// Starts with no bytes.
    pub fn new(source: R) -> Self {
        Self {
            source,
            hasher: Sha256::new(),
            bytes: 0,
        }
    }

    /// Returns the digest and the count of the bytes that have passed.
    ///
    /// Who wants the digest of everything must have read to the end.
    pub fn finish(self) -> (Digest, u64) {
        (Digest::new(self.hasher.finalize().into()), self.bytes)
    }

    /// Returns the count of the bytes that have passed.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.hasher.update(buffer.get(..count).unwrap_or_default());
        self.bytes = self
            .bytes
            .saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::skip_to_end;

    #[test]
    fn takes_the_digest_of_what_passes() {
        let mut hashing = Hashing::new(&b"abc"[..]);
        skip_to_end(&mut hashing, &mut [0; 2]).unwrap();
        let (digest, bytes) = hashing.finish();
        // FIPS 180-2, appendix B.1
        let want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!((digest.to_hex().as_str(), bytes), (want, 3));
    }
}
