//! The files of an unpacked root, looked at on all cores.

use std::ffi::OsStr;
use std::io;
use std::num::NonZero;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::thread;

use image::Shown;
use model::{EntryKind, Gap, GapKind, ImagePath, Tree};

use super::open;
use crate::layers::{Inspected, Inspector};
use crate::secrets::{Digests, Lying, digests_of};
use crate::timed::Timed;
use crate::{ScanError, Settings};

/// A file: the number of its entry, its name, its permissions and its size.
type Named = (u32, Vec<u8>, u16, u64);

/// Looks at every file of the tree, which was walked below `root`.
///
/// # Errors
/// [`ScanError`]: the time is over.
pub(crate) fn inspect(
    root: &Path,
    tree: &Tree,
    settings: &Settings,
) -> Result<Inspected, ScanError> {
    let mut all = Inspected::default();
    if settings.secrets.is_none() && settings.hygiene.is_none() {
        return Ok(all);
    }
    let mut files: Vec<Named> = Vec::new();
    tree.walk(|path, entry, _| {
        if entry.kind == EntryKind::File && entry.size > 0 {
            let (number, mode) = (entry.content.entry, entry.mode);
            files.push((number, path.to_vec(), mode, entry.size));
        }
    });
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = files.len().div_ceil(threads).max(1);
    let found: io::Result<Vec<Inspected>> = thread::scope(|scope| {
        let look = |files| move || look(root, files, settings);
        let shares: Vec<_> = files
            .chunks(share)
            .map(|files| scope.spawn(look(files)))
            .collect();
        let panicked = |_| Err(io::Error::other("a thread of the scan ended early"));
        let done = shares
            .into_iter()
            .map(|share| share.join().unwrap_or_else(panicked));
        done.collect()
    });
    let found = found.map_err(|source| ScanError::Open {
        path: root.to_owned(),
        source,
    })?;
    for part in found {
        all.append(part);
    }
    Ok(all)
}

fn look(root: &Path, files: &[Named], settings: &Settings) -> io::Result<Inspected> {
    let mut inspector = Inspector::new(settings);
    for (entry, path, mode, size) in files {
        settings.deadline.check()?;
        let full = root.join(OsStr::from_bytes(path));
        let shown = Shown {
            entry: *entry,
            path,
            mode: *mode,
            most_bytes: *size,
        };
        let done = open(&full).and_then(|mut file| inspector.look(&shown, &mut file));
        if let Err(error) = done {
            let place = ImagePath::new(path).to_string();
            let why = error.to_string();
            let hides = match settings.secrets {
                Some(_) => "secrets",
                None => "flaws of the image",
            };
            inspector.note(Gap::new(GapKind::Unread, place, why, hides));
        }
    }
    Ok(inspector.finish())
}

/// Reads files again for their checksums.
pub(crate) fn reread(root: &Path, files: &[&Lying<'_>], settings: &Settings) -> Digests {
    let digest = |file: &&Lying<'_>| {
        let timed = Timed {
            source: open(&root.join(file.file.path.as_str())).ok()?,
            deadline: settings.deadline,
        };
        Some((file.content(), digests_of(timed).ok()?))
    };
    files.iter().filter_map(digest).collect()
}
