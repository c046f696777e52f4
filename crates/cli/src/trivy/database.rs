//! The database: Trivy's own where the cache folder holds one, read into our form once; else ours.

use std::fs;
use std::path::{Path, PathBuf};

use advisory::Database;
use sha2::{Digest as _, Sha256};

use crate::commands::import_trivy;
use crate::databases;
use crate::error::Failure;
use crate::settings::Environment;

/// Beginning and end of the names of databases that are made of Trivy's.
const NAMES: (&str, &str) = ("seaworthy-", ".swdb");

/// Digits between them.
const STAMP: usize = 16;

/// Returns the database that is made of Trivy's in a cache folder, else the one that `db update` or `db
/// import` put into our own; none if there is none.
pub(super) fn of_cache(
    cache: &Path,
    environment: &Environment,
) -> Result<Option<PathBuf>, Failure> {
    let of_trivy = of_trivy(cache, environment)?;
    Ok(of_trivy.or_else(|| databases::installed(environment)))
}

/// Returns the database that is made of Trivy's in a cache folder; none if it has none.
fn of_trivy(cache: &Path, environment: &Environment) -> Result<Option<PathBuf>, Failure> {
    let folder = cache.join("db");
    let own = databases::built_in()?.database;
    let Some(stamp) = stamp(&folder, &own) else {
        return Ok(None);
    };
    let name = format!("{}{stamp}{}", NAMES.0, NAMES.1);
    let places = [Some(folder.clone()), environment.cache_folder()];
    let mut places = places.into_iter().flatten();
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

/// Returns what changes whenever Trivy's database does, by size and time of its files, or our own, from
/// which ends of life and what is exploited are taken.
fn stamp(folder: &Path, own: &Database) -> Option<String> {
    let database = fs::metadata(folder.join("trivy.db")).ok()?;
    let metadata = fs::metadata(folder.join("metadata.json")).ok();
    let mut hasher = Sha256::new();
    hasher.update(env!("CARGO_PKG_VERSION"));
    hasher.update(format!("{:?}", databases::newest(own)));
    for file in std::iter::once(database).chain(metadata) {
        hasher.update(file.len().to_le_bytes());
        hasher.update(format!("{:?}", file.modified().ok()?));
    }
    let hash = hasher.finalize();
    let bytes = hash.iter().take(STAMP / 2);
    let hex = bytes.fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    Some(hex)
}
