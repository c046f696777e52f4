//! The database: Trivy's own where the cache folder holds one, read into our form once.
//!
//! What was made of it is used for as long as the bytes are the same: those who restore a cache set sizes and
//! times as they like. So that a gigabyte is not read at each run, its digest is noted with what the system
//! says of the file, of which nobody sets all: number, size, and both times of its last change.

use std::fs::{self, Metadata};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use advisory::Database;
use archive::Hashing;
use sha2::{Digest as _, Sha256};

use crate::commands::import_trivy;
use crate::databases;
use crate::error::Failure;
use crate::exit::Exit;
use crate::settings::{Environment, own_file};

/// Beginning and end of the names of databases that are made of Trivy's.
const NAMES: (&str, &str) = ("seaworthy-", ".swdb");

/// Name of the note of Trivy's database: what was seen of the file, and its digest.
pub(super) const NOTE: &str = "seaworthy-trivy.digest";
/// Bytes of the note, and of what the database says of itself.
const MOST_METADATA: u64 = 1 << 20;

/// Digits between them.
const STAMP: usize = 16;

/// Returns the database that is made of Trivy's in a cache folder; none if it has none.
pub(super) fn of_trivy(
    cache: &Path,
    environment: &Environment,
) -> Result<Option<PathBuf>, Failure> {
    let folder = cache.join("db");
    let own = databases::built_in()?.database;
    let places = [Some(folder.clone()), environment.cache_folder()];
    let mut places = places.into_iter().flatten();
    let found: Vec<PathBuf> = places.clone().collect();
    let unread = |error: io::Error| {
        let path = folder.join("trivy.db").display().to_string();
        Failure::new(Exit::Unfinished, format!("{path}: {error}"))
    };
    let Some(stamp) = stamp(&folder, &found, &own).map_err(unread)? else {
        return Ok(None);
    };
    let name = format!("{}{stamp}{}", NAMES.0, NAMES.1);
    let is_made = |place: &PathBuf| {
        let out = place.join(&name);
        out.exists() && databases::at(&out).is_ok()
    };
    if let Some(place) = places.clone().find(is_made) {
        return Ok(Some(place.join(&name)));
    }
    // a cache is often mounted read-only; if nothing can be written, the error is about the first place
    let place = places
        .find(|place| fs::create_dir_all(place).is_ok() && tempfile::tempfile_in(place).is_ok())
        .unwrap_or_else(|| folder.clone());
    let out = place.join(&name);
    import_trivy(&folder, &out, &own, environment)?;
    for older in made(&place).filter(|path| *path != out) {
        // one that another run still reads may stay
        let _ = fs::remove_file(older);
    }
    Ok(Some(out))
}

/// Returns the databases of a folder that were made of Trivy's.
pub(super) fn made(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let stamp = name.strip_prefix(NAMES.0);
        stamp
            .and_then(|rest| rest.strip_suffix(NAMES.1))
            .is_some_and(|stamp| {
                stamp.len() == STAMP && stamp.bytes().all(|it| it.is_ascii_hexdigit())
            })
    })
}

/// Returns what changes whenever Trivy's database does, or our own, from which ends of life and what is
/// exploited are taken; none if there is none.
fn stamp(folder: &Path, places: &[PathBuf], own: &Database) -> io::Result<Option<String>> {
    let digest = match digest(&folder.join("trivy.db"), places) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        digest => digest?,
    };
    let metadata = own_file::read(&folder.join("metadata.json"), MOST_METADATA);
    let mut hasher = Sha256::new();
    hasher.update(env!("CARGO_PKG_VERSION"));
    hasher.update(format!("{:?}", databases::newest(own)));
    hasher.update(digest);
    hasher.update(metadata.unwrap_or_default());
    Ok(Some(hex(&hasher.finalize())))
}

/// Returns the digest of a file, which is read only if nothing is noted of it as it is.
fn digest(path: &Path, places: &[PathBuf]) -> io::Result<String> {
    let file = own_file::open(path)?;
    let seen = seen(&file.metadata()?);
    let noted = places
        .iter()
        .find_map(|place| noted(&place.join(NOTE), &seen));
    if let Some(digest) = noted {
        return Ok(digest);
    }
    let mut hashing = Hashing::new(file);
    io::copy(&mut hashing, &mut io::sink())?;
    let digest = hashing.finish().0.to_hex();
    // where none can be written, the file is read each time
    let _ = places
        .iter()
        .find(|place| note(place, &seen, &digest).is_ok());
    Ok(digest)
}

/// Returns what tells a file from one that stood there before.
fn seen(file: &Metadata) -> String {
    format!(
        "{} {} {}.{} {}.{}",
        file.ino(),
        file.len(),
        file.mtime(),
        file.mtime_nsec(),
        file.ctime(),
        file.ctime_nsec()
    )
}

/// Returns the digest that is noted of a file.
fn noted(path: &Path, seen: &str) -> Option<String> {
    let bytes = own_file::read(path, MOST_METADATA).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (of, digest) = text.trim_end().split_once('\n')?;
    (of == seen).then(|| digest.to_owned())
}

fn note(place: &Path, seen: &str, digest: &str) -> io::Result<()> {
    fs::create_dir_all(place)?;
    let mut file = tempfile::NamedTempFile::new_in(place)?;
    writeln!(file, "{seen}\n{digest}")?;
    file.persist(place.join(NOTE))?;
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    let bytes = bytes.iter().take(STAMP / 2);
    bytes.fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}
