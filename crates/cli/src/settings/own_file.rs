//! Opening a file of the user's own: a configuration, an ignore file or a database.

use std::fs::File;
use std::io::{self, Error, ErrorKind};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::Path;

use rustix::fs::{Mode, OFlags};

/// Opens a file without waiting: a pipe may never be written to, and a folder reads as nothing.
///
/// # Errors
/// Those of opening; or it is a folder or a pipe.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty())?);
    let kind = file.metadata()?.file_type();
    if kind.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    if kind.is_fifo() || kind.is_socket() {
        let why = "it is a pipe, and a file is wanted";
        return Err(Error::new(ErrorKind::InvalidInput, why));
    }
    Ok(file)
}

/// Reads a file, without waiting.
///
/// # Errors
/// Those of [`open`] and of reading; or it is longer than the limit, in bytes.
pub(crate) fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    archive::read_at_most(open(path)?, limit)
}

/// Whether something of this name is there: a link that leads nowhere is.
pub(crate) fn is_there(path: &Path) -> bool {
    let absent = |kind| matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory);
    !matches!(path.symlink_metadata(), Err(error) if absent(error.kind()))
}

/// Returns the user id of somebody else who owns the file, or the link to it; root is nobody else.
pub(crate) fn stranger(path: &Path, file: &File) -> io::Result<Option<u32>> {
    let user = rustix::process::geteuid().as_raw();
    let owners = [path.symlink_metadata()?.uid(), file.metadata()?.uid()];
    let is_strange = |owner: &u32| *owner != user && *owner != 0;
    Ok(owners.into_iter().find(is_strange))
}
