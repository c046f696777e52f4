//! Sums of files that are worth a look for copies of them: a number for each content.
//!
//! It is no proof against who wants two files to look the same, and nothing but a count of bytes hangs on
//! it; a cryptographic digest of every file would cost more than all rules together.

use std::io::{self, BufRead, Read};

use crc32fast::Hasher;

use crate::system;

/// Bytes up to which a copy is not worth mentioning.
pub(crate) const SMALL: usize = 64 << 10;

/// Whether a file is worth a sum, by its name in the layer, its mode and the bytes that it has at most:
/// copies of large ones are counted; a program of the system, and what runs as its owner, is compared with
/// what the layers below hold.
pub fn is_summed(path: &[u8], mode: u16, most_bytes: u64) -> bool {
    let path = path.strip_prefix(b"./").unwrap_or(path);
    most_bytes > u64::try_from(SMALL).unwrap_or(u64::MAX)
        || mode & 0o6000 != 0
        || system::is_program(path)
}

/// A file that is summed while it is read.
#[derive(Debug)]
pub struct Summed<R> {
    bytes: R,
    hasher: Hasher,
}

impl<R: BufRead> Summed<R> {
    /// Begins a file.
    pub fn new(bytes: R) -> Self {
        Self {
            bytes,
            hasher: Hasher::new(),
        }
    }

    /// Reads what nobody has read, where it lies, and returns the sum of the file.
    ///
    /// # Errors
    /// Those of reading.
    pub fn finish(mut self) -> io::Result<u32> {
        loop {
            let read = match self.bytes.fill_buf() {
                Ok([]) => break,
                Ok(bytes) => {
                    self.hasher.update(bytes);
                    bytes.len()
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            self.bytes.consume(read);
        }
        Ok(self.hasher.finalize())
    }
}

impl<R: BufRead> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.hasher.update(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sum of bytes of which `read` are read in pieces.
    fn of(bytes: &[u8], read: usize, piece: usize) -> u32 {
        let mut summed = Summed::new(bytes);
        let mut left = read;
        let mut buffer = vec![0; piece];
        while left > 0 {
            let most = piece.min(left);
            left -= summed.read(&mut buffer[..most]).unwrap();
        }
        summed.finish().unwrap()
    }

    #[test]
    fn a_content_has_one_sum_however_it_is_read() {
        let bytes: Vec<u8> = (0..=250).cycle().take(200_000).collect();
        let want = of(&bytes, 0, 1);
        for (read, piece) in [(10, 3), (70_000, 4_096), (200_000, 65_537)] {
            assert_eq!(of(&bytes, read, piece), want, "{read}");
        }
        let mut other = bytes.clone();
        *other.last_mut().unwrap() ^= 1;
        assert_ne!(of(&other, 0, 1), want);
        assert_ne!(of(&bytes[..199_999], 0, 1), want);
    }

    #[test]
    fn what_is_compared_is_summed() {
        for (path, mode, bytes, want) in [
            ("srv/x", 0o644, 65_536, false),
            ("srv/x", 0o644, 65_537, true),
            ("srv/x", 0o4755, 9, true),
            ("./usr/bin/x", 0o755, 9, true),
            ("usr/lib/x", 0o755, 9, false),
        ] {
            assert_eq!(is_summed(path.as_bytes(), mode, bytes), want, "{path}");
        }
    }
}
