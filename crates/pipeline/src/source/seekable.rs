//! A plain tar: its members are found once and then read where they lie, by several threads.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;

use archive::{MemberKind, Tar, TarError, read_at_most};
use image::Blobs;
use model::ImagePath;

use super::{open_error, what_is_missing};
use crate::{ScanError, Settings};

/// A tar file with the places of its members.
#[derive(Debug)]
pub(crate) struct Seekable {
    file: Arc<File>,
    members: Members<(u64, u64)>,
}

/// Members of an archive by their cleaned names, links followed.
#[derive(Debug)]
pub(crate) struct Members<T> {
    pub(crate) files: BTreeMap<String, T>,
    pub(crate) links: BTreeMap<String, String>,
    /// The first document that is there twice.
    pub(crate) twice: Option<String>,
}

/// Some bytes of a file, read without moving its position.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    file: Arc<File>,
    offset: u64,
    left: u64,
}

impl Seekable {
    /// Finds the members of a tar.
    pub(crate) fn index(path: &Path, file: File, settings: &Settings) -> Result<Self, ScanError> {
        let failed = |source| open_error(path, source);
        let bytes = file.metadata().map_err(failed)?.len();
        let not_a_tar = |error: TarError| {
            if let TarError::Io(source) = error {
                return failed(source);
            }
            ScanError::NotAnArchive {
                path: path.to_owned(),
                why: error.to_string(),
            }
        };
        let mut tar = Tar::new(&file, &settings.limits);
        let mut members = Members::default();
        let mut count = 0;
        while tar.next_member().map_err(not_a_tar)?.is_some() {
            settings.deadline.check().map_err(failed)?;
            count += 1;
            if count > settings.limits.archive_entries {
                let text = format!("{}: more than {count} members", path.display());
                return Err(ScanError::Limit(text));
            }
            let member = tar.member();
            members.add(member, (member.offset, member.stored_bytes));
            tar.seek_past_data(bytes).map_err(not_a_tar)?;
        }
        members.check(path)?;
        Ok(Self {
            file: Arc::new(file),
            members,
        })
    }

    pub(crate) fn stored(&self, name: &str) -> Option<Stored> {
        let &(offset, left) = self.members.get(name)?;
        Some(Stored {
            file: Arc::clone(&self.file),
            offset,
            left,
        })
    }
}

impl<T> Default for Members<T> {
    fn default() -> Self {
        Self {
            files: BTreeMap::new(),
            links: BTreeMap::new(),
            twice: None,
        }
    }
}

impl<T> Members<T> {
    /// Notes a member; the last of a name counts, as when it is unpacked.
    pub(crate) fn add(&mut self, member: &archive::Member, value: T) {
        let name = ImagePath::new(&member.path).to_string();
        // blobs prove themselves by their digests, layers by their diffIDs
        if is_document(&name) && (self.files.contains_key(&name) || self.links.contains_key(&name))
        {
            self.twice.get_or_insert_with(|| name.clone());
        }
        match member.kind {
            MemberKind::File => {
                self.links.remove(&name);
                self.files.insert(name, value);
            }
            MemberKind::Symlink => {
                let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
                let target = [folder.as_bytes(), b"/", &member.target].concat();
                self.links.insert(name, ImagePath::new(&target).to_string());
            }
            MemberKind::HardLink => {
                self.links
                    .insert(name, ImagePath::new(&member.target).to_string());
            }
            MemberKind::Folder | MemberKind::Special => {}
        }
    }

    /// Returns the member of this name. Links lead to other members only, never to the host.
    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        self.files.get(&self.resolve(name)?)
    }

    /// Returns the name of the member that `name` leads to.
    pub(crate) fn resolve(&self, name: &str) -> Option<String> {
        let mut name = ImagePath::new(name.as_bytes()).to_string();
        for _ in 0..40 {
            match self.links.get(&name) {
                Some(target) => name.clone_from(target),
                None => return Some(name),
            }
        }
        None
    }

    /// Proves that one document, and only one, says what images are here.
    ///
    /// # Errors
    /// None does; or one is there twice, of which some readers take the first, others the last.
    pub(crate) fn check(&self, path: &Path) -> Result<(), ScanError> {
        let names_images = |name| self.get(name).is_some();
        let why = if let Some(name) = &self.twice {
            format!("it holds `{name}` twice, and readers disagree which one counts")
        } else if names_images("manifest.json") || names_images("index.json") {
            return Ok(());
        } else {
            what_is_missing(self.files.len())
        };
        Err(ScanError::NotAnArchive {
            path: path.to_owned(),
            why,
        })
    }
}

/// Whether a member says what images are here, or is the configuration of one.
fn is_document(name: &str) -> bool {
    let is_json = name.as_bytes().ends_with(b".json");
    is_json && !name.contains('/')
}

impl Stored {
    pub(crate) const fn new(file: Arc<File>, offset: u64, left: u64) -> Self {
        Self { file, offset, left }
    }

    /// Returns all of a file.
    pub(crate) fn whole(file: File) -> io::Result<Self> {
        let bytes = file.metadata()?.len();
        Ok(Self::new(Arc::new(file), 0, bytes))
    }

    /// Returns how many bytes are left to read.
    pub(crate) const fn len(&self) -> u64 {
        self.left
    }
}

impl Read for Stored {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let want = buffer
            .len()
            .min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let count = self
            .file
            .read_at(buffer.get_mut(..want).unwrap_or_default(), self.offset)?;
        if count == 0 && want > 0 {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the archive ends early",
            ));
        }
        let count_u64 = u64::try_from(count).unwrap_or(u64::MAX);
        self.offset = self.offset.saturating_add(count_u64);
        self.left = self.left.saturating_sub(count_u64);
        Ok(count)
    }
}

impl Blobs for Seekable {
    fn document(&self, name: &str, limit: u64) -> io::Result<Option<image::Stored>> {
        let Some(stored) = self.stored(name) else {
            return Ok(None);
        };
        Ok(Some(image::Stored::new(read_at_most(stored, limit)?)))
    }
}
