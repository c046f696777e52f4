//! The members of a tar archive, one after the other, from any reader.
//!
//! `tar-core` parses headers (ustar, PAX, GNU long names, all sparse forms); this file owns the
//! buffer, the limits and the data. A member's metadata is copied out, so that the buffer can move
//! on.

use std::borrow::Cow;
use std::io::{self, BufRead, Read, Seek, SeekFrom};

use model::{EntryKind, Limits};
use tar_core::EntryType;
use tar_core::parse::{ParseError, ParseEvent, ParsedEntry, Parser};

mod metadata;

/// Bytes that are read at once: small enough to stay in the cache while they are hashed.
const BUFFER_BYTES: usize = 128 << 10;

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MemberKind {
    /// A regular file; old types that mean the same, too.
    #[default]
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Symlink,
    /// Another name of an earlier member.
    HardLink,
    /// A device, a pipe, or a type that we do not know.
    Special,
}

impl From<MemberKind> for EntryKind {
    fn from(kind: MemberKind) -> Self {
        match kind {
            MemberKind::File => Self::File,
            MemberKind::Folder => Self::Folder,
            MemberKind::Symlink => Self::Symlink,
            MemberKind::HardLink => Self::HardLink,
            MemberKind::Special => Self::Special,
        }
    }
}

/// The metadata of one member.
#[derive(Debug, Clone, Default)]
pub struct Member {
    /// Name as it stands in the archive; any bytes.
    pub path: Vec<u8>,
    /// Target of a link; empty for all else.
    pub target: Vec<u8>,
    /// What it is.
    pub kind: MemberKind,
    /// Permission bits, `0o7777`.
    pub mode: u16,
    /// Owner; ids beyond 32 bits are held at the largest.
    pub uid: u32,
    /// Group; as `uid`.
    pub gid: u32,
    /// Seconds since 1970, held within 0 and 2^32 - 1.
    pub mtime: u32,
    /// Bytes of the file; with the holes of a sparse one.
    pub size: u64,
    /// Bytes that the archive stores for it.
    pub stored_bytes: u64,
    /// Offset of its first stored byte in the archive.
    pub offset: u64,
    /// Whether an extended attribute gives it capabilities.
    pub has_capabilities: bool,
    /// Parts of a sparse file that are stored, as offset and length in the file; empty if all is.
    pub parts: Vec<(u64, u64)>,
}

/// A tar archive cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum TarError {
    /// A header makes no sense.
    #[error("damaged tar header at byte {offset}: {source}")]
    Header {
        /// Offset in the archive.
        offset: u64,
        /// What is wrong.
        source: ParseError,
    },
    /// The archive ends within a header or within a file.
    #[error("the tar archive ends early, at byte {0}")]
    EndsEarly(u64),
    /// The metadata before a member is larger than the limit.
    #[error("tar header at byte {offset} is larger than {limit} bytes")]
    LongHeader {
        /// Offset in the archive.
        offset: u64,
        /// [`Limits::tar_header_bytes`].
        limit: u64,
    },
    /// The source failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// A reader of the members of a tar archive.
#[derive(Debug)]
pub struct Tar<R> {
    source: R,
    parser: Parser,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Offset of `buffer[start]` in the archive.
    offset: u64,
    /// Stored bytes of the current member that were not read yet.
    data_left: u64,
    padding: u64,
    metadata_limit: u64,
    header_limit: u64,
    member: Member,
    is_at_end: bool,
}

impl<R: Read> Tar<R> {
    /// Starts before the first member.
    pub fn new(source: R, limits: &Limits) -> Self {
        let mut parser = Parser::new(tar_core::parse::Limits {
            max_metadata_size: u32::try_from(limits.tar_header_bytes).unwrap_or(u32::MAX),
            ..tar_core::parse::Limits::default()
        });
        parser.set_allow_empty_path(true);
        Self {
            source,
            parser,
            buffer: vec![0; BUFFER_BYTES],
            start: 0,
            end: 0,
            offset: 0,
            data_left: 0,
            padding: 0,
            metadata_limit: limits.tar_header_bytes,
            // the parser counts payload; the blocks around it come on top
            header_limit: limits.tar_header_bytes.saturating_add(64 << 10),
            member: Member::default(),
            is_at_end: false,
        }
    }

    /// Goes to the next member, skipping what is left of the current one's data.
    ///
    /// # Errors
    /// [`TarError`]; the archive cannot be read on.
    pub fn next_member(&mut self) -> Result<Option<&Member>, TarError> {
        self.skip_data()?;
        let mut wanted = 1;
        while !self.is_at_end {
            self.fill(wanted)?;
            match self.step()? {
                Step::Member => return Ok(Some(&self.member)),
                Step::Again => wanted = 1,
                Step::More(bytes) => wanted = bytes,
                Step::End => self.is_at_end = true,
            }
        }
        Ok(None)
    }

    /// Returns a reader of the current member's stored bytes.
    ///
    /// A sparse file's holes are not among them; [`Member::parts`] says where they are.
    pub const fn data(&mut self) -> Data<'_, R> {
        Data { tar: self }
    }

    /// Returns the current member; an empty one before the first.
    pub const fn member(&self) -> &Member {
        &self.member
    }

    /// Returns the source, for what lies behind the archive's end; the buffer's rest is lost, which
    /// only matters to who parses on.
    pub fn into_source(self) -> R {
        self.source
    }

    fn step(&mut self) -> Result<Step, TarError> {
        let input = self.buffer.get(self.start..self.end).unwrap_or_default();
        if input.is_empty() {
            return Ok(Step::End);
        }
        let offset = self.offset;
        if metadata::is_too_long(input, self.metadata_limit) {
            let limit = self.metadata_limit;
            return Err(TarError::LongHeader { offset, limit });
        }
        let event = self
            .parser
            .parse(input)
            .map_err(|source| TarError::Header { offset, source })?;
        let (consumed, step) = match event {
            ParseEvent::NeedData { min_bytes } => {
                // a sparse map without an end asks for a few bytes more again and again: what is
                // here counts, not only what is asked for
                if to_u64(min_bytes.max(input.len())) > self.header_limit {
                    let limit = self.header_limit;
                    return Err(TarError::LongHeader { offset, limit });
                }
                return Ok(Step::More(min_bytes.max(input.len().saturating_mul(2))));
            }
            ParseEvent::Entry { consumed, entry } => {
                describe(&mut self.member, input, &entry, entry.size);
                self.member.parts.clear();
                self.data_left = entry.size;
                (consumed, Step::Member)
            }
            ParseEvent::SparseEntry {
                consumed,
                entry,
                sparse_map,
                real_size,
            } => {
                describe(&mut self.member, input, &entry, real_size);
                self.member.parts = sparse_map
                    .iter()
                    .map(|part| (part.offset, part.length))
                    .collect();
                self.data_left = entry.size;
                (consumed, Step::Member)
            }
            ParseEvent::GlobalExtensions { consumed, .. } => (consumed, Step::Again),
            ParseEvent::End { consumed } => (consumed, Step::End),
        };
        self.advance(consumed);
        self.member.offset = self.offset;
        self.member.stored_bytes = self.data_left;
        self.padding = self.data_left.wrapping_neg() % 512;
        Ok(step)
    }

    /// Makes at least `wanted` bytes available, or all that are left.
    fn fill(&mut self, wanted: usize) -> Result<(), TarError> {
        let have = self.end.saturating_sub(self.start);
        if have >= wanted.max(512) {
            return Ok(());
        }
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, have);
        if wanted > self.buffer.len() {
            self.buffer.resize(wanted, 0);
        }
        while self.end < wanted.max(1024).min(self.buffer.len()) {
            let count = self.read_source()?;
            if count == 0 {
                return self.check_end(have, wanted);
            }
        }
        Ok(())
    }

    /// The source has ended: fine between members, but not within a header.
    fn check_end(&mut self, had: usize, wanted: usize) -> Result<(), TarError> {
        let have = self.end;
        let is_zero = self
            .buffer
            .get(..have)
            .unwrap_or_default()
            .iter()
            .all(|&byte| byte == 0);
        if is_zero {
            // no end blocks, or one of the two: every reader accepts that
            (self.start, self.end) = (0, 0);
            return Ok(());
        }
        if have < 512 || (wanted > 1 && have == had) {
            return Err(TarError::EndsEarly(
                self.offset.saturating_add(to_u64(have)),
            ));
        }
        Ok(())
    }

    fn read_source(&mut self) -> io::Result<usize> {
        let space = self.buffer.get_mut(self.end..).unwrap_or_default();
        loop {
            match self.source.read(space) {
                Ok(count) => {
                    self.end = self.end.saturating_add(count);
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn advance(&mut self, count: usize) {
        self.start = self.start.saturating_add(count).min(self.end);
        self.offset = self.offset.saturating_add(to_u64(count));
    }

    fn skip_data(&mut self) -> Result<(), TarError> {
        let mut left = self.data_left.saturating_add(self.padding);
        // a missing pad at the very end is accepted, as every reader does
        let padding = self.padding;
        (self.data_left, self.padding) = (0, 0);
        while left > 0 {
            let have = self.end.saturating_sub(self.start);
            let step = have.min(usize::try_from(left).unwrap_or(usize::MAX));
            self.advance(step);
            left = left.saturating_sub(to_u64(step));
            if left == 0 {
                break;
            }
            (self.start, self.end) = (0, 0);
            if self.read_source()? == 0 {
                return if left <= padding {
                    Ok(())
                } else {
                    Err(TarError::EndsEarly(self.offset))
                };
            }
        }
        Ok(())
    }
}

enum Step {
    Member,
    Again,
    More(usize),
    End,
}

impl<R: Read + Seek> Tar<R> {
    /// Seeks over the current member's data instead of reading it.
    ///
    /// # Errors
    /// [`TarError::EndsEarly`] if the archive, `archive_bytes` long, ends within the data.
    pub fn seek_past_data(&mut self, archive_bytes: u64) -> Result<(), TarError> {
        let end = self.offset.saturating_add(self.data_left);
        if end > archive_bytes {
            return Err(TarError::EndsEarly(archive_bytes));
        }
        let to = end.saturating_add(self.padding).min(archive_bytes);
        self.source.seek(SeekFrom::Start(to))?;
        (self.start, self.end) = (0, 0);
        (self.data_left, self.padding) = (0, 0);
        self.offset = to;
        Ok(())
    }
}

/// The stored bytes of one member.
#[derive(Debug)]
pub struct Data<'a, R> {
    tar: &'a mut Tar<R>,
}

impl<R: Read> Read for Data<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        let count = self.fill_buf()?.read(out)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Data<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let tar = &mut *self.tar;
        if tar.data_left == 0 {
            return Ok(&[]);
        }
        if tar.start == tar.end {
            (tar.start, tar.end) = (0, 0);
            if tar.read_source()? == 0 {
                let text = TarError::EndsEarly(tar.offset).to_string();
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, text));
            }
        }
        let have = tar.buffer.get(tar.start..tar.end).unwrap_or_default();
        let left = usize::try_from(tar.data_left).unwrap_or(usize::MAX);
        Ok(have.get(..left).unwrap_or(have))
    }

    fn consume(&mut self, count: usize) {
        self.tar.advance(count);
        self.tar.data_left = self.tar.data_left.saturating_sub(to_u64(count));
    }
}

/// `input` is where the member's first header is; the entry was parsed from it.
fn describe(member: &mut Member, input: &[u8], entry: &ParsedEntry<'_>, size: u64) {
    let (path, target) = metadata::names(input, entry);
    member.kind = kind(entry.entry_type, &path);
    member.path.clear();
    member.path.extend_from_slice(&path);
    member.target.clear();
    if matches!(member.kind, MemberKind::Symlink | MemberKind::HardLink) {
        member.target.extend_from_slice(&target);
    }
    let is_capability = |(name, _): &(Cow<'_, [u8]>, _)| **name == *b"security.capability";
    member.has_capabilities = entry.xattrs.iter().any(is_capability);
    member.mode = u16::try_from(entry.mode & 0o7777).unwrap_or(0);
    member.uid = u32::try_from(entry.uid).unwrap_or(u32::MAX);
    member.gid = u32::try_from(entry.gid).unwrap_or(u32::MAX);
    member.mtime = u32::try_from(entry.mtime).unwrap_or(u32::MAX);
    member.size = if member.kind == MemberKind::File {
        size
    } else {
        0
    };
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "types that no reader knows are special files"
)]
fn kind(entry_type: EntryType, path: &[u8]) -> MemberKind {
    match entry_type {
        // before POSIX a folder was a file with a slash at the end of its name
        EntryType::Regular if path.ends_with(b"/") => MemberKind::Folder,
        EntryType::Regular | EntryType::Continuous | EntryType::GnuSparse => MemberKind::File,
        EntryType::Directory => MemberKind::Folder,
        EntryType::Symlink => MemberKind::Symlink,
        EntryType::Link => MemberKind::HardLink,
        _ => MemberKind::Special,
    }
}

fn to_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
