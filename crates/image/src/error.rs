//! What keeps an image from being read, with the place and the numbers.

use std::io;

use archive::TarError;
use model::Digest;

/// An image cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// Bytes are not those that their name promises.
    #[error("{what}: digest is {got}, but {claim} says {want}")]
    DigestMismatch {
        /// What was read.
        what: String,
        /// Who promised.
        claim: &'static str,
        /// What was promised.
        want: Digest,
        /// What the bytes have.
        got: Digest,
    },
    /// A blob is longer or shorter than its descriptor says.
    #[error("{what}: {got} bytes are stored, but its descriptor says {want}")]
    SizeMismatch {
        /// What was read.
        what: String,
        /// What was promised.
        want: u64,
        /// What is there.
        got: u64,
    },
    /// Something that is named is not there.
    #[error("{what} is missing from the archive ({named_by} names it)")]
    Missing {
        /// The name.
        what: String,
        /// Who names it.
        named_by: String,
    },
    /// A document makes no sense.
    #[error("{what}: {why}")]
    Malformed {
        /// Which document.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// Manifest and configuration disagree.
    #[error("{manifest} has {layers} layers, but its configuration names {diff_ids} diffIDs")]
    LayerCount {
        /// The manifest.
        manifest: String,
        /// Layers in the manifest.
        layers: usize,
        /// diffIDs in the configuration.
        diff_ids: usize,
    },
    /// The manifest describes something else than an image.
    #[error("{what} is no container image but an artifact of type {kind}")]
    Artifact {
        /// The manifest.
        what: String,
        /// Its type.
        kind: String,
    },
    /// Neither a layout nor a saved archive.
    #[error("no image here: neither index.json nor manifest.json names one")]
    NoImage,
    /// The index names nothing but what builders say about images.
    #[error("no image here: index.json names attestations only")]
    OnlyAttestations,
    /// More than one image, and nothing chooses.
    #[error("the archive holds several images; choose one by tag, digest or number")]
    Several {
        /// One line for each image.
        list: Vec<String>,
    },
    /// Nothing matches the choice.
    #[error("no image here is called `{name}`")]
    NoSuchImage {
        /// What was asked for.
        name: String,
        /// One line for each image.
        list: Vec<String>,
    },
    /// No image for the platform.
    #[error("no image here is for {wanted}")]
    NoSuchPlatform {
        /// What was asked for.
        wanted: String,
        /// One line for each image.
        list: Vec<String>,
    },
    /// A limit ended the reading.
    #[error("{what}: more than {limit} {unit}")]
    Limit {
        /// Where.
        what: String,
        /// The limit.
        limit: u64,
        /// Of what.
        unit: &'static str,
    },
    /// A layer's tar cannot be read.
    #[error("{what}: {source}")]
    Tar {
        /// The layer.
        what: String,
        /// Why.
        source: TarError,
    },
    /// Reading failed.
    #[error("{what}: {source}")]
    Io {
        /// What was read.
        what: String,
        /// Why.
        source: io::Error,
    },
}

impl ImageError {
    /// Returns the lines that list what is there, for errors about a choice.
    pub fn list(&self) -> &[String] {
        match self {
            Self::Several { list }
            | Self::NoSuchImage { list, .. }
            | Self::NoSuchPlatform { list, .. } => list,
            Self::DigestMismatch { .. }
            | Self::SizeMismatch { .. }
            | Self::Missing { .. }
            | Self::Malformed { .. }
            | Self::LayerCount { .. }
            | Self::Artifact { .. }
            | Self::NoImage
            | Self::OnlyAttestations
            | Self::Limit { .. }
            | Self::Tar { .. }
            | Self::Io { .. } => &[],
        }
    }
}
