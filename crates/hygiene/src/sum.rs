//! Sums of files that are worth a look for copies of them: a number for each content.
//!
//! It is no proof against who wants two files to look the same, and nothing but a count of bytes hangs on
//! it; a cryptographic digest of every file would cost more than all rules together.

use std::io::{self, BufRead, Read};

use crc32fast::Hasher;

/// Bytes up to which a copy is not worth mentioning.
pub(crate) const SMALL: usize = 64 << 10;

/// Whether a file may be worth a sum; `most_bytes` is what it has at most.
pub fn is_summed(most_bytes: u64) -> bool {
    most_bytes > u64::try_from(SMALL).unwrap_or(u64::MAX)
}

/// A file that is summed while it is read.
#[derive(Debug)]
pub struct Summed<R> {
    bytes: R,
    sum: Sum,
}

impl<R: BufRead> Summed<R> {
    /// Begins a file.
    pub fn new(bytes: R) -> Self {
        let sum = Sum {
            hasher: Hasher::new(),
            count: 0,
        };
        Self { bytes, sum }
    }

    /// Reads what nobody has read, where it lies, and returns the sum of the file if it is not small.
    ///
    /// # Errors
    /// Those of reading.
    pub fn finish(mut self) -> io::Result<Option<u32>> {
        loop {
            let read = match self.bytes.fill_buf() {
                Ok([]) => break,
                Ok(bytes) => self.sum.add(bytes),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            self.bytes.consume(read);
        }
        Ok(is_summed(self.sum.count).then(|| self.sum.hasher.finalize()))
    }
}

/// Of the bytes so far.
#[derive(Debug)]
struct Sum {
    hasher: Hasher,
    count: u64,
}

impl Sum {
    /// Adds bytes, and returns how many they are.
    fn add(&mut self, bytes: &[u8]) -> usize {
        self.hasher.update(bytes);
        let count = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.count = self.count.saturating_add(count);
        bytes.len()
    }
}

impl<R: BufRead> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        Ok(self.sum.add(buffer.get(..read).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sum of bytes of which `read` are read in pieces.
    fn of(bytes: &[u8], read: usize, piece: usize) -> Option<u32> {
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
        assert!(want.is_some());
        for (read, piece) in [(10, 3), (70_000, 4_096), (200_000, 65_537)] {
            assert_eq!(of(&bytes, read, piece), want, "{read}");
        }
        let mut other = bytes.clone();
        *other.last_mut().unwrap() ^= 1;
        assert_ne!(of(&other, 0, 1), want);
        assert_ne!(of(&bytes[..199_999], 0, 1), want);
        for (len, is_summed) in [
            (0, false),
            (SMALL, false),
            (SMALL + 1, true),
            (2 * SMALL, true),
        ] {
            assert_eq!(of(&bytes[..len], 0, 1).is_some(), is_summed, "{len}");
        }
    }
}
