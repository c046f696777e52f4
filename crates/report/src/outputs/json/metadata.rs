//! What the target is: sizes, digests, names, operating system.

use model::{Digest, Report};
use serde::Serialize;

use super::image_config::Configuration;
use crate::ids;

/// Trivy's `Metadata`.
#[derive(Serialize, Default)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Metadata<'a> {
    #[serde(skip_serializing_if = "is_zero")]
    size: u64,
    #[serde(rename = "OS", skip_serializing_if = "Option::is_none")]
    os: Option<Os<'a>>,
    #[serde(rename = "ImageID", skip_serializing_if = "Option::is_none")]
    image_id: Option<String>,
    #[serde(rename = "DiffIDs", skip_serializing_if = "Vec::is_empty")]
    diff_ids: Vec<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    repo_tags: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    repo_digests: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_config: Option<Configuration<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    layers: Vec<Layer>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Os<'a> {
    family: &'a str,
    name: &'a str,
    #[serde(rename = "EOSL", skip_serializing_if = "std::ops::Not::not")]
    is_past_end: bool,
    /// Ubuntu's extended maintenance.
    #[serde(rename = "extended", skip_serializing_if = "std::ops::Not::not")]
    is_extended: bool,
}

/// A layer, as `Metadata` and each package name it.
#[derive(Serialize, Clone)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Layer {
    #[serde(skip_serializing_if = "is_zero")]
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    #[serde(rename = "DiffID")]
    diff_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    created_by: String,
}

impl<'a> Metadata<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        let os = Os::new(report);
        let Some(image) = &report.image else {
            return Self {
                os,
                ..Self::default()
            };
        };
        let tar_bytes = image.layers.iter().map(|layer| layer.tar_bytes);
        Self {
            size: tar_bytes.fold(0, u64::saturating_add),
            os,
            image_id: Some(image.id.to_string()),
            diff_ids: image.layers.iter().map(diff_id).collect(),
            repo_tags: &image.tags,
            repo_digests: &image.digests,
            reference: ids::reference(image, &report.target.name),
            image_config: Some(Configuration::new(&image.config)),
            layers: image
                .layers
                .iter()
                .map(|layer| Layer {
                    size: layer.tar_bytes,
                    ..Layer::of_package(layer)
                })
                .collect(),
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.os.is_none() && self.image_id.is_none()
    }
}

impl<'a> Os<'a> {
    fn new(report: &'a Report) -> Option<Self> {
        let is_past_end = report.eol.as_ref().is_some_and(|eol| eol.is_past);
        match &report.os {
            Some(os) => Some(Self {
                family: os.family.name(),
                name: &os.version,
                is_past_end,
                is_extended: os.repository.ends_with(ids::ESM),
            }),
            None if report.packages.is_empty() => None,
            None => Some(Self {
                family: "none",
                name: "",
                is_past_end,
                is_extended: false,
            }),
        }
    }
}

impl Layer {
    /// Returns the layer as a package names it: without its size, and with a digest of its own
    /// only where it is stored compressed.
    pub(super) fn of_package(layer: &model::Layer) -> Self {
        Self {
            size: 0,
            digest: layer.is_compressed.then(|| layer.digest.to_string()),
            diff_id: diff_id(layer),
            created_by: String::new(),
        }
    }

    /// Returns the layer as a secret names it: with the line of history that made it.
    pub(super) fn of_secret(layer: &model::Layer) -> Self {
        Self {
            created_by: layer.created_by.clone(),
            ..Self::of_package(layer)
        }
    }
}

fn diff_id(layer: &model::Layer) -> String {
    Digest::to_string(&layer.diff_id)
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde asks for"
)]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}
