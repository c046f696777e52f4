//! The bytes of a database: in memory, or in a file of which only what is asked for is read.

use std::borrow::Cow;
use std::io;
use std::ops::Range;

use crate::Damage;

/// Fills a buffer with the bytes from a place on. Threads that match one image read at once, and need not
/// wait for each other.
type ReadAt = dyn Fn(u64, &mut [u8]) -> io::Result<()> + Send + Sync;

/// All bytes of a database.
pub(crate) enum Stored {
    Memory(Cow<'static, [u8]>),
    File { file: Box<ReadAt>, length: usize },
}

/// Some of them, one behind the other.
#[derive(Clone, Copy)]
pub(crate) enum Part<'a> {
    Memory(&'a [u8]),
    File {
        file: &'a ReadAt,
        at: usize,
        length: usize,
    },
}

impl Stored {
    /// Takes a file of so many bytes, which must not change while it is used: a digest that does not fit
    /// would say so.
    pub(crate) fn file(
        read_at: impl Fn(u64, &mut [u8]) -> io::Result<()> + Send + Sync + 'static,
        bytes: u64,
    ) -> Self {
        Self::File {
            file: Box::new(read_at),
            // more than can be addressed ends where it cannot be read
            length: usize::try_from(bytes).unwrap_or(usize::MAX),
        }
    }

    pub(crate) fn all(&self) -> Part<'_> {
        match self {
            Self::Memory(bytes) => Part::Memory(bytes),
            Self::File { file, length } => Part::File {
                file,
                at: 0,
                length: *length,
            },
        }
    }
}

impl<'a> Part<'a> {
    pub(crate) const fn len(self) -> usize {
        match self {
            Self::Memory(bytes) => bytes.len(),
            Self::File { length, .. } => length,
        }
    }

    /// Returns a part of it; none if it ends before.
    pub(crate) fn part(self, range: &Range<usize>) -> Option<Self> {
        match self {
            Self::Memory(bytes) => bytes.get(range.clone()).map(Self::Memory),
            Self::File { file, at, length } => {
                let is_within = range.start <= range.end && range.end <= length;
                is_within.then_some(Self::File {
                    file,
                    at: at.saturating_add(range.start),
                    length: range.end.saturating_sub(range.start),
                })
            }
        }
    }

    /// Reads all of it.
    pub(crate) fn read(self) -> Result<Cow<'a, [u8]>, Damage> {
        match self {
            Self::Memory(bytes) => Ok(Cow::Borrowed(bytes)),
            Self::File { file, at, length } => {
                let mut buffer = vec![0; length];
                fill(file, at, &mut buffer)?;
                Ok(Cow::Owned(buffer))
            }
        }
    }

    /// Reads a part of it; into `buffer`, if it is not in memory.
    pub(crate) fn read_part_into<'b>(
        self,
        range: &Range<usize>,
        buffer: &'b mut Vec<u8>,
    ) -> Result<&'b [u8], Damage>
    where
        'a: 'b,
    {
        match self.part(range).ok_or(Damage::Truncated)? {
            Self::Memory(bytes) => Ok(bytes),
            Self::File { file, at, length } => {
                buffer.resize(length, 0);
                fill(file, at, buffer)?;
                Ok(buffer)
            }
        }
    }

    /// Reads a part of it.
    pub(crate) fn read_part(self, range: &Range<usize>) -> Result<Cow<'a, [u8]>, Damage> {
        self.part(range).ok_or(Damage::Truncated)?.read()
    }
}

fn fill(file: &ReadAt, at: usize, buffer: &mut [u8]) -> Result<(), Damage> {
    let at = u64::try_from(at).unwrap_or(u64::MAX);
    file(at, buffer).map_err(|error| Damage::Unreadable(error.to_string()))
}
