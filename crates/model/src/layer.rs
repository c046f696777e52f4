//! A layer of an image, as its manifest, its configuration and its bytes agree it is.

use serde::{Deserialize, Serialize};

use crate::Digest;

/// A layer whose bytes were verified against both digests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    /// Digest of the bytes as they are stored (compressed or not), computed by us.
    pub digest: Digest,
    /// Bytes as they are stored.
    pub stored_bytes: u64,
    /// Whether the stored bytes are compressed; if not, `digest` equals `diff_id`.
    pub is_compressed: bool,
    /// Digest of the uncompressed tar, computed by us.
    pub diff_id: Digest,
    /// Bytes of the uncompressed tar, padding included.
    pub tar_bytes: u64,
    /// The line of history that made it, without the shell prefix; empty if unknown.
    pub created_by: String,
    /// Whether history shows that it belongs to the base image; `None` if nothing tells.
    pub is_base: Option<bool>,
}
