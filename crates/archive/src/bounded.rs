//! Readers that end with an error, not with silence, when there is more than a limit allows.

use std::io::{self, Read};

/// There were more bytes than the limit allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more than {limit} bytes{reason}")]
pub struct TooLong {
    /// The limit, in bytes.
    pub limit: u64,
    /// Why it is there, as a continuation of the sentence; may be empty.
    pub reason: &'static str,
}

/// A reader that fails with [`TooLong`] on the first byte beyond its limit.
#[derive(Debug)]
pub struct Bounded<R> {
    source: R,
    left: u64,
    limit: TooLong,
}

impl<R: Read> Bounded<R> {
    /// Lets `limit` bytes through.
    pub const fn new(source: R, limit: u64, reason: &'static str) -> Self {
        Self {
            source,
            left: limit,
            limit: TooLong { limit, reason },
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        let taken = u64::try_from(count).unwrap_or(u64::MAX);
        self.left = self
            .left
            .checked_sub(taken)
            .ok_or_else(|| io::Error::new(io::ErrorKind::FileTooLarge, self.limit))?;
        Ok(count)
    }
}

/// Reads everything, if it is at most `limit` bytes.
///
/// # Errors
/// [`TooLong`] inside an [`io::Error`] of kind `FileTooLarge`; the source's own errors.
pub fn read_at_most(source: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "this is the bounded reader")]
    Bounded::new(source, limit, "").read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads to the end and forgets the bytes, so that a hasher below sees them.
///
/// # Errors
/// The source's own.
pub fn skip_to_end(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<()> {
    loop {
        match source.read(buffer) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lets_the_limit_through_and_not_one_byte_more() {
        assert_eq!(read_at_most(&b"abc"[..], 3).unwrap(), b"abc");
        let error = read_at_most(&b"abcd"[..], 3).unwrap_err();
        assert_eq!(error.to_string(), "more than 3 bytes");
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }
}
