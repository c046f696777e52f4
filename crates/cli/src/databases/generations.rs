//! Which generation of each key's databases was used last, so that nobody can bring an older one in
//! its place: a file a key below the cache folder, which holds a number.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use advisory::signature::PublicKey;
use tempfile::NamedTempFile;

/// Bytes of such a file: a number of 64 bits.
const MAX_BYTES: u64 = 32;

/// What was used.
#[derive(Debug)]
pub(super) struct Generations(Option<PathBuf>);

impl Generations {
    /// Keeps them below the cache folder, if there is one.
    pub(super) fn new(cache: Option<PathBuf>) -> Self {
        Self(cache.map(|folder| folder.join("db/generations")))
    }

    /// Returns the highest generation that was used; one that cannot be read is as none.
    pub(super) fn newest(&self, key: PublicKey) -> Option<u64> {
        let path = self.0.as_ref()?.join(key.fingerprint());
        let bytes = net::read_regular(&path, MAX_BYTES).ok()?;
        String::from_utf8(bytes).ok()?.trim().parse().ok()
    }

    /// Notes a generation. Where nothing can be written, the database in place is all that is known.
    pub(super) fn note(&self, key: PublicKey, generation: u64) {
        let _unwritable = self.write(key, generation);
    }

    fn write(&self, key: PublicKey, generation: u64) -> io::Result<()> {
        let Some(folder) = &self.0 else { return Ok(()) };
        fs::create_dir_all(folder)?;
        let mut file = NamedTempFile::new_in(folder)?;
        writeln!(file, "{generation}")?;
        file.persist(folder.join(key.fingerprint()))?;
        Ok(())
    }
}
