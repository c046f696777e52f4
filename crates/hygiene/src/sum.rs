//! Sums of files that are worth a look for copies of them: a number for each content.
//!
//! It is no proof against who wants two files to look the same, and nothing but a count of bytes hangs on
//! it; a cryptographic digest of every file would cost more than all rules together.

use std::hash::BuildHasher as _;
use std::io::{self, Read};

use foldhash::quality::FixedState;

/// Bytes up to which a copy is not worth mentioning.
pub(crate) const SMALL: usize = 64 << 10;

/// Sums one file after the other; keeps its room.
#[derive(Debug, Default)]
pub struct Sum {
    block: Vec<u8>,
    /// Of the blocks so far.
    so_far: u64,
    /// Blocks that were full.
    blocks: u64,
}

/// A file that is summed while it is read.
#[derive(Debug)]
pub struct Summed<'s, R> {
    sum: &'s mut Sum,
    bytes: R,
}

impl Sum {
    /// Begins a file.
    pub fn begin<R: Read>(&mut self, bytes: R) -> Summed<'_, R> {
        self.block.clear();
        self.so_far = 0;
        self.blocks = 0;
        Summed { sum: self, bytes }
    }

    /// Returns the sum of the file, if it is not small.
    pub fn end(&mut self) -> Option<u64> {
        let is_large = self.blocks > 1 || (self.blocks == 1 && !self.block.is_empty());
        if !is_large {
            return None;
        }
        self.full();
        Some(self.so_far)
    }

    fn add(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = SMALL - self.block.len();
            let (now, later) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
            self.block.extend_from_slice(now);
            bytes = later;
            if self.block.len() == SMALL {
                self.full();
            }
        }
    }

    fn full(&mut self) {
        self.so_far = FixedState::with_seed(self.so_far).hash_one(&self.block);
        self.blocks += 1;
        self.block.clear();
    }
}

impl<R: Read> Read for Summed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        self.sum.add(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

impl<R: Read> Summed<'_, R> {
    /// Reads what nobody has read.
    ///
    /// # Errors
    /// Those of reading.
    pub fn finish(mut self) -> io::Result<()> {
        loop {
            let room = SMALL - self.sum.block.len();
            let bytes = self.bytes.by_ref().take(u64::try_from(room).unwrap_or(0));
            let count = io::copy(&mut { bytes }, &mut self.sum.block)?;
            if self.sum.block.len() == SMALL {
                self.sum.full();
            }
            if count == 0 {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sum of bytes of which `read` are read in pieces.
    fn of(bytes: &[u8], read: usize, piece: usize) -> Option<u64> {
        let mut sum = Sum::default();
        let mut summed = sum.begin(bytes);
        let mut left = read;
        let mut buffer = vec![0; piece];
        while left > 0 {
            let most = piece.min(left);
            left -= summed.read(&mut buffer[..most]).unwrap();
        }
        summed.finish().unwrap();
        sum.end()
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
