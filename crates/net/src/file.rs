//! Reads files that the user names, which must not keep anyone waiting.

use std::fs::File;
use std::io;
use std::path::Path;

use archive::read_at_most;
use rustix::fs::{Mode, OFlags};

/// Reads a regular file whole. A pipe that nobody writes to would hold up its reader beyond every
/// deadline, so that nothing else is read, and opening waits for nobody.
///
/// # Errors
/// It cannot be opened or read, is no regular file, or has more than `limit` bytes.
pub fn read_regular(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty())?);
    if !file.metadata()?.is_file() {
        let why = "it is no regular file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    read_at_most(file, limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("file"), "text").unwrap();
        std::os::unix::fs::symlink("file", at("link")).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, at("pipe"), Mode::RUSR | Mode::WUSR).unwrap();
        for (path, want) in [
            (at("file"), Ok(b"text".to_vec())),
            (at("link"), Ok(b"text".to_vec())),
            (at("pipe"), Err(io::ErrorKind::InvalidInput)),
            (at("."), Err(io::ErrorKind::InvalidInput)),
            (at("none"), Err(io::ErrorKind::NotFound)),
            ("/dev/zero".into(), Err(io::ErrorKind::InvalidInput)),
        ] {
            let got = read_regular(&path, 100).map_err(|error| error.kind());
            assert_eq!(got, want, "{}", path.display());
        }
        assert!(read_regular(&at("file"), 3).is_err());
    }
}
