//! An unpacked root file system as a tree, without ever following a link out of it.

mod inspect;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use archive::read_at_most;
use model::{Content, Entry, EntryKind, Gap, GapKind, Gaps, ImagePath, Tree, hides};
use rustix::fs::{Mode, OFlags};

use crate::contents::Contents;
use crate::{ScanError, Settings};

pub(crate) use inspect::{inspect, reread};

/// Folders over which a running system mounts what the kernel makes up. In an unpacked image they are
/// folders as any other.
const KERNELS: [&str; 3] = ["proc", "sys", "dev"];

/// Walks the folder. Entries are numbered in the order of the walk, which [`contents`] repeats.
pub(crate) fn walk(root: &Path, settings: &Settings) -> Result<(Tree, Vec<Gap>), ScanError> {
    let failed = |source| ScanError::Open {
        path: root.to_owned(),
        source,
    };
    let top = fs::metadata(root).map_err(failed)?;
    if !top.is_dir() {
        let not_a_folder = io::Error::new(io::ErrorKind::NotADirectory, "it is no folder");
        return Err(failed(not_a_folder));
    }
    let mut walk = Walk {
        tree: Tree::new(),
        gaps: Gaps::new(settings.limits.gaps_of_a_kind),
        number: 0,
        device: top.dev(),
        kernels: Vec::new(),
        settings,
    };
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        settings.deadline.check().map_err(failed)?;
        let entries = match fs::read_dir(root.join(&folder)) {
            Err(error) if folder.as_os_str().is_empty() => return Err(failed(error)),
            Err(error) => {
                walk.gap(&folder, &error);
                continue;
            }
            Ok(entries) => entries,
        };
        let mut names = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => names.push(entry.file_name()),
                Err(error) => walk.gap(&folder, &error),
            }
        }
        names.sort();
        for name in names {
            let path = folder.join(&name);
            if walk.take(root, &path) {
                folders.push(path);
            }
        }
    }
    walk.say_what_the_kernel_makes_up();
    Ok((walk.tree, walk.gaps.into_sorted()))
}

struct Walk<'a> {
    tree: Tree,
    gaps: Gaps,
    number: u32,
    /// The file system of the root.
    device: u64,
    /// File systems of the kernel that were met.
    kernels: Vec<&'static str>,
    settings: &'a Settings,
}

impl Walk<'_> {
    /// Takes one entry and says whether it is a folder to go into.
    fn take(&mut self, root: &Path, path: &Path) -> bool {
        let full = root.join(path);
        let known = fs::symlink_metadata(&full).and_then(|meta| {
            let target = meta.is_symlink().then(|| fs::read_link(&full));
            Ok((meta, target.transpose()?.unwrap_or_default()))
        });
        let (meta, target) = match known {
            Ok(known) => known,
            Err(error) => {
                self.gap(path, &error);
                return false;
            }
        };
        let entry = self.entry(&meta);
        let name = path.as_os_str().as_bytes();
        let target = target.as_os_str().as_bytes();
        if let Err(full) = self.tree.insert(name, entry, target, &self.settings.limits) {
            self.gap(path, &io::Error::other(full));
            return false;
        }
        if let Some(kernels) = kernels(path, meta.dev(), self.device) {
            self.kernels.push(kernels);
            return false;
        }
        meta.is_dir()
    }

    fn say_what_the_kernel_makes_up(&mut self) {
        if let [first, ..] = self.kernels[..] {
            let names = self.kernels.join(", ");
            let why = format!("file systems of the running kernel were not looked at: {names}");
            let hides = "files of the image below them";
            self.gaps.add(Gap::new(GapKind::Unread, first, why, hides));
        }
    }

    fn entry(&mut self, meta: &Metadata) -> Entry {
        let number = self.number;
        self.number = number.saturating_add(1);
        let kind = if meta.is_dir() {
            EntryKind::Folder
        } else if meta.is_symlink() {
            EntryKind::Symlink
        } else if meta.is_file() {
            EntryKind::File
        } else {
            EntryKind::Special
        };
        Entry {
            kind,
            mode: u16::try_from(meta.mode() & 0o7777).unwrap_or(0),
            uid: meta.uid(),
            gid: meta.gid(),
            size: if meta.is_file() { meta.len() } else { 0 },
            // an unpacked root seldom keeps them
            has_capabilities: false,
            mtime: u32::try_from(meta.mtime()).unwrap_or(0),
            content: Content {
                layer: 0,
                entry: number,
            },
        }
    }

    fn gap(&mut self, path: &Path, error: &io::Error) {
        let place = ImagePath::new(path.as_os_str().as_bytes()).to_string();
        self.gaps.add(Gap::new(
            GapKind::Unread,
            place,
            error.to_string(),
            hides::FILES,
        ));
    }
}

/// Returns the name of a folder over which something is mounted that holds no files of the image.
fn kernels(path: &Path, device: u64, of_root: u64) -> Option<&'static str> {
    let is_it = |name: &&&str| path == Path::new(name);
    let known = KERNELS.iter().find(is_it)?;
    (device != of_root).then_some(*known)
}

/// Reads the files at these places; their paths come from the tree, so no link is among them.
pub(crate) fn contents(
    root: &Path,
    tree: &Tree,
    places: &[Content],
    settings: &Settings,
) -> (Contents<'static>, Vec<Gap>) {
    let mut paths: BTreeMap<Content, Vec<u8>> = BTreeMap::new();
    tree.walk(|path, entry, _| {
        if entry.kind == EntryKind::File && places.binary_search(&entry.content).is_ok() {
            paths.insert(entry.content, path.to_vec());
        }
    });
    let mut gaps = Gaps::new(settings.limits.gaps_of_a_kind);
    let mut contents = BTreeMap::new();
    let mut left = settings.limits.files_bytes;
    for (place, path) in paths {
        let limit = settings.limits.file_bytes.min(left);
        match read(&root.join(OsStr::from_bytes(&path)), limit) {
            Ok(bytes) => {
                left = left.saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
                contents.insert(place, bytes);
            }
            Err(error) => {
                let place = ImagePath::new(&path).to_string();
                let hides = "packages or the operating system";
                gaps.add(Gap::new(GapKind::Unread, place, error.to_string(), hides));
            }
        }
    }
    (Contents::of(contents), gaps.into_sorted())
}

/// Reads a whole file.
pub(crate) fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    read_at_most(open(path)?, limit)
}

/// Opens without following a link or waiting for a pipe, should the folder change meanwhile.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    Ok(File::from(rustix::fs::open(path, flags, Mode::empty())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_mounted_over_the_kernels_folders_is_left_out() {
        for (path, device, want) in [
            ("proc", 2, Some("proc")),
            ("dev", 3, Some("dev")),
            ("proc", 1, None),
            ("srv", 2, None),
            ("srv/proc", 2, None),
        ] {
            assert_eq!(kernels(Path::new(path), device, 1), want, "{path} {device}");
        }
    }
}
