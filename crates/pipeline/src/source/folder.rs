//! An OCI layout in a folder.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use archive::read_at_most;
use image::Blobs;

use super::Stored;

/// A folder whose files are served by name.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
}

impl Folder {
    pub(crate) const fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub(crate) fn stored(&self, name: &str) -> io::Result<Option<Stored>> {
        let Some(file) = self.open(name)? else {
            return Ok(None);
        };
        let bytes = file.metadata()?.len();
        Ok(Some(Stored::new(Arc::new(file), 0, bytes)))
    }

    /// Whether a file is there that names images.
    pub(crate) fn names_images(&self) -> bool {
        let is_there = |name| matches!(self.open(name), Ok(Some(_)) | Err(_));
        is_there("index.json") || is_there("manifest.json")
    }

    /// Opens a regular file of the folder. Names come from manifests: one with `..`, or an absolute
    /// one, names nothing here.
    fn open(&self, name: &str) -> io::Result<Option<File>> {
        let is_plain = |part: &str| !matches!(part, "" | "." | "..");
        if !name.split('/').all(is_plain) || name.contains('\0') {
            return Ok(None);
        }
        let path = self.root.join(name);
        match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
            // asked before it is opened: that of a named pipe would wait for a writer
            Ok(meta) if !meta.is_file() => Ok(None),
            Ok(_) => File::open(path).map(Some),
        }
    }
}

impl Blobs for Folder {
    fn document(&self, name: &str, limit: u64) -> io::Result<Option<image::Stored>> {
        let Some(file) = self.open(name)? else {
            return Ok(None);
        };
        Ok(Some(image::Stored::new(read_at_most(file, limit)?)))
    }
}
