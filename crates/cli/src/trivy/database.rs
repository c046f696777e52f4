//! The database: Trivy's own where the cache folder holds one, read into our form once; else ours.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::commands::import_trivy;
use crate::databases;
use crate::error::Failure;
use crate::settings::Environment;

/// Beginning and end of the names of databases that are made of Trivy's.
const NAMES: (&str, &str) = ("seaworthy-", ".swdb");

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
    let Some(stamp) = stamp(&folder) else {
        return Ok(None);
    };
    let out = folder.join(format!("{}{stamp}{}", NAMES.0, NAMES.1));
    if out.exists() && databases::at(&out).is_ok() {
        return Ok(Some(out));
    }
    let own = databases::built_in()?.database;
    import_trivy(&folder, &out, &own, environment)?;
    for older in made(&folder).filter(|path| *path != out) {
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
        name.starts_with(NAMES.0) && name.ends_with(NAMES.1)
    })
}

/// Returns what changes whenever Trivy's database does: its size, its time, and what it says of itself.
fn stamp(folder: &Path) -> Option<String> {
    let database = fs::metadata(folder.join("trivy.db")).ok()?;
    let metadata = fs::metadata(folder.join("metadata.json")).ok();
    let mut hasher = Sha256::new();
    hasher.update(env!("CARGO_PKG_VERSION"));
    for file in std::iter::once(database).chain(metadata) {
        hasher.update(file.len().to_le_bytes());
        hasher.update(format!("{:?}", file.modified().ok()?));
    }
    let hash = hasher.finalize();
    let bytes = hash.iter().take(8);
    let hex = bytes.fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    Some(hex)
}
