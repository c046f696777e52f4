//! The list that `docker save` writes: `manifest.json`.
//!
//! ```json
//! [{"Config":"<hex>.json","RepoTags":["alpine:3.10"],"Layers":["<id>/layer.tar"]}]
//! ```

use model::{Digest, Limits};

use super::{Candidate, Manifest};
use crate::document::{self, Saved};
use crate::{Blobs, ImageError, config};

const NAME: &str = "manifest.json";

/// Lists the images of `manifest.json`; none if there is no such member.
pub(super) fn list(blobs: &dyn Blobs, limits: &Limits) -> Result<Vec<Candidate>, ImageError> {
    let Some(list) = document::read(blobs, NAME, limits.manifest_bytes)? else {
        return Ok(Vec::new());
    };
    let saved: Vec<Saved> = document::parse(&list.bytes, NAME)?;
    if saved.len() > limits.index_entries {
        let limit = u64::try_from(limits.index_entries).unwrap_or(u64::MAX);
        return Err(ImageError::Limit {
            what: NAME.to_owned(),
            limit,
            unit: "images",
        });
    }
    saved
        .into_iter()
        .map(|saved| candidate(blobs, saved, limits))
        .collect()
}

fn candidate(blobs: &dyn Blobs, saved: Saved, limits: &Limits) -> Result<Candidate, ImageError> {
    let name = &saved.config;
    let stored =
        document::read(blobs, name, limits.config_bytes)?.ok_or_else(|| ImageError::Missing {
            what: name.clone(),
            named_by: NAME.to_owned(),
        })?;
    let id = stored.digest;
    if let Some(want) = promised(name)
        && want != id
    {
        return Err(ImageError::DigestMismatch {
            what: name.clone(),
            claim: "its name",
            want,
            got: id,
        });
    }
    let (config, _gap) = config::parse(&stored.bytes, name)?;
    Ok(Candidate {
        names: saved.repo_tags.clone(),
        tags: saved.repo_tags,
        digests: vec![id],
        platform: config::platform(&config),
        manifest: Manifest::Saved {
            config: saved.config,
            layers: saved.layers,
        },
    })
}

/// Returns the digest that a member's name promises: `<hex>.json`, `blobs/sha256/<hex>`.
pub(crate) fn promised(name: &str) -> Option<Digest> {
    let last = name.rsplit('/').next()?;
    Digest::from_hex(last.strip_suffix(".json").unwrap_or(last)).ok()
}
