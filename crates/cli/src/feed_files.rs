//! Files of a feed: those of a folder, of its folders and of tar and zip archives in it, unpacked.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use advisory::feeds::{Feed, Harvest, unpacked};
use archive::{Codec, MemberKind, SNIFF_BYTES, Tar, decode, read_at_most};
use jiff::civil::Date;
use model::Limits;

use crate::error::Failure;
use crate::exit::Exit;

/// Bytes of a file unpacked: the largest, Debian's tracker, has about 80 MB.
const FILE_BYTES: u64 = 512 << 20;
/// Bytes of all files of a zip archive unpacked: the largest, of all of npm, have about 2 GB.
const ZIP_BYTES: u64 = 32 << 30;
/// Files of one feed.
const FILES: usize = 2_000_000;
/// Folders in folders.
const DEPTH: usize = 16;
/// Reads all files of a feed in the order of their names, each of which is one, but for those that hold a
/// single record.
///
/// # Errors
/// None is, or one that holds many records is not: it was cut short, or is something else.
pub(crate) fn read(
    feed: &'static Feed,
    folder: &Path,
    harvest: &mut Harvest,
) -> Result<(), Failure> {
    read_readable(feed, folder, harvest)?;
    let Some(why) = harvest.unread(feed) else {
        return Ok(());
    };
    let name = feed.name;
    let message = format!(
        "{}: it has what is no file of the feed {name}: {why}",
        folder.display()
    );
    let next = "fetch it again and whole, or take it away; without it: db build --force";
    Err(Failure::new(Exit::Unfinished, message).with("next", next))
}

/// Reads all files of a feed in the order of their names, and passes over those that are none.
///
/// # Errors
/// None is.
pub(crate) fn read_readable(
    feed: &'static Feed,
    folder: &Path,
    harvest: &mut Harvest,
) -> Result<(), Failure> {
    let mut paths = Vec::new();
    list(folder, DEPTH, &mut paths).map_err(|error| unread(folder, &error))?;
    paths.sort();
    let mut good = 0_usize;
    let mut files = Files {
        feed,
        take: |name: &str, bytes: &[u8]| good += usize::from(harvest.read(feed, name, bytes)),
    };
    for path in paths {
        let name = path.strip_prefix(folder).unwrap_or(&path);
        let name = name.to_string_lossy().into_owned();
        files
            .read(&path, &name)
            .map_err(|error| unread(&path, &error))?;
    }
    if good == 0 {
        let message = format!(
            "{}: no file of the feed {} is in it",
            folder.display(),
            feed.name
        );
        let why = harvest.problems().0.last().cloned();
        let failure = Failure::new(Exit::Unfinished, message);
        return Err(match why {
            Some(why) => failure.with("found", why),
            None => failure.with("next", format!("fetch {}", feed.source)),
        });
    }
    Ok(())
}

fn unread(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::Unfinished, format!("{}: {error}", path.display()))
}

/// Links are not followed: a feed is what its publisher published.
fn list(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() && depth > 0 {
            list(&entry.path(), depth - 1, paths)?;
        } else if kind.is_file() {
            paths.push(entry.path());
        }
        if paths.len() > FILES {
            return Err(io::Error::other(format!("more than {FILES} files")));
        }
    }
    Ok(())
}

/// Whether a file that was fetched is one of a feed: an archive is whole, and what holds many records can
/// be read.
///
/// # Errors
/// Why it is none.
pub(crate) fn check(feed: &'static Feed, path: &Path, name: &str) -> Result<(), Failure> {
    let mut harvest = Harvest::new(Date::MIN);
    let mut files = Files {
        feed,
        take: |name: &str, bytes: &[u8]| {
            if feed.is_whole(name) {
                harvest.read(feed, name, bytes);
            }
        },
    };
    let read = files.read(path, name).map_err(|error| error.to_string());
    let why = match (read, harvest.unread(feed)) {
        (Err(why), _) => format!("{name}: {why}"),
        (Ok(()), Some(why)) => why.to_owned(),
        (Ok(()), None) => return Ok(()),
    };
    let message = format!("it is no file of the feed {}: {why}", feed.name);
    Err(Failure::new(Exit::Unfinished, message))
}

/// Hands the files of a feed out.
struct Files<T> {
    feed: &'static Feed,
    /// Takes the name and the bytes of a file.
    take: T,
}

impl<T: FnMut(&str, &[u8])> Files<T> {
    fn read(&mut self, path: &Path, name: &str) -> io::Result<()> {
        let limits = Limits::default();
        let lower = name.to_lowercase();
        let plain = unpacked(&lower);
        let is_tar = [".tar", ".tgz"].iter().any(|end| plain.ends_with(end));
        let is_zip = [".zip"].iter().any(|end| plain.ends_with(end));
        if is_zip {
            return self.read_zip(File::open(path)?);
        }
        if !is_tar && !self.feed.takes(plain) {
            return Ok(());
        }
        let mut source = BufReader::new(File::open(path)?);
        let head = source.fill_buf()?;
        let codec = Codec::sniff(head.get(..SNIFF_BYTES.min(head.len())).unwrap_or_default());
        let content = decode(codec, source, &limits)?;
        if is_tar {
            return self.read_tar(content, &limits);
        }
        let bytes = read_at_most(content, FILE_BYTES)?;
        (self.take)(name, &bytes);
        Ok(())
    }

    fn read_tar(&mut self, content: impl Read, limits: &Limits) -> io::Result<()> {
        let mut tar = Tar::new(content, limits);
        while let Some(member) = tar.next_member().map_err(io::Error::other)? {
            let name = String::from_utf8_lossy(&member.path).into_owned();
            if member.kind == MemberKind::File && self.feed.takes(&name) {
                let bytes = read_at_most(tar.data(), FILE_BYTES)?;
                (self.take)(&name, &bytes);
            }
        }
        Ok(())
    }

    fn read_zip(&mut self, file: File) -> io::Result<()> {
        let mut zip = zip::ZipArchive::new(BufReader::new(file))?;
        if zip.len() > FILES {
            return Err(io::Error::other(format!("more than {FILES} files")));
        }
        refuse_overlaps(&mut zip)?;
        let mut left = ZIP_BYTES;
        for index in 0..zip.len() {
            let member = zip.by_index(index)?;
            let name = member.name().map_err(io::Error::other)?.into_owned();
            if member.is_file() && self.feed.takes(&name) {
                let bytes = read_at_most(member, FILE_BYTES.min(left))?;
                left = left.saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
                (self.take)(&name, &bytes);
            }
        }
        Ok(())
    }
}

/// Refuses an archive in which members share bytes: a few could otherwise be unpacked without end.
fn refuse_overlaps(zip: &mut zip::ZipArchive<impl Read + Seek>) -> io::Result<()> {
    let mut places = Vec::new();
    for index in 0..zip.len() {
        let member = zip.by_index_raw(index)?;
        let content = member.data_start().unwrap_or_default();
        let end = content.saturating_add(member.compressed_size());
        places.push((member.header_start(), end));
    }
    places.sort_unstable();
    let mut pairs = places.iter().zip(places.iter().skip(1));
    if pairs.any(|((_, end), (next, _))| next < end) {
        return Err(io::Error::other("files in it overlap"));
    }
    Ok(())
}
