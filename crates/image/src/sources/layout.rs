//! The images of an OCI image layout: `index.json`, and the indexes that it leads to.

use model::{Digest, Limits, Platform};

use super::{Candidate, Manifest};
use crate::document::{self, Descriptor, Document};
use crate::{Blobs, ImageError, config};

const NAME: &str = "index.json";

/// Annotations that name an image, the most complete first.
const NAME_ANNOTATIONS: [&str; 2] = [
    "io.containerd.image.name",
    "org.opencontainers.image.ref.name",
];

/// Media types of configurations that make a manifest an image's.
const CONFIG_TYPES: [&str; 2] = [
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.container.image.v1+json",
];

/// What `index.json` names.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub(super) images: Vec<Candidate>,
    /// How many entries say something about an image and are none.
    pub(super) attestations: usize,
}

/// Lists the images of `index.json`; none if there is no such member or it names none.
pub(super) fn list(blobs: &dyn Blobs, limits: &Limits) -> Result<Listed, ImageError> {
    let Some(index) = document::read(blobs, NAME, limits.manifest_bytes)? else {
        return Ok(Listed::default());
    };
    let top: Document = document::parse(&index.bytes, NAME)?;
    let mut todo: Vec<Step> = top
        .manifests
        .unwrap_or_default()
        .into_iter()
        .rev()
        .map(|descriptor| Step {
            descriptor,
            names: Vec::new(),
            digests: Vec::new(),
        })
        .collect();
    let mut found = Listed::default();
    let mut followed = 0;
    let mut artifact = None;
    while let Some(step) = todo.pop() {
        followed += 1;
        let limit = limits.index_entries;
        if followed > limit {
            let limit = u64::try_from(limit).unwrap_or(u64::MAX);
            return Err(ImageError::Limit {
                what: NAME.to_owned(),
                limit,
                unit: "references",
            });
        }
        match follow(blobs, step, limits)? {
            Followed::Index(steps) => todo.extend(steps.into_iter().rev()),
            Followed::Image(image) => merge(&mut found.images, *image),
            Followed::Attestation => found.attestations += 1,
            Followed::Artifact(error) => artifact = artifact.or(Some(error)),
        }
    }
    match artifact {
        Some(error) if found.images.is_empty() => Err(error),
        _ => Ok(found),
    }
}

/// The same manifest under several names is one image.
fn merge(found: &mut Vec<Candidate>, image: Candidate) {
    let same = |other: &&mut Candidate| other.digests.first() == image.digests.first();
    match found.iter_mut().find(same) {
        Some(other) => {
            other.names.extend(image.names);
            other.names.dedup();
        }
        None => found.push(image),
    }
}

struct Step {
    descriptor: Descriptor,
    /// Names that the indexes above give.
    names: Vec<String>,
    /// Digests of the indexes above.
    digests: Vec<Digest>,
}

enum Followed {
    Index(Vec<Step>),
    Image(Box<Candidate>),
    Attestation,
    Artifact(ImageError),
}

fn follow(blobs: &dyn Blobs, step: Step, limits: &Limits) -> Result<Followed, ImageError> {
    let Step {
        descriptor,
        mut names,
        mut digests,
    } = step;
    let platform: Option<Platform> = descriptor.platform.as_ref().map(Into::into);
    // an annotation alone would let an image hide behind it
    if platform.as_ref().is_some_and(Platform::is_attestation) {
        return Ok(Followed::Attestation);
    }
    let mut own: Vec<String> = NAME_ANNOTATIONS
        .iter()
        .filter_map(|key| descriptor.annotations.get(*key).cloned())
        .collect();
    own.append(&mut names);
    let limit = limits.manifest_bytes;
    let (digest, bytes) = document::read_verified(blobs, &descriptor, NAME, limit)?;
    let name = document::blob_name(digest);
    digests.insert(0, digest);
    let document: Document = document::parse(&bytes, &name)?;
    if let Some(manifests) = document.manifests {
        if document.layers.is_some() {
            // CVE-2021-41190: who reads it as one and who as the other would see other images
            let why = "it is an index and a manifest at once".to_owned();
            return Err(ImageError::Malformed { what: name, why });
        }
        return index(manifests, &own, &digests, limits);
    }
    image(
        blobs,
        document,
        Named {
            name,
            names: own,
            digests,
            platform,
        },
        limits,
    )
}

fn index(
    manifests: Vec<Descriptor>,
    names: &[String],
    digests: &[Digest],
    limits: &Limits,
) -> Result<Followed, ImageError> {
    if digests.len() > limits.index_depth {
        let limit = u64::try_from(limits.index_depth).unwrap_or(u64::MAX);
        return Err(ImageError::Limit {
            what: NAME.to_owned(),
            limit,
            unit: "indexes inside each other",
        });
    }
    let step = |descriptor| Step {
        descriptor,
        names: names.to_vec(),
        digests: digests.to_vec(),
    };
    Ok(Followed::Index(manifests.into_iter().map(step).collect()))
}

struct Named {
    name: String,
    names: Vec<String>,
    digests: Vec<Digest>,
    platform: Option<Platform>,
}

fn image(
    blobs: &dyn Blobs,
    document: Document,
    named: Named,
    limits: &Limits,
) -> Result<Followed, ImageError> {
    let Named {
        name,
        names,
        mut digests,
        platform,
    } = named;
    let (Some(config), Some(layers)) = (document.config, document.layers) else {
        let why = "it is neither an index nor an image manifest".to_owned();
        return Err(ImageError::Malformed { what: name, why });
    };
    let kind = if CONFIG_TYPES.contains(&&*config.media_type) {
        &document.artifact_type
    } else {
        &config.media_type
    };
    if !kind.is_empty() && !CONFIG_TYPES.contains(&&**kind) {
        return Ok(Followed::Artifact(ImageError::Artifact {
            what: name,
            kind: kind.clone(),
        }));
    }
    let Some(&digest) = digests.first() else {
        return Err(ImageError::NoImage);
    };
    let platform = match platform {
        Some(platform) if !platform.os.is_empty() => platform,
        _ => read_platform(blobs, &config, &name, limits)?,
    };
    digests.push(config.parsed(&name)?);
    Ok(Followed::Image(Box::new(Candidate {
        names,
        tags: Vec::new(),
        digests,
        platform,
        manifest: Manifest::Oci {
            digest,
            config,
            layers,
        },
    })))
}

fn read_platform(
    blobs: &dyn Blobs,
    descriptor: &Descriptor,
    named_by: &str,
    limits: &Limits,
) -> Result<Platform, ImageError> {
    let (digest, bytes) =
        document::read_verified(blobs, descriptor, named_by, limits.config_bytes)?;
    let (config, _gap) = config::parse(&bytes, &document::blob_name(digest))?;
    Ok(config::platform(&config))
}
