//! The file that a document is fetched into: of one run at a time.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::{DownloadError, Note, failed};
use crate::Deadline;

/// How long is waited before another look at a file that another run has.
const PAUSE: Duration = Duration::from_millis(50);

/// A file that is nobody else's until this goes out of scope.
#[derive(Debug)]
pub struct Part {
    path: PathBuf,
    file: File,
}

impl Part {
    /// Opens it, empty or with what came so far, once no other run has it: whoever waited for one that
    /// fetched the same finds it done.
    ///
    /// # Errors
    /// It cannot be opened, or another run has it until the deadline.
    pub fn open(path: &Path, deadline: Deadline) -> Result<Self, DownloadError> {
        loop {
            let mut options = File::options();
            options.read(true).write(true).create(true).truncate(false);
            let file = options.open(path).map_err(failed(path))?;
            match file.try_lock() {
                // the run that had it may have removed it meanwhile: then it is no longer that of the path
                Ok(()) if is_at(&file, path).map_err(failed(path))? => {
                    let path = path.to_owned();
                    return Ok(Self { path, file });
                }
                Ok(()) => continue,
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(failed(path)(error)),
            }
            if deadline.check().is_err() {
                let path = path.to_owned();
                return Err(DownloadError::Busy { path });
            }
            thread::sleep(PAUSE);
        }
    }

    /// Returns where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether nothing came.
    pub fn is_empty(&self) -> bool {
        self.file.metadata().is_ok_and(|file| file.len() == 0)
    }

    /// Removes it and its note: nobody is to go on with it.
    pub fn forget(self) {
        for path in [&self.path, &Note::path_of(&self.path)] {
            // one that is not there is gone already
            let _gone = fs::remove_file(path);
        }
    }

    pub(super) fn parts(&mut self) -> (&Path, &mut File) {
        (&self.path, &mut self.file)
    }
}

fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let id = |of: fs::Metadata| (of.dev(), of.ino());
    match fs::metadata(path) {
        Ok(there) => Ok(id(there) == id(file.metadata()?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
