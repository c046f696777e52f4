//! A package, and what identifies it.

use serde::{Deserialize, Serialize};

use super::unset;

/// Trivy's `Package`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Package {
    /// Id within its target.
    #[serde(rename = "ID", skip_serializing_if = "unset")]
    pub id: String,
    /// Name.
    #[serde(skip_serializing_if = "unset")]
    pub name: String,
    /// Package URL and more.
    #[serde(skip_serializing_if = "unset")]
    pub identifier: Identifier,
    /// Version without epoch and release.
    #[serde(skip_serializing_if = "unset")]
    pub version: String,
    /// Release.
    #[serde(skip_serializing_if = "unset")]
    pub release: String,
    /// Epoch.
    #[serde(skip_serializing_if = "unset")]
    pub epoch: i64,
    /// Architecture.
    #[serde(skip_serializing_if = "unset")]
    pub arch: String,
    /// Whether it is for development only.
    #[serde(skip_serializing_if = "unset")]
    pub dev: bool,
    /// Name of the source package.
    #[serde(skip_serializing_if = "unset")]
    pub src_name: String,
    /// Version of the source package.
    #[serde(skip_serializing_if = "unset")]
    pub src_version: String,
    /// Release of the source package.
    #[serde(skip_serializing_if = "unset")]
    pub src_release: String,
    /// Epoch of the source package.
    #[serde(skip_serializing_if = "unset")]
    pub src_epoch: i64,
    /// Licences.
    #[serde(skip_serializing_if = "unset")]
    pub licenses: Vec<String>,
    /// Who maintains it.
    #[serde(skip_serializing_if = "unset")]
    pub maintainer: String,
    /// Module of Red Hat that it belongs to.
    #[serde(rename = "Modularitylabel", skip_serializing_if = "unset")]
    pub modularity_label: String,
    /// What Red Hat's image says of its build.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build_info: Option<BuildInfo>,
    /// Whose repository it is from.
    #[serde(skip_serializing_if = "unset")]
    pub repository: Repository,
    /// Whether something else brought it.
    #[serde(skip_serializing_if = "unset")]
    pub indirect: bool,
    /// `root`, `workspace`, `direct` or `indirect`.
    #[serde(skip_serializing_if = "unset")]
    pub relationship: String,
    /// Ids of the packages that it needs.
    #[serde(skip_serializing_if = "unset")]
    pub depends_on: Vec<String>,
    /// The layer that brought it.
    #[serde(skip_serializing_if = "unset")]
    pub layer: Layer,
    /// The file that tells of it.
    #[serde(skip_serializing_if = "unset")]
    pub file_path: String,
    /// Digest with its algorithm, `sha1:…`.
    #[serde(skip_serializing_if = "unset")]
    pub digest: String,
    /// Lines that tell of it.
    #[serde(skip_serializing_if = "unset")]
    pub locations: Vec<Location>,
    /// Its files.
    #[serde(skip_serializing_if = "unset")]
    pub installed_files: Vec<String>,
    /// What found it.
    #[serde(skip_serializing_if = "unset")]
    pub analyzed_by: String,
}

impl Package {
    /// Returns the version as a person reads it: `[epoch:]version[-release]`.
    #[must_use]
    pub fn full_version(&self) -> String {
        evr(self.epoch, &self.version, &self.release)
    }

    /// Returns the version of the source package.
    pub(crate) fn source_version(&self) -> String {
        evr(self.src_epoch, &self.src_version, &self.src_release)
    }
}

fn evr(epoch: i64, version: &str, release: &str) -> String {
    if version.is_empty() {
        return String::new();
    }
    let epoch = if epoch == 0 {
        String::new()
    } else {
        format!("{epoch}:")
    };
    let release = if release.is_empty() {
        String::new()
    } else {
        format!("-{release}")
    };
    format!("{epoch}{version}{release}")
}

/// What identifies a package.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Identifier {
    /// Package URL.
    #[serde(rename = "PURL", skip_serializing_if = "unset")]
    pub purl: String,
    /// Hash of what the package is.
    #[serde(rename = "UID", skip_serializing_if = "unset")]
    pub uid: String,
    /// Name in a CycloneDX document.
    #[serde(rename = "BOMRef", skip_serializing_if = "unset")]
    pub bom_ref: String,
}

/// What Red Hat's image says of its build.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct BuildInfo {
    /// Repositories.
    #[serde(skip_serializing_if = "unset")]
    pub content_sets: Vec<String>,
    /// Name, version and release of the image.
    #[serde(skip_serializing_if = "unset")]
    pub nvr: String,
    /// Architecture.
    #[serde(skip_serializing_if = "unset")]
    pub arch: String,
}

/// Whose repository a package is from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Repository {
    /// `official` or `third-party`.
    #[serde(skip_serializing_if = "unset")]
    pub class: String,
}

/// A layer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Layer {
    /// Bytes, uncompressed.
    #[serde(skip_serializing_if = "unset")]
    pub size: i64,
    /// Digest as stored.
    #[serde(skip_serializing_if = "unset")]
    pub digest: String,
    /// Digest of the uncompressed tar.
    #[serde(rename = "DiffID", skip_serializing_if = "unset")]
    pub diff_id: String,
    /// The line of history that made it.
    #[serde(skip_serializing_if = "unset")]
    pub created_by: String,
}

/// Lines of a file, counted from 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Location {
    /// The first.
    #[serde(skip_serializing_if = "unset")]
    pub start_line: i64,
    /// The last.
    #[serde(skip_serializing_if = "unset")]
    pub end_line: i64,
}
