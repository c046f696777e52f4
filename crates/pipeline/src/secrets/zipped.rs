//! Files within a zip, or what is built on it (jar, war, wheel, nupkg …), opened one level deep.
//!
//! A short one is read by its directory, as every tool does; of a long one the members are read as they
//! come, which some writers make impossible: then the rest is a gap.

use std::fmt;
use std::io::{self, Cursor, Read};

use model::{ImagePath, Limits};
use secret::{Looked, Scanner};
use zip::read::{ZipArchive, ZipFile, read_zipfile_from_stream};

use super::packed;

/// Bytes that tell one.
pub(super) const MAGIC_BYTES: u64 = 4;
/// Bytes up to which one is held whole.
const HELD_BYTES: u64 = 4 << 20;
/// Members that are looked at; a large application has a tenth of it.
const MOST_MEMBERS: usize = 200_000;

/// Whether a file that begins so is a zip.
pub(super) fn is_one(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04")
}

/// A zip, as far as it is held.
pub struct Zip<'r> {
    held: Vec<u8>,
    /// What follows; nothing if it is held whole.
    rest: Option<&'r mut dyn Read>,
}

impl<'r> Zip<'r> {
    /// Reads as much as is held.
    ///
    /// # Errors
    /// Those of reading.
    pub fn read(bytes: &'r mut dyn Read) -> io::Result<Self> {
        let mut held = Vec::new();
        #[expect(clippy::disallowed_methods, reason = "`take` bounds it")]
        bytes.take(HELD_BYTES + 1).read_to_end(&mut held)?;
        let is_whole = u64::try_from(held.len()).is_ok_and(|len| len <= HELD_BYTES);
        let rest = (!is_whole).then_some(bytes);
        Ok(Self { held, rest })
    }

    /// Holds nothing: its members are read as they come, as those of a long one are.
    pub fn of_stream(bytes: &'r mut dyn Read) -> Self {
        Self {
            held: Vec::new(),
            rest: Some(bytes),
        }
    }

    /// Returns its bytes, if all are held.
    pub(super) fn whole(&self) -> Option<&[u8]> {
        self.rest.is_none().then_some(&self.held)
    }

    /// Looks at its members, [`Limits::secret_program_bytes`] of all of them at most, and says why not at all
    /// of them.
    pub fn look(&mut self, scanner: &mut Scanner<'_>, limits: &Limits) -> (Looked, io::Result<()>) {
        let mut looking = Looking {
            scanner,
            limits,
            left: limits.secret_program_bytes,
            members: 0,
            all: Looked::default(),
        };
        let held = Cursor::new(&*self.held);
        let end = match &mut self.rest {
            Some(rest) => looking.stream(&mut held.chain(rest)),
            None => looking.archive(held),
        };
        (looking.all, end)
    }
}

impl fmt::Debug for Zip<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // its bytes may hold secrets
        write!(out, "Zip({} bytes held)", self.held.len())
    }
}

struct Looking<'l, 'e> {
    scanner: &'l mut Scanner<'e>,
    limits: &'l Limits,
    /// Bytes of members that may still be read.
    left: u64,
    members: usize,
    all: Looked,
}

impl Looking<'_, '_> {
    fn archive(&mut self, held: Cursor<&[u8]>) -> io::Result<()> {
        let mut archive = ZipArchive::new(held).map_err(io::Error::other)?;
        for index in 0..archive.len() {
            let member = archive.by_index(index).map_err(io::Error::other)?;
            self.member(member)?;
        }
        Ok(())
    }

    fn stream(&mut self, mut bytes: &mut dyn Read) -> io::Result<()> {
        while let Some(member) = read_zipfile_from_stream(&mut bytes).map_err(io::Error::other)? {
            self.member(member)?;
        }
        Ok(())
    }

    fn member<R: Read>(&mut self, member: ZipFile<'_, R>) -> io::Result<()> {
        self.members += 1;
        if self.members > MOST_MEMBERS || self.left == 0 {
            return Err(io::Error::other("it holds more than is read"));
        }
        let name = member.name().map_err(io::Error::other)?;
        let inner = ImagePath::new(name.as_bytes());
        // compiled classes are most of a jar, and its settings are not among them
        if !member.is_file() || name.ends_with(".class") {
            return Ok(());
        }
        drop(name);
        let mut counted = member.take(self.left);
        let looked = self.scanner.file(inner.as_str(), &mut counted)?;
        self.left = counted.limit();
        packed::add(&mut self.all, looked, &inner, self.limits);
        // what the limit cut off of this member
        if self.left == 0 && counted.into_inner().read(&mut [0])? > 0 {
            return Err(io::Error::other("it holds more than is read"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use secret::{Engine, Rules};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    /// A zip with a login in a member behind `before` bytes of another.
    fn zip(before: usize) -> Vec<u8> {
        let url = ["url: postgres://app:correct", "horse@db.internal/app\n"].concat();
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let stored =
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        writer.start_file("big", stored).unwrap();
        writer.write_all(&vec![b'x'; before]).unwrap();
        let packed = SimpleFileOptions::default();
        writer.start_file("app/application.yml", packed).unwrap();
        writer.write_all(url.as_bytes()).unwrap();
        writer.finish().unwrap().into_inner()
    }

    /// Each cut and each bad byte is an end, with an error or without.
    #[test]
    fn damage_never_panics() {
        let engine = Engine::new(Rules::default());
        let limits = Limits::default();
        let mut scanner = Scanner::new(&engine, &limits);
        let whole = zip(10);
        for at in 0..whole.len() {
            for bad in [0, 0x7f, 0xff] {
                let mut bytes = whole.clone();
                bytes[at] = bad;
                for bytes in [&bytes[..], &bytes[..at]] {
                    let mut held = bytes;
                    let mut zip = Zip::read(&mut held).unwrap();
                    let _found = zip.look(&mut scanner, &limits);
                    let mut rest = bytes;
                    let mut long = Zip::of_stream(&mut rest);
                    let _found = long.look(&mut scanner, &limits);
                }
            }
        }
    }

    #[test]
    fn members_are_looked_at() {
        let engine = Engine::new(Rules::default());
        let limits = Limits::default();
        let narrow = Limits {
            secret_program_bytes: 1_000,
            ..limits
        };
        let of_half = Limits {
            secret_program_bytes: 20,
            ..limits
        };
        let short = zip(10);
        let long = zip(5 << 20);
        for (bytes, limits, found, is_all, why) in [
            (&short[..], &limits, 1, true, "by its directory"),
            (&long, &limits, 1, true, "as they come"),
            (&long[..long.len() - 400], &limits, 0, false, "it is cut"),
            (
                &short[..short.len() - 30],
                &limits,
                0,
                false,
                "no directory",
            ),
            (&long, &narrow, 0, false, "more than is read"),
            (&zip(0), &of_half, 0, false, "a member is cut"),
            (b"PK\x03\x04", &limits, 0, false, "nothing else"),
        ] {
            let mut scanner = Scanner::new(&engine, limits);
            let mut bytes = bytes;
            let mut zip = Zip::read(&mut bytes).unwrap();
            let (looked, end) = zip.look(&mut scanner, limits);
            assert_eq!(looked.found.len(), found, "{why}");
            assert_eq!(end.is_ok(), is_all, "{why}");
            for secret in looked.found {
                assert!(secret.note.ends_with("in its member app/application.yml"));
            }
        }
    }
}
