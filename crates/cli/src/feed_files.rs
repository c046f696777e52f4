//! Files of a feed: those of a folder, of its folders and of tar and zip archives in it, unpacked.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use advisory::feeds::{Feed, Harvest};
use archive::{Codec, MemberKind, SNIFF_BYTES, Tar, decode, read_at_most};
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
/// Endings of compressed files.
const PACKED: [&str; 4] = [".bz2", ".gz", ".xz", ".zst"];

/// Reads all files of a feed in the order of their names.
pub(crate) fn read(feed: &Feed, folder: &Path, harvest: &mut Harvest) -> Result<(), Failure> {
    let mut paths = Vec::new();
    list(folder, DEPTH, &mut paths).map_err(|error| unread(folder, &error))?;
    paths.sort();
    let mut files = Files {
        feed,
        harvest,
        good: 0,
    };
    for path in paths {
        let name = path.strip_prefix(folder).unwrap_or(&path);
        let name = name.to_string_lossy().into_owned();
        files
            .read(&path, &name)
            .map_err(|error| unread(&path, &error))?;
    }
    if files.good == 0 {
        let message = format!(
            "{}: no file of the feed {} is in it",
            folder.display(),
            feed.name
        );
        let why = files.harvest.problems().0.last().cloned();
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

/// What is read of one feed.
struct Files<'a> {
    feed: &'a Feed,
    harvest: &'a mut Harvest,
    /// Files that are of the feed.
    good: usize,
}

impl Files<'_> {
    fn read(&mut self, path: &Path, name: &str) -> io::Result<()> {
        let limits = Limits::default();
        let lower = name.to_lowercase();
        let packed = PACKED.iter().find_map(|end| lower.strip_suffix(end));
        let plain = packed.unwrap_or(&lower);
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
        self.take(name, &bytes);
        Ok(())
    }

    fn read_tar(&mut self, content: impl Read, limits: &Limits) -> io::Result<()> {
        let mut tar = Tar::new(content, limits);
        while let Some(member) = tar.next_member().map_err(io::Error::other)? {
            let name = String::from_utf8_lossy(&member.path).into_owned();
            if member.kind == MemberKind::File && self.feed.takes(&name) {
                let bytes = read_at_most(tar.data(), FILE_BYTES)?;
                self.take(&name, &bytes);
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
                self.take(&name, &bytes);
            }
        }
        Ok(())
    }

    fn take(&mut self, name: &str, bytes: &[u8]) {
        self.good += usize::from(self.harvest.read(self.feed, name, bytes));
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
