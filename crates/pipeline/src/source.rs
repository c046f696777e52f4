//! What images come from: an archive, a folder, or a pipe, told apart by looking; or a registry.

mod folder;
mod remote;
mod seekable;
mod spool;
mod streamed;

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _};
use std::path::{Path, PathBuf};

use archive::{Codec, SNIFF_BYTES};
use image::{Blobs, ImageError, LayerPlan, PlatformChoice};
use model::{Gap, ImageName};
use registry::{Access, Blob};

use crate::{Cache, ScanError, Settings};

use spool::spool;

pub(crate) use remote::Remote;
pub(crate) use seekable::Stored;
pub(crate) use streamed::Streamed;

/// Where an image is to be read from.
#[derive(Debug)]
pub enum Source {
    /// A registry.
    Registry(Box<(ImageName, Access)>),
    /// The store of an engine on this machine, behind this socket.
    Engine(PathBuf, ImageName),
    /// A file or a folder.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

/// An opened source: documents by name, and layers.
#[derive(Debug)]
pub(crate) enum Archive {
    /// An OCI layout in a folder.
    Folder(folder::Folder),
    /// A plain tar, whose members are read where they lie.
    Seekable(seekable::Seekable),
    /// A compressed tar, read through once.
    Streamed(Streamed),
    /// An image in a registry.
    Remote(Box<Remote>),
}

/// The stored bytes of a layer, from wherever they come.
#[derive(Debug)]
pub(crate) enum Bytes<'a> {
    /// On this machine: to be read again at no cost.
    Local(Stored),
    /// In a registry: asked for with the first read. The count is what the manifest promises.
    Remote(Box<Blob<'a>>, u64),
}

impl Bytes<'_> {
    /// Returns how many bytes there are to read.
    pub(crate) const fn len(&self) -> u64 {
        match self {
            Self::Local(stored) => stored.len(),
            Self::Remote(_, stored_bytes) => *stored_bytes,
        }
    }
}

impl io::Read for Bytes<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Local(stored) => stored.read(buffer),
            Self::Remote(blob, _) => blob.read(buffer),
        }
    }
}

impl Source {
    /// Returns the name and the way to the registry, if it is one.
    pub(crate) fn registry(&self) -> Option<&(ImageName, Access)> {
        match self {
            Self::Registry(named) => Some(named),
            Self::Engine(..) | Self::Path(_) | Self::Stdin => None,
        }
    }

    /// Opens it and tells what it is.
    pub(crate) fn open(
        &self,
        platform: &PlatformChoice,
        cache: Option<&Cache>,
        settings: &Settings,
    ) -> Result<Archive, ScanError> {
        match self {
            Self::Registry(named) => {
                let (name, access) = &**named;
                let remote = Remote::open(name, access, platform, &settings.limits)?;
                Ok(Archive::Remote(Box::new(remote)))
            }
            Self::Engine(socket, name) => {
                let (path, name, deadline) = (socket.clone(), name.clone(), settings.deadline);
                let save = move || registry::engine_save(&path, &name, deadline);
                let file = spool(socket, save, cache, settings)?;
                open_file(socket, file, cache, settings)
            }
            Self::Path(path) => open_path(path, cache, settings),
            Self::Stdin => {
                let path = Path::new("-");
                let file = spool(path, || Ok(io::stdin()), cache, settings)?;
                open_file(path, file, cache, settings)
            }
        }
    }
}

fn open_path(
    path: &Path,
    cache: Option<&Cache>,
    settings: &Settings,
) -> Result<Archive, ScanError> {
    let failed = |source| open_error(path, source);
    // asked before it is opened: that of a named pipe waits for a writer
    let meta = fs::metadata(path).map_err(failed)?;
    if meta.is_dir() {
        fs::read_dir(path).map_err(failed)?;
        let folder = folder::Folder::new(path.to_owned());
        if !folder.names_images() {
            return Err(ScanError::NotALayout(path.to_owned()));
        }
        return Ok(Archive::Folder(folder));
    }
    if meta.is_file() {
        let file = File::open(path).map_err(failed)?;
        return open_file(path, file, cache, settings);
    }
    let pipe = path.to_owned();
    let file = spool(path, || File::open(pipe), cache, settings)?;
    open_file(path, file, cache, settings)
}

fn open_file(
    path: &Path,
    mut file: File,
    cache: Option<&Cache>,
    settings: &Settings,
) -> Result<Archive, ScanError> {
    let failed = |source| open_error(path, source);
    let mut head = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "`take` bounds it")]
    (&file)
        .take(u64::try_from(SNIFF_BYTES).unwrap_or(0))
        .read_to_end(&mut head)
        .map_err(failed)?;
    file.rewind().map_err(failed)?;
    match Codec::sniff(&head) {
        Codec::Plain => seekable::Seekable::index(path, file, settings).map(Archive::Seekable),
        codec @ (Codec::Gzip | Codec::Zstd | Codec::Xz | Codec::Bzip2) => {
            Streamed::open(path, file, codec, cache, settings).map(Archive::Streamed)
        }
    }
}

fn open_error(path: &Path, source: io::Error) -> ScanError {
    ScanError::Open {
        path: path.to_owned(),
        source,
    }
}

impl Blobs for Archive {
    fn document(&self, name: &str, limit: u64) -> io::Result<Option<image::Stored>> {
        match self {
            Self::Folder(folder) => folder.document(name, limit),
            Self::Seekable(seekable) => seekable.document(name, limit),
            Self::Streamed(streamed) => streamed.document(name, limit),
            Self::Remote(remote) => remote.document(name, limit),
        }
    }
}

impl Archive {
    /// Returns the stored bytes of a layer; `None` if it is not here, or only in a stream.
    pub(crate) fn stored(&self, plan: &LayerPlan) -> io::Result<Option<Bytes<'_>>> {
        let name = &plan.member;
        match self {
            Self::Folder(folder) => Ok(folder.stored(name)?.map(Bytes::Local)),
            Self::Seekable(seekable) => Ok(seekable.stored(name).map(Bytes::Local)),
            Self::Streamed(_) => Ok(None),
            Self::Remote(remote) => {
                let promised = plan.digest.zip(plan.stored_bytes);
                Ok(promised.map(|(digest, stored_bytes)| {
                    let blob = Box::new(remote.layer(digest, stored_bytes));
                    Bytes::Remote(blob, stored_bytes)
                }))
            }
        }
    }

    /// Says whether who gave the image proved who it is.
    pub(crate) fn gap(&self) -> Option<Gap> {
        match self {
            Self::Folder(_) | Self::Seekable(_) | Self::Streamed(_) => None,
            Self::Remote(remote) => remote.gap(),
        }
    }

    /// Says of bytes that are not what they should be which registry gave them.
    pub(crate) fn blame(&self, error: ScanError) -> ScanError {
        match (self, error) {
            (
                Self::Remote(remote),
                ScanError::Image(
                    source @ (ImageError::SizeMismatch { .. }
                    | ImageError::DigestMismatch { .. }
                    | ImageError::Missing { .. }),
                ),
            ) => ScanError::Pulled {
                from: remote.place(),
                source: Box::new(source),
            },
            (_, error) => error,
        }
    }

    /// Returns the names that a registry has for the image: with its tag, and with its digest.
    pub(crate) fn known_as(&self) -> Option<(Option<String>, String)> {
        match self {
            Self::Folder(_) | Self::Seekable(_) | Self::Streamed(_) => None,
            Self::Remote(remote) => Some(remote.known_as()),
        }
    }
}

/// Why a tar with these members is no image archive, for the error.
fn what_is_missing(members: usize) -> String {
    format!(
        "no manifest.json or index.json among its {members} members; to scan a directory use: rootfs"
    )
}
