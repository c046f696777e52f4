//! One layer: from the stream of its tar to a tree, and the content of the files that are wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, Read};

use archive::{Hashing, Member, MemberKind, Tar, TarError, read_at_most, skip_to_end};
use model::{Content, Digest, Entry, Gap, GapKind, Gaps, ImagePath, Keep, Limits, Tree, hides};
use serde::{Deserialize, Serialize};

/// Asks what is to be kept of the file of this name (cleaned, as in [`ImagePath`]), if anything.
pub type Wanted<'a> = &'a (dyn Fn(&str) -> Option<Keep> + Sync);

/// A regular file that flows by.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// Number of its entry.
    pub entry: u32,
    /// Its name as it stands in the tar.
    pub path: &'a [u8],
    /// Its permissions, with those to run as its owner or group.
    pub mode: u16,
    /// Its bytes, or those that are stored of it if these are more.
    pub most_bytes: u64,
}

/// Is shown each regular file while it flows by, once, with its stored bytes, without the holes of a
/// sparse file. What it leaves unread is skipped; its error ends the layer.
pub type Inspect<'a> = &'a mut dyn FnMut(&Shown<'_>, &mut dyn BufRead) -> io::Result<()>;

/// Everything that one layer holds, as far as it matters.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LayerContent {
    /// Digest of the tar.
    pub diff_id: Digest,
    /// Bytes of the tar, padding included.
    pub tar_bytes: u64,
    /// Regular files of the tar, one that it has twice counted twice.
    pub regular_files: u64,
    /// Bytes of these files.
    pub regular_bytes: u64,
    /// Its entries, whiteouts included.
    pub tree: Tree,
    /// Content of the wanted files, by the number of their entry.
    pub files: BTreeMap<u32, Vec<u8>>,
    /// What was not taken.
    pub gaps: Vec<Gap>,
}

const WHITEOUT: &[u8] = b".wh.";
const OPAQUE: &[u8] = b".wh..wh..opq";
/// AUFS's own bookkeeping (`.wh..wh.plnk`, `.wh..wh.aufs`, `.wh..wh.orph`), no whiteouts.
const AUFS: &[u8] = b".wh..wh.";

/// Reads a layer from the stream of its uncompressed tar, to the very end of the stream.
///
/// Entries that a limit refuses, or whose names make no sense, are gaps. The digest is of every
/// byte, those behind the archive's end included.
///
/// # Errors
/// [`TarError`]: the tar is damaged or ends early, the source fails, or `inspect` does.
pub fn read_layer(
    source: impl Read,
    wanted: Wanted<'_>,
    inspect: Inspect<'_>,
    limits: &Limits,
) -> Result<LayerContent, TarError> {
    let mut tar = Tar::new(Hashing::new(source), limits);
    let mut layer = Reading {
        tree: Tree::new(),
        files: BTreeMap::new(),
        files_bytes: 0,
        name: Vec::new(),
        gaps: Gaps::new(limits.gaps_of_a_kind),
        limits,
    };
    let (mut regular_files, mut regular_bytes) = (0_u64, 0_u64);
    let mut number: u32 = 0;
    while tar.next_member()?.is_some() {
        if tar.member().kind == MemberKind::File {
            regular_files = regular_files.saturating_add(1);
            regular_bytes = regular_bytes.saturating_add(tar.member().size);
        }
        if layer.take(&tar, number) {
            layer.show(&mut tar, number, (wanted, &mut *inspect))?;
        }
        number = number.saturating_add(1);
    }
    let mut hashing = tar.into_source();
    skip_to_end(&mut hashing, &mut vec![0; 128 << 10])?;
    let (diff_id, tar_bytes) = hashing.finish();
    if tar_bytes % 512 != 0 {
        // POSIX: an archive is whole blocks; one that is not was cut, if only in its padding
        return Err(TarError::EndsEarly(tar_bytes));
    }
    let gaps = layer.gaps.into_sorted();
    Ok(LayerContent {
        diff_id,
        tar_bytes,
        regular_files,
        regular_bytes,
        tree: layer.tree,
        files: layer.files,
        gaps,
    })
}

/// Reads the content of the entries of these numbers only; for files that only the merged tree
/// shows to be wanted, behind a link. What would go beyond `most_bytes` together, or beyond
/// [`Limits::file_bytes`] alone, is missing.
///
/// # Errors
/// As [`read_layer`].
pub fn read_contents(
    source: impl Read,
    numbers: &[u32],
    most_bytes: u64,
    limits: &Limits,
) -> Result<BTreeMap<u32, Vec<u8>>, TarError> {
    let mut tar = Tar::new(source, limits);
    let wanted: BTreeSet<u32> = numbers.iter().copied().collect();
    let mut files = BTreeMap::new();
    let (mut found, mut left) = (0, most_bytes);
    let mut number: u32 = 0;
    while found < wanted.len() && tar.next_member()?.is_some() {
        if wanted.contains(&number) {
            found += 1;
            let size = tar.member().size.max(tar.member().stored_bytes);
            if let Some(rest) = left.checked_sub(size).filter(|_| size <= limits.file_bytes) {
                left = rest;
                files.insert(number, content(&mut tar, limits)?);
            }
        }
        number = number.saturating_add(1);
    }
    Ok(files)
}

struct Reading<'a> {
    tree: Tree,
    files: BTreeMap<u32, Vec<u8>>,
    files_bytes: u64,
    /// Name of the member that is shown; here to be allocated once.
    name: Vec<u8>,
    gaps: Gaps,
    limits: &'a Limits,
}

impl Reading<'_> {
    /// Takes the metadata of the current member, and says whether it is a file with content.
    fn take<R: Read>(&mut self, tar: &Tar<R>, number: u32) -> bool {
        let member = tar.member();
        if !self.fits(member) {
            return false;
        }
        let (folder, name) = model::split_path(&member.path);
        if name.starts_with(WHITEOUT) {
            self.hide(folder, name);
            return false;
        }
        let entry = entry(member, number);
        if let Err(full) = self
            .tree
            .insert(&member.path, entry, &member.target, self.limits)
        {
            self.refuse(&member.path, &full.to_string(), hides::FILES);
            return false;
        }
        member.kind == MemberKind::File
    }

    /// Keeps the content of the current member if it is wanted, and shows it in any case.
    fn show<R: Read>(
        &mut self,
        tar: &mut Tar<R>,
        number: u32,
        (wanted, inspect): (Wanted<'_>, Inspect<'_>),
    ) -> Result<(), TarError> {
        let member = tar.member();
        let keep = match ImagePath::already(&member.path) {
            Some(path) => wanted(path),
            None => wanted(ImagePath::new(&member.path).as_str()),
        };
        // a sparse file may also store more than it says to be
        let size = member.size.max(member.stored_bytes);
        self.name.clone_from(&member.path);
        let mode = member.mode;
        let shown = |path| Shown {
            entry: number,
            path,
            mode,
            most_bytes: size,
        };
        if let Some(keep) = keep
            && self.has_room(&ImagePath::new(&member.path), size)
        {
            let bytes = content(tar, self.limits)?;
            inspect(&shown(&self.name), &mut bytes.as_slice())?;
            let kept = match keep {
                Keep::Whole => bytes,
                Keep::Part(take) => take(&bytes),
            };
            self.files.insert(number, kept);
            return Ok(());
        }
        Ok(inspect(&shown(&self.name), &mut tar.data())?)
    }

    /// Whether a name is short and plain enough to be taken.
    fn fits(&mut self, member: &Member) -> bool {
        let path = member.path.as_slice();
        let (mut depth, mut leads_up, mut is_named) = (0, false, false);
        for part in path.split(|&byte| byte == b'/') {
            depth += 1;
            leads_up |= part == b"..";
            is_named |= !matches!(part, b"" | b"." | b"..");
        }
        if !is_named && member.kind != MemberKind::Folder {
            self.refuse(path, "it has no name", "a file of the image");
            return false;
        }
        if path.len() > self.limits.path_bytes || depth > self.limits.path_depth {
            self.refuse(
                path,
                "its name is too long or too deep",
                "a file of the image",
            );
            return false;
        }
        if leads_up {
            let why = "its name has `..`; it was taken as a path below the image's root";
            let place = ImagePath::new(path).to_string();
            self.gaps.add(Gap::new(
                GapKind::Unparsed,
                place,
                why,
                "where the file belongs",
            ));
        }
        true
    }

    fn has_room(&mut self, path: &ImagePath, size: u64) -> bool {
        let total = self.files_bytes.saturating_add(size);
        if size > self.limits.file_bytes || total > self.limits.files_bytes {
            let why = format!("its {size} bytes are too many to read whole");
            let hides = hides::CONTENT;
            self.gaps
                .add(Gap::new(GapKind::Limited, path.as_str(), why, hides));
            return false;
        }
        self.files_bytes = total;
        true
    }

    fn hide(&mut self, folder: &[u8], name: &[u8]) {
        let hidden = name.strip_prefix(WHITEOUT).unwrap_or_default();
        let done = if name == OPAQUE {
            self.tree.opaque(folder, self.limits)
        } else if name.starts_with(AUFS) {
            return;
        } else if matches!(hidden, b"" | b"." | b"..") {
            let why = "a whiteout that names nothing was ignored";
            self.gaps.add(Gap::new(
                GapKind::Unparsed,
                readable(folder),
                why,
                "a deleted file",
            ));
            return;
        } else {
            self.tree.whiteout(&[folder, hidden].concat(), self.limits)
        };
        if let Err(full) = done {
            self.refuse(folder, &full.to_string(), "that files were deleted");
        }
    }

    fn refuse(&mut self, path: &[u8], why: &str, hides: &str) {
        self.gaps
            .add(Gap::new(GapKind::Limited, readable(path), why, hides));
    }
}

/// Shows the beginning of a name that may be a megabyte long.
fn readable(path: &[u8]) -> String {
    let shown = ImagePath::new(path.get(..200).unwrap_or(path)).to_string();
    if path.len() > 200 {
        format!("{shown}…")
    } else {
        shown
    }
}

fn entry(member: &Member, number: u32) -> Entry {
    Entry {
        kind: member.kind.into(),
        mode: member.mode,
        uid: member.uid,
        gid: member.gid,
        size: member.size,
        has_capabilities: member.has_capabilities,
        mtime: member.mtime,
        content: Content {
            layer: 0,
            entry: number,
        },
    }
}

/// Reads the current member whole, the holes of a sparse file as zeros.
fn content<R: Read>(tar: &mut Tar<R>, limits: &Limits) -> Result<Vec<u8>, TarError> {
    let member = tar.member().clone();
    let stored = read_at_most(tar.data(), limits.file_bytes)?;
    if member.parts.is_empty() && member.stored_bytes == member.size {
        return Ok(stored);
    }
    let size = usize::try_from(member.size.min(limits.file_bytes)).unwrap_or(0);
    let mut whole = vec![0; size];
    let mut rest = &stored[..];
    for (offset, len) in member.parts {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let len = usize::try_from(len).unwrap_or(usize::MAX).min(rest.len());
        let (part, after) = rest.split_at_checked(len).unwrap_or((rest, &[]));
        let place = whole.get_mut(offset..offset.saturating_add(len));
        if let Some(place) = place {
            place.copy_from_slice(part);
        }
        rest = after;
    }
    Ok(whole)
}
