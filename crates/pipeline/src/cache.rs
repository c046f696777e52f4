//! Layers that were read before: content-addressed files that no lock guards.
//!
//! A record's key is a digest that we computed ourselves (never one that a configuration claims), the
//! revision of what reads layers, and the limits under which it read. Records are written aside and
//! renamed, so that any number of processes can share the folder; a record that is damaged, foreign
//! or half gone is as good as absent. Nothing here can fail a scan.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use archive::{Bounded, Hashing, skip_to_end};
use model::{Digest, Limits};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

/// Changes whenever a record's form, or what readers of layers take from the same bytes, changes.
const FORMAT: u32 = 8;
/// Bytes that the folder may hold, unless told otherwise: 2 GiB.
const DEFAULT_MAX_BYTES: u64 = 2 << 30;
/// Bytes that one record may have unpacked.
const MAX_RECORD_BYTES: u64 = 1 << 30;
/// Age of the last trimming from which on there is another: whoever scans thousands of small images
/// would look at all records for each. What is written meanwhile may be too much.
const BETWEEN_TRIMMINGS: Duration = Duration::from_mins(1);

/// A folder of records.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    /// Tells records of other limits apart: with little memory less is read of the same layer.
    limits: String,
    max_bytes: u64,
}

/// What a cache holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheStatus {
    /// Where it is.
    pub folder: PathBuf,
    /// How many records it has.
    pub records: usize,
    /// How many bytes they take.
    pub bytes: u64,
    /// How many they may take.
    pub max_bytes: u64,
}

/// What kind of record: each kind has a folder of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What was read of a layer, by the digest of its stored bytes.
    Layer,
    /// What a compressed archive holds, by a name made from the digest of the whole file.
    Archive,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Layer => "layers",
            Self::Archive => "archives",
        }
    }
}

impl Cache {
    /// Uses this folder, which is made when something is kept, for scans under these limits.
    pub fn new(folder: PathBuf, limits: &Limits) -> Self {
        // `Debug` names every field: none can be forgotten
        let digest = Sha256::digest(format!("{limits:?}"));
        Self {
            folder,
            limits: Digest::new(digest.into())
                .to_hex()
                .chars()
                .take(8)
                .collect(),
            max_bytes: DEFAULT_MAX_BYTES,
        }
    }

    /// Returns where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the record of this key, `None` if there is none that is whole.
    pub(crate) fn get<T: DeserializeOwned>(&self, kind: Kind, key: Digest) -> Option<T> {
        let path = self.path(kind, key);
        let file = File::open(&path).ok()?;
        let value = read(&file);
        match value {
            Ok(value) => {
                // so that eviction takes the least recently used
                let _best_effort = file.set_modified(now());
                Some(value)
            }
            Err(_damaged) => {
                let _best_effort = fs::remove_file(&path);
                None
            }
        }
    }

    /// Whether there is a record of this key, whole or not.
    pub(crate) fn has(&self, kind: Kind, key: Digest) -> bool {
        self.path(kind, key).is_file()
    }

    /// Whether there may be any record of this kind.
    pub(crate) fn has_any(&self, kind: Kind) -> bool {
        self.versioned().join(kind.name()).exists()
    }

    /// Keeps a record. That it fails is no problem of the scan: the next one reads the layer again.
    pub(crate) fn put<T: Serialize>(&self, kind: Kind, key: Digest, value: &T) {
        let _best_effort = self.write(&self.path(kind, key), value);
    }

    fn write<T: Serialize>(&self, path: &Path, value: &T) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = self.aside()?;
        write(file.as_file_mut(), value)?;
        file.persist(path)?;
        Ok(())
    }

    /// Returns a file to be renamed when it is whole; if it never is, it is cleaned away as the rest.
    fn aside(&self) -> io::Result<tempfile::NamedTempFile> {
        let aside = self.folder.join("tmp");
        fs::create_dir_all(&aside)?;
        tempfile::Builder::new()
            .prefix("record-")
            .tempfile_in(&aside)
    }

    fn path(&self, kind: Kind, key: Digest) -> PathBuf {
        let hex = key.to_hex();
        let shelf: String = hex.chars().take(2).collect();
        self.versioned().join(kind.name()).join(shelf).join(hex)
    }

    /// Records of other revisions and limits are never read, and are cleaned away as the rest.
    fn versioned(&self) -> PathBuf {
        let revision = inventory::REVISION;
        self.folder
            .join(format!("v{FORMAT}.{revision}.{}", self.limits))
    }

    /// Returns a file that has no name any more, for a pipe's bytes.
    ///
    /// # Errors
    /// Those of making it.
    pub(crate) fn spool(&self) -> io::Result<File> {
        fs::create_dir_all(&self.folder)?;
        tempfile::tempfile_in(&self.folder)
    }

    /// Counts what is there.
    ///
    /// # Errors
    /// Those of reading the folder; one that does not exist is empty.
    pub fn status(&self) -> io::Result<CacheStatus> {
        let records = self.records()?;
        Ok(CacheStatus {
            folder: self.folder.clone(),
            records: records.len(),
            bytes: records.iter().map(|record| record.bytes).sum(),
            max_bytes: self.max_bytes,
        })
    }

    /// Removes every record, those of other revisions too, and what killed processes left.
    ///
    /// # Errors
    /// The first of removing, after all else is removed; files that others remove meanwhile are none.
    pub fn clean(&self) -> io::Result<CacheStatus> {
        let status = self.status()?;
        let removed = self
            .records()?
            .into_iter()
            .map(|record| remove(&record.path));
        let _best_effort = remove(&self.stamp());
        // all are tried before the first error is told
        let mut errors: Vec<_> = removed.filter_map(Result::err).collect();
        errors.drain(..).next().map_or(Ok(status), Err)
    }

    /// Removes the least recently used records until the rest fits, and what killed processes left
    /// more than an hour ago, if nobody did so within the last minute.
    pub fn trim(&self) {
        let stamp = self.stamp();
        let last = stamp.symlink_metadata().and_then(|meta| meta.modified());
        let age = last.ok().and_then(|last| now().duration_since(last).ok());
        let is_fresh = age.is_some_and(|age| age < BETWEEN_TRIMMINGS);
        if is_fresh || !self.versioned().is_dir() {
            return;
        }
        let _best_effort = self.write_stamp(&stamp);
        self.evict();
    }

    fn write_stamp(&self, path: &Path) -> io::Result<()> {
        let mut file = self.aside()?;
        file.write_all(b"when records were last trimmed\n")?;
        file.persist(path)?;
        Ok(())
    }

    /// The file whose age tells when records were last trimmed: in a folder of ours, for beside it there
    /// may be anything.
    fn stamp(&self) -> PathBuf {
        self.versioned().join("trimmed")
    }

    fn evict(&self) {
        let Ok(mut records) = self.records() else {
            return;
        };
        records.sort_by_key(|record| record.used);
        let mut bytes: u64 = records.iter().map(|record| record.bytes).sum();
        let hour_ago = now() - Duration::from_hours(1);
        for record in records {
            let is_left_over = record.is_temporary && record.used < hour_ago;
            if bytes > self.max_bytes || is_left_over {
                bytes = bytes.saturating_sub(record.bytes);
                let _best_effort = remove(&record.path);
            }
        }
    }

    /// Returns what this program wrote here. Only its own folders are entered, for beside them there
    /// may be anything (`--cache-dir /`); what cannot be read there is passed over.
    ///
    /// # Errors
    /// Those of reading the folder itself; one that does not exist is empty.
    fn records(&self) -> io::Result<Vec<Record>> {
        let mut folders: Vec<PathBuf> = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?
                .filter_map(|entry| Some(entry.ok()?.path()))
                .filter(|path| is_our_folder(path))
                .collect(),
        };
        let mut records = Vec::new();
        while let Some(folder) = folders.pop() {
            let entries = fs::read_dir(&folder).into_iter().flatten();
            for entry in entries.filter_map(Result::ok) {
                let Ok(meta) = entry.metadata() else { continue };
                if meta.is_dir() {
                    folders.push(entry.path());
                } else if is_ours(&entry.path(), &self.folder) {
                    records.push(Record {
                        is_temporary: folder.ends_with("tmp"),
                        path: entry.path(),
                        bytes: meta.len(),
                        used: meta.modified().unwrap_or(SystemTime::UNIX_EPOCH),
                    });
                }
            }
        }
        Ok(records)
    }
}

/// Whether a folder of the cache may be one that this program made: `tmp`, `v3.7.0a1b2c3d`. A link
/// is none.
fn is_our_folder(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let is_named = |name: &str| {
        let version = name.strip_prefix('v').unwrap_or_default();
        name == "tmp" || version.starts_with(|c: char| c.is_ascii_digit())
    };
    let is_folder = || path.symlink_metadata().is_ok_and(|meta| meta.is_dir());
    name.is_some_and(is_named) && is_folder()
}

struct Record {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
    is_temporary: bool,
}

/// Only what this program writes is ever removed: `--cache-dir /` must not hurt.
fn is_ours(path: &Path, folder: &Path) -> bool {
    let Ok(below) = path.strip_prefix(folder) else {
        return false;
    };
    let parts: Vec<_> = below.iter().filter_map(|part| part.to_str()).collect();
    match parts[..] {
        ["tmp", file] => file.starts_with("record-"),
        [version, "layers" | "archives", _, file] => {
            version.starts_with('v') && Digest::from_hex(file).is_ok()
        }
        _ => false,
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "age of records, which reaches no report"
)]
fn now() -> SystemTime {
    SystemTime::now()
}

/// A record is the digest of what follows, and what follows: postcard in zstd.
fn write<T: Serialize>(file: &mut File, value: &T) -> io::Result<()> {
    use std::io::{Seek as _, SeekFrom};
    file.write_all(&[0; 32])?;
    let encoder = zstd::stream::write::Encoder::new(&mut *file, 1)?;
    // postcard writes byte by byte: the buffer stands before the encoder
    let mut buffered = BufWriter::with_capacity(128 << 10, encoder);
    postcard::to_io(value, &mut buffered).map_err(io::Error::other)?;
    buffered
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?
        .finish()?;
    file.seek(SeekFrom::Start(32))?;
    let mut hashing = Hashing::new(&*file);
    skip_to_end(&mut hashing, &mut vec![0; 128 << 10])?;
    let (digest, _) = hashing.finish();
    file.seek(SeekFrom::Start(0))?;
    file.write_all(digest.as_bytes())
}

fn read<T: DeserializeOwned>(file: &File) -> io::Result<T> {
    let mut digest = [0; 32];
    let mut file = file;
    file.read_exact(&mut digest)?;
    let mut hashing = Hashing::new(file);
    let decoder = zstd::stream::read::Decoder::new(&mut hashing)?;
    let mut bounded =
        BufReader::with_capacity(128 << 10, Bounded::new(decoder, MAX_RECORD_BYTES, ""));
    let mut scratch = vec![0; 1 << 16];
    let (value, _) = postcard::from_io((&mut bounded, &mut scratch)).map_err(io::Error::other)?;
    drop(bounded);
    skip_to_end(&mut hashing, &mut [0; 4096])?;
    let (got, _) = hashing.finish();
    if got == Digest::new(digest) {
        Ok(value)
    } else {
        Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the record is damaged",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_file(path: &Path) -> Vec<u8> {
        archive::read_at_most(File::open(path).unwrap(), 1 << 20).unwrap()
    }

    #[test]
    fn keeps_whole_records_and_drops_damaged_ones() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().join("cache"), &Limits::default());
        let key = Digest::new([7; 32]);
        let get = |cache: &Cache| cache.get::<Vec<String>>(Kind::Layer, key);
        assert_eq!(get(&cache), None);
        cache.put(Kind::Layer, key, &vec!["a".to_owned(), "b".to_owned()]);
        assert_eq!(get(&cache), Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(cache.get::<Vec<String>>(Kind::Archive, key), None);
        let less_memory = Limits {
            tree_entries: 5,
            ..Limits::default()
        };
        assert_eq!(get(&Cache::new(cache.folder.clone(), &less_memory)), None);
        let path = cache.path(Kind::Layer, key);
        let mut bytes = read_file(&path);
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert_eq!(get(&cache), None);
        assert!(!path.exists(), "a damaged record is removed");
    }

    #[test]
    fn trims_to_its_size_and_cleans_only_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let mut cache = Cache::new(folder.path().to_owned(), &Limits::default());
        fs::write(folder.path().join("precious"), "x").unwrap();
        for n in 0..4 {
            cache.put(Kind::Layer, Digest::new([n; 32]), &vec![n; 100]);
        }
        assert_eq!(cache.status().unwrap().records, 4);
        cache.max_bytes = cache.status().unwrap().bytes / 2;
        cache.trim();
        assert_eq!(cache.status().unwrap().records, 2);
        for n in 0..4 {
            cache.put(Kind::Layer, Digest::new([n; 32]), &vec![n; 100]);
        }
        cache.trim();
        assert_eq!(
            cache.status().unwrap().records,
            4,
            "it was trimmed just now"
        );
        let hour_ago = now() - Duration::from_hours(1);
        let stamp = File::open(cache.stamp()).unwrap();
        stamp.set_modified(hour_ago).unwrap();
        cache.trim();
        assert_eq!(cache.status().unwrap().records, 2);
        cache.clean().unwrap();
        assert_eq!(cache.status().unwrap().records, 0);
        assert!(!cache.stamp().exists());
        assert!(folder.path().join("precious").exists());
    }
}
