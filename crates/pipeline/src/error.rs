//! What ends a scan without a report.

use std::io;
use std::path::PathBuf;

use image::ImageError;
use registry::RegistryError;

/// A scan could not be finished.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScanError {
    /// The target cannot be opened or read.
    #[error("{path}: {source}", path = .path.display())]
    Open {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is something else.
    #[error("{path} is not an image archive: {why}", path = .path.display())]
    NotAnArchive {
        /// The file.
        path: PathBuf,
        /// What is missing.
        why: String,
    },
    /// The folder is something else.
    #[error("{path} is no OCI layout: it has neither index.json nor manifest.json", path = .0.display())]
    NotALayout(PathBuf),
    /// The image cannot be pulled.
    #[error(transparent)]
    Registry(#[from] Box<RegistryError>),
    /// The image cannot be read.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// What a registry gave is not the image that its manifest promises.
    #[error("{from}: {source}")]
    Pulled {
        /// The registry and the repository.
        from: String,
        /// What is wrong.
        source: Box<ImageError>,
    },
    /// The file trees of all layers need more memory than they may have.
    #[error("the file trees of all layers take more than {limit} bytes together (--memory)")]
    Memory {
        /// What they may have.
        limit: usize,
    },
    /// What came from a pipe does not fit where it is kept while it is read.
    #[error("{path}: more than {limit} bytes came from the pipe, the most that is kept of one{why}", path = .path.display())]
    Spool {
        /// The pipe.
        path: PathBuf,
        /// What may be kept.
        limit: u64,
        /// Where the limit comes from; may be empty.
        why: &'static str,
    },
    /// Trivy, in whose manner the scan is made, ends with an error here.
    #[error("{0}")]
    Refused(String),
    /// The target is longer or larger than the limits allow.
    #[error("{0}")]
    Limit(String),
}
