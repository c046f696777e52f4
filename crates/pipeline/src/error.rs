//! What ends a scan without a report.

use std::io;
use std::path::PathBuf;

use image::ImageError;

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
    /// The image cannot be read.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// The target is longer or larger than the limits allow.
    #[error("{0}")]
    Limit(String),
}
