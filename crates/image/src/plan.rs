//! What has to be read to know an image: its configuration is known, its layers are not yet.

use model::{Digest, Gap, GapKind, ImageConfig, Limits, Platform};

use crate::document::{self, Descriptor};
use crate::sources::{self, Candidate, Manifest};
use crate::{Blobs, Choice, ImageError, base, choose, config};

/// An image whose manifest and configuration are verified.
#[derive(Debug, Clone)]
pub struct ImagePlan {
    /// Digest of the configuration: the image id.
    pub id: Digest,
    /// Digest of the manifest, if there is one.
    pub manifest: Option<Digest>,
    /// The configuration.
    pub config: ImageConfig,
    /// What it runs on.
    pub platform: Platform,
    /// Names as `docker save` lists them.
    pub tags: Vec<String>,
    /// The layers, lowest first.
    pub layers: Vec<LayerPlan>,
    /// What index and configuration say differently.
    pub gaps: Vec<Gap>,
}

/// A layer as manifest and configuration describe it; nothing of it is proved yet.
#[derive(Debug, Clone)]
pub struct LayerPlan {
    /// Member that stores it.
    pub member: String,
    /// Digest of the stored bytes, if something promises one.
    pub digest: Option<Digest>,
    /// Count of the stored bytes, if something promises one.
    pub stored_bytes: Option<u64>,
    /// Digest of the uncompressed tar, by the configuration.
    pub diff_id: Digest,
    /// The line of history that made it; empty if unknown.
    pub created_by: String,
    /// Whether history shows that it belongs to the base image.
    pub is_base: Option<bool>,
}

/// Opens the image that is meant; several only for [`crate::PlatformChoice::All`].
///
/// # Errors
/// [`ImageError`]: no such image, documents that are missing, damaged, not what their digests say,
/// or beyond the limits.
pub fn open(
    blobs: &dyn Blobs,
    choice: &Choice,
    limits: &Limits,
) -> Result<Vec<ImagePlan>, ImageError> {
    let candidates = sources::list(blobs, limits)?;
    choose::choose(candidates, choice)?
        .into_iter()
        .map(|candidate| {
            let listed = candidate.platform.clone();
            let mut plan = plan(blobs, candidate, limits)?;
            plan.gaps.extend(lie(&listed, &plan));
            Ok(plan)
        })
        .collect()
}

/// Whoever chose by the index's word for the platform got another's image.
fn lie(listed: &Platform, plan: &ImagePlan) -> Option<Gap> {
    let own = &plan.platform;
    if listed.serves(own) || own.serves(listed) {
        return None;
    }
    let place = plan.manifest.unwrap_or(plan.id).to_string();
    let why = format!("the index says that it is for {listed}, its configuration says {own}");
    let hides = "the image that was meant";
    Some(Gap::new(GapKind::Unparsed, place, why, hides))
}

fn plan(blobs: &dyn Blobs, candidate: Candidate, limits: &Limits) -> Result<ImagePlan, ImageError> {
    match candidate.manifest {
        Manifest::Oci {
            digest,
            config,
            layers,
        } => {
            let name = document::blob_name(digest);
            let (id, bytes) = document::read_verified(blobs, &config, &name, limits.config_bytes)?;
            let (config, gap) = config::parse(&bytes, &document::blob_name(id))?;
            let layers = layers
                .iter()
                .map(|layer| stored(layer, &name))
                .collect::<Result<_, _>>()?;
            finish(
                Draft {
                    id,
                    manifest: Some(digest),
                    config,
                    gap,
                    tags: candidate.tags,
                },
                layers,
                limits,
            )
        }
        Manifest::Saved {
            config: name,
            layers,
        } => {
            let found = document::read(blobs, &name, limits.config_bytes)?;
            let found = found.ok_or_else(|| ImageError::Missing {
                what: name.clone(),
                named_by: "manifest.json".to_owned(),
            })?;
            let (config, gap) = config::parse(&found.bytes, &name)?;
            let stored = |member: String| Stored {
                digest: sources::promised(&member),
                member,
                bytes: None,
            };
            let id = found.digest;
            let layers = layers.into_iter().map(stored).collect();
            finish(
                Draft {
                    id,
                    manifest: None,
                    config,
                    gap,
                    tags: candidate.tags,
                },
                layers,
                limits,
            )
        }
    }
}

struct Draft {
    id: Digest,
    manifest: Option<Digest>,
    config: ImageConfig,
    gap: Option<Gap>,
    tags: Vec<String>,
}

struct Stored {
    member: String,
    digest: Option<Digest>,
    bytes: Option<u64>,
}

fn stored(layer: &Descriptor, named_by: &str) -> Result<Stored, ImageError> {
    let digest = layer.parsed(named_by)?;
    Ok(Stored {
        member: document::blob_name(digest),
        digest: Some(digest),
        bytes: Some(layer.size),
    })
}

fn finish(draft: Draft, layers: Vec<Stored>, limits: &Limits) -> Result<ImagePlan, ImageError> {
    let Draft {
        id,
        manifest,
        config,
        gap,
        tags,
    } = draft;
    let count = layers.len();
    if count > limits.layers {
        let limit = u64::try_from(limits.layers).unwrap_or(u64::MAX);
        return Err(ImageError::Limit {
            what: id.to_string(),
            limit,
            unit: "layers",
        });
    }
    let diff_ids = config::diff_ids(&config, &id.to_string())?;
    if diff_ids.len() != count {
        let manifest = manifest.map_or("the image".to_owned(), |digest| digest.to_string());
        return Err(ImageError::LayerCount {
            manifest,
            layers: count,
            diff_ids: diff_ids.len(),
        });
    }
    let base = base::base_layers(&config, count);
    let created_by = base::created_by(&config, count);
    let layers = layers
        .into_iter()
        .zip(diff_ids)
        .zip(created_by)
        .enumerate()
        .map(|(index, ((stored, diff_id), created_by))| LayerPlan {
            member: stored.member,
            digest: stored.digest,
            stored_bytes: stored.bytes,
            diff_id,
            created_by,
            is_base: base.map(|base| index < base),
        })
        .collect();
    Ok(ImagePlan {
        id,
        manifest,
        platform: config::platform(&config),
        config,
        tags,
        layers,
        gaps: gap.into_iter().collect(),
    })
}

#[cfg(test)]
mod tests;
