//! A compressed tar: read through once, layers as they come by, since nothing can be sought.
//!
//! Which members are layers is not known until the manifest has come by, and that may be last. So
//! every member that looks like a layer is read as one; small JSON members are kept as documents.

mod remembered;
mod sealed;

use std::fs::File;
use std::io::{self, BufReader, Read as _};
use std::path::Path;
use std::thread;

use archive::{Codec, MemberKind, Tar, TarError, decode, read_at_most, skip_to_end};
use image::{Blobs, ImageError};
use model::ImagePath;

use super::seekable::Members;
use super::{Stored, open_error};
use crate::ahead::ahead;
use crate::cache::Kind;
use crate::layers::{Reader, Room, Scanned, reread_from, scan};
use crate::timed::Timed;
use crate::{Cache, ScanError, Settings};

/// What a compressed tar holds.
#[derive(Debug)]
pub(crate) struct Streamed {
    whole: Stored,
    codec: Codec,
    members: Members<Held>,
}

/// What is held of one member.
#[derive(Debug)]
enum Held {
    /// A document, whole.
    Document(image::Stored),
    /// Read as a layer.
    Layer(Box<Scanned>),
    /// No file.
    Other,
    /// Read as a layer, and it is none.
    Failed(String),
}

impl Blobs for Streamed {
    fn document(&self, name: &str, limit: u64) -> io::Result<Option<image::Stored>> {
        let unfit = |why: &str| Err(io::Error::new(io::ErrorKind::InvalidData, why));
        match self.members.get(name) {
            Some(Held::Document(stored)) if stored.len > limit => {
                let error = archive::TooLong { limit, reason: "" };
                Err(io::Error::new(io::ErrorKind::FileTooLarge, error))
            }
            Some(Held::Document(stored)) => Ok(Some(stored.clone())),
            Some(Held::Failed(why)) => unfit(why),
            Some(Held::Layer(_)) => unfit("it is a layer, not JSON"),
            Some(Held::Other) | None => Ok(None),
        }
    }
}

impl Streamed {
    /// Reads the whole archive, or finds it in the cache by the digest of the file.
    pub(crate) fn open(
        path: &Path,
        file: File,
        codec: Codec,
        cache: Option<&Cache>,
        settings: &Settings,
    ) -> Result<Self, ScanError> {
        let whole = Stored::whole(file).map_err(|source| open_error(path, source))?;
        let read = || read_through(path, whole.clone(), codec, settings);
        let hash = || {
            let digest = remembered::digest_of(whole.clone(), settings);
            digest.map_err(|source| open_error(path, source))
        };
        let (members, digest) = match cache {
            None => (read()?, None),
            Some(cache) if cache.has_any(Kind::Archive) => {
                let digest = hash()?;
                if let Some(members) = remembered::recall(cache, digest, settings) {
                    return Ok(Self {
                        whole,
                        codec,
                        members,
                    });
                }
                (read()?, Some(digest))
            }
            // nothing can be found in the cache: no need to know the digest first
            Some(_) => thread::scope(|scope| {
                let digest = scope.spawn(hash);
                let members = read()?;
                let digest = digest.join().ok().transpose()?;
                Ok::<_, ScanError>((members, digest))
            })?,
        };
        members.check(path)?;
        if let (Some(cache), Some(digest)) = (cache, digest) {
            remembered::keep(cache, digest, &members);
        }
        Ok(Self {
            whole,
            codec,
            members,
        })
    }

    /// Returns what was read of a layer; `name` is for the error.
    pub(crate) fn layer(&self, member: &str, name: &str) -> Result<&Scanned, ScanError> {
        let what = name.to_owned();
        match self.members.get(member) {
            Some(Held::Layer(scanned)) => Ok(scanned),
            Some(Held::Failed(why)) => Err(ImageError::Malformed {
                what,
                why: why.clone(),
            }
            .into()),
            Some(Held::Document(_)) => Err(ImageError::Malformed {
                what,
                why: "it is JSON, not a layer".to_owned(),
            }
            .into()),
            Some(Held::Other) | None => Err(ImageError::Missing {
                what,
                named_by: "the manifest".to_owned(),
            }
            .into()),
        }
    }

    /// Reads the archive again for the tar of a layer.
    pub(crate) fn reread(
        &self,
        member: &str,
        settings: &Settings,
        read: Reader<'_>,
    ) -> Result<(), TarError> {
        let Some(name) = self.members.resolve(member) else {
            return Ok(());
        };
        let timed = Timed {
            source: self.whole.clone(),
            deadline: settings.deadline,
        };
        let decoded = decode(self.codec, BufReader::new(timed), &settings.limits)?;
        let mut tar = Tar::new(decoded, &settings.limits);
        while tar.next_member()?.is_some() {
            let member = tar.member();
            if member.kind == MemberKind::File && ImagePath::new(&member.path).as_str() == name {
                // the last of a name is the one whose bytes were proved
                reread_from(tar.data(), settings, read)?;
            }
        }
        Ok(())
    }
}

/// Bytes of all documents of one archive.
const MAX_DOCUMENTS_BYTES: u64 = 64 << 20;

fn read_through(
    path: &Path,
    whole: Stored,
    codec: Codec,
    settings: &Settings,
) -> Result<Members<Held>, ScanError> {
    let failed = |source| open_error(path, source);
    let limits = &settings.limits;
    let timed = Timed {
        source: whole,
        deadline: settings.deadline,
    };
    let stored = BufReader::with_capacity(128 << 10, timed);
    let decoded = decode(codec, stored, limits).map_err(failed)?;
    let bounded = archive::Bounded::new(decoded, limits.archive_bytes, " inflate from the archive");
    ahead(bounded, |decoded| {
        let mut tar = Tar::new(decoded, limits);
        let mut members = Members::default();
        let mut documents_left = MAX_DOCUMENTS_BYTES;
        let room = Room::new(limits);
        let mut count = 0;
        loop {
            match tar.next_member() {
                Ok(None) => break,
                Ok(Some(_)) => count += 1,
                Err(TarError::Io(source)) => return Err(failed(source)),
                Err(damaged) => {
                    let why = damaged.to_string();
                    return Err(ScanError::NotAnArchive {
                        path: path.to_owned(),
                        why,
                    });
                }
            }
            if count > limits.archive_entries {
                let text = format!("{}: more than {count} members", path.display());
                return Err(ScanError::Limit(text));
            }
            let member = tar.member().clone();
            let held = match member.kind {
                MemberKind::File => hold(&mut tar, &mut documents_left, &room, settings)?,
                MemberKind::Folder
                | MemberKind::Symlink
                | MemberKind::HardLink
                | MemberKind::Special => Held::Other,
            };
            members.add(&member, held);
        }
        // the check value of gzip and zstd stands behind the last block of the tar
        skip_to_end(&mut tar.into_source(), &mut vec![0; 64 << 10]).map_err(failed)?;
        Ok(members)
    })
}

/// Reads one member: JSON as a document, all else as a layer.
fn hold<R: io::Read + Send>(
    tar: &mut Tar<R>,
    documents_left: &mut u64,
    room: &Room,
    settings: &Settings,
) -> Result<Held, ScanError> {
    let stored_bytes = tar.member().stored_bytes;
    let mut head = Vec::new();
    let mut data = tar.data();
    let failed = |why: String| Ok(Held::Failed(why));
    #[expect(clippy::disallowed_methods, reason = "`take` bounds it")]
    if let Err(error) = data.by_ref().take(512).read_to_end(&mut head) {
        return failed(error.to_string());
    }
    let first = head
        .iter()
        .find(|byte| !byte.is_ascii_whitespace() && !byte.is_ascii_control());
    // the first file of a tar may be called `{`
    let is_tar = head.get(257..262) == Some(b"ustar");
    let is_json = matches!(first, Some(b'{' | b'[')) || head.starts_with(b"\xef\xbb\xbf");
    if is_json && !is_tar && stored_bytes <= settings.limits.config_bytes.min(*documents_left) {
        *documents_left -= stored_bytes;
        return match read_at_most(head.chain(data), stored_bytes) {
            Ok(bytes) => Ok(Held::Document(image::Stored::new(bytes))),
            Err(error) => failed(error.to_string()),
        };
    }
    let source = io::Cursor::new(head).chain(data);
    match scan(source, stored_bytes, false, settings) {
        Ok(mut scanned) => {
            room.take(&mut scanned)?;
            Ok(Held::Layer(Box::new(scanned)))
        }
        Err(error) => failed(error.to_string()),
    }
}
