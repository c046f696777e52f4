//! A pipe, copied into a file without a name, since images are not read in the order of archives.

use std::fs::File;
use std::io::{self, Chain, Cursor, Read, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use archive::{Codec, Tar, TarError};

use super::{open_error, what_is_missing};
use net::Deadline;

use crate::timed::Timed;
use crate::{Cache, ScanError, Settings};

/// Bytes of the beginning that tell whether it may be an archive: two blocks, since two of zeros end
/// one.
const HEAD_BYTES: u64 = 1_024;

/// Opens a pipe and copies all of it.
///
/// That happens on a thread of its own: a pipe that nobody writes to opens never, one that gives
/// nothing never ends, and neither may outlast the time of the scan. That thread then waits on, until
/// the program ends.
pub(super) fn spool<R: Read + Send + 'static>(
    path: &Path,
    open: impl FnOnce() -> io::Result<R> + Send + 'static,
    cache: Option<&Cache>,
    settings: &Settings,
) -> Result<File, ScanError> {
    let failed = |source| open_error(path, source);
    // beside the records there is room for large files; a cache that cannot be written is no failure
    let file = match cache.and_then(|cache| cache.spool().ok()) {
        Some(file) => file,
        None => tempfile::tempfile().map_err(failed)?,
    };
    let deadline = settings.deadline;
    let copying = Copying {
        path: path.to_owned(),
        file,
        deadline,
        limits: settings.limits,
    };
    let (done, copied) = channel();
    thread::spawn(move || {
        let _nobody_waits = done.send(copying.run(open));
    });
    let left = deadline.left().unwrap_or(Duration::MAX);
    let late = |_nothing_came| failed(deadline.error());
    copied.recv_timeout(left).map_err(late)?
}

struct Copying {
    path: PathBuf,
    file: File,
    deadline: Deadline,
    limits: model::Limits,
}

impl Copying {
    fn run<R: Read>(mut self, open: impl FnOnce() -> io::Result<R>) -> Result<File, ScanError> {
        let pipe = open().map_err(|source| self.failed(source))?;
        let timed = Timed {
            source: pipe,
            deadline: self.deadline,
        };
        let mut whole = self.looked_at(timed)?;
        let (limit, why) = self.limit();
        // one byte more tells that there is more
        let mut most = (&mut whole).take(limit.saturating_add(1));
        let bytes = io::copy(&mut most, &mut self.file).map_err(|source| self.failed(source))?;
        if bytes > limit {
            let path = self.path;
            return Err(ScanError::Spool { path, limit, why });
        }
        self.file.rewind().map_err(|source| self.failed(source))?;
        Ok(self.file)
    }

    /// Returns the pipe from its beginning, if that may be the beginning of an archive: what is none
    /// must not fill a disk before that is said.
    fn looked_at<R: Read>(&self, mut pipe: R) -> Result<Chain<Cursor<Vec<u8>>, R>, ScanError> {
        let mut head = Vec::new();
        #[expect(clippy::disallowed_methods, reason = "`take` bounds it")]
        (&mut pipe)
            .take(HEAD_BYTES)
            .read_to_end(&mut head)
            .map_err(|source| self.failed(source))?;
        let codec = Codec::sniff(&head);
        if let (Codec::Plain, Some(why)) = (codec, self.why_no_tar(&head)) {
            let path = self.path.clone();
            return Err(ScanError::NotAnArchive { path, why });
        }
        Ok(Cursor::new(head).chain(pipe))
    }

    /// A header that goes on behind the beginning may be one.
    fn why_no_tar(&self, head: &[u8]) -> Option<String> {
        match Tar::new(head, &self.limits).next_member() {
            Ok(Some(_)) | Err(TarError::EndsEarly(_)) => None,
            Ok(None) => Some(what_is_missing(0)),
            Err(other) => Some(other.to_string()),
        }
    }

    /// Returns how much may be kept: never all that is free, since others write there too.
    fn limit(&self) -> (u64, &'static str) {
        let most = self.limits.spool_bytes;
        let free = rustix::fs::fstatvfs(&self.file)
            .map_or(u64::MAX, |disk| disk.f_bavail.saturating_mul(disk.f_frsize));
        let share = free / 10 * 9;
        if share < most {
            (share, ": nine tenths of the space that is free")
        } else {
            (most, "")
        }
    }

    fn failed(&self, source: io::Error) -> ScanError {
        open_error(&self.path, source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spooled(bytes: Vec<u8>, spool_bytes: u64) -> Result<u64, String> {
        let settings = Settings {
            limits: model::Limits {
                spool_bytes,
                ..model::Limits::default()
            },
            manner: model::Manner::Own,
            deadline: Deadline::after(Duration::from_mins(1)),
            now: jiff::Timestamp::UNIX_EPOCH,
            skip: regex::RegexSet::empty(),
            secrets: None,
            hygiene: None,
            vulnerabilities: crate::Telling::Told,
        };
        let pipe = move || Ok(Cursor::new(bytes));
        spool(Path::new("-"), pipe, None, &settings)
            .map(|file| file.metadata().unwrap().len())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn what_cannot_be_an_archive_is_refused_at_its_beginning() {
        let archive = testkit::save(&[testkit::SavedImage::new().tag("a")]).unwrap();
        let len = u64::try_from(archive.len()).unwrap();
        assert_eq!(spooled(archive.clone(), len), Ok(len));
        assert_eq!(
            spooled(archive, len - 1).unwrap_err(),
            format!(
                "-: more than {} bytes came from the pipe, the most that is kept of one",
                len - 1
            ),
        );
        assert_eq!(spooled(b"short".to_vec(), 9), Ok(5));
        for (head, why) in [
            (0, "no manifest.json or index.json among its 0 members"),
            (b'y', "damaged tar header at byte 0"),
        ] {
            let said = spooled(vec![head; 100_000], u64::MAX).unwrap_err();
            assert!(said.starts_with("- is not an image archive: "), "{said}");
            assert!(said.contains(why), "{said}");
        }
    }
}
