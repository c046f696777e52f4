//! The images that an archive or a layout holds, before one is chosen.

mod layout;
mod saved;

pub(crate) use saved::promised;

use model::{Digest, Limits, Platform};

use crate::document::Descriptor;
use crate::{Blobs, ImageError};

/// An image that could be meant.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    /// Names by which it can be chosen, the most complete first.
    pub(crate) names: Vec<String>,
    /// Names as `docker save` lists them; what reports show.
    pub(crate) tags: Vec<String>,
    /// Digests by which it can be chosen: manifest, the indexes above it, configuration.
    pub(crate) digests: Vec<Digest>,
    /// What it runs on.
    pub(crate) platform: Platform,
    /// How to read it.
    pub(crate) manifest: Manifest,
}

/// How an archive describes an image.
#[derive(Debug, Clone)]
pub(crate) enum Manifest {
    /// By an OCI or Docker manifest.
    Oci {
        /// Digest of the manifest.
        digest: Digest,
        /// Its configuration.
        config: Descriptor,
        /// Its layers.
        layers: Vec<Descriptor>,
    },
    /// By an entry of `manifest.json`.
    Saved {
        /// Member with the configuration.
        config: String,
        /// Members with the layers.
        layers: Vec<String>,
    },
}

/// Lists the images that are here.
///
/// `index.json` comes first, since its descriptors promise digests and sizes; `manifest.json` adds
/// the tags, and the images that the index does not name: Docker 25.0 wrote `"manifests": null`, and
/// whoever loads an archive by the one list must not get what the other hides.
pub(crate) fn list(blobs: &dyn Blobs, limits: &Limits) -> Result<Vec<Candidate>, ImageError> {
    let listed = layout::list(blobs, limits)?;
    let mut found = listed.images;
    for saved in saved::list(blobs, limits)? {
        let config = saved.digests.last().copied();
        let mut same = found
            .iter_mut()
            .filter(|image| image.digests.last().copied() == config);
        match same.next() {
            Some(image) => add_tags(image, saved.tags),
            None => found.push(saved),
        }
    }
    if found.is_empty() && listed.attestations > 0 {
        return Err(ImageError::OnlyAttestations);
    }
    Ok(found)
}

fn add_tags(image: &mut Candidate, tags: Vec<String>) {
    let mut names = tags.clone();
    names.extend(image.names.drain(..).filter(|name| !tags.contains(name)));
    image.names = names;
    image.tags = tags;
}
