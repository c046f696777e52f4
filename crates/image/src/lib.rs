//! From the bytes of an archive or a layout to verified layers and one merged tree.
//!
//! Pure over the [`Blobs`] port: who opens files, folders or registries is not known here.

mod ambiguous;
mod base;
mod choose;
mod config;
mod document;
mod error;
mod layer;
mod named;
mod plan;
mod sources;

pub use choose::{Choice, PlatformChoice};
pub use error::ImageError;
pub use layer::{Inspect, LayerContent, Shown, Wanted, read_contents, read_layer};
pub use named::{Named, index_of, manifests_of};
pub use plan::{ImagePlan, LayerPlan, open};

pub use document::Stored;

use std::io;

/// What can be asked of an archive, a layout or a registry: small documents by name.
///
/// Names are those of members: `manifest.json`, `blobs/sha256/…`. They come from strangers; an
/// implementation must never let one lead out of what it serves.
pub trait Blobs: Sync {
    /// Returns a document, `None` if there is none of that name.
    ///
    /// # Errors
    /// Those of reading it; `FileTooLarge` if it has more than `limit` bytes.
    fn document(&self, name: &str, limit: u64) -> io::Result<Option<Stored>>;
}
