//! Trivy's report, schema 2, as a value: what its JSON says, read and written alike.
//!
//! Keys, their order and what is left out are those of trivy.md §2.1. `null` counts as absent, as Go
//! reads it; keys that nobody knows are dropped.

mod finding;
mod image_config;
mod package;

use serde::{Deserialize, Serialize};
use yaml::Strict;

pub(crate) use finding::{Cause, Cvss, DataSource, Occurrence, Rendered};
pub use finding::{
    Finding, License, Line, Misconfiguration, ModifiedFinding, Secret, Summary, Vulnerability,
};
pub use image_config::ImageConfig;
pub use package::{Identifier, Layer, Location, Package};

/// Depth of nested values that no report has.
pub(crate) const MAX_DEPTH: usize = 64;

/// The whole report.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(clippy::struct_field_names, reason = "Trivy's keys")]
pub struct Report {
    /// 2, the only one there is.
    pub schema_version: i64,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trivy: Option<Writer>,
    /// Id of the scan.
    #[serde(rename = "ReportID", skip_serializing_if = "unset")]
    pub report_id: String,
    /// When it was made, in RFC 3339.
    #[serde(skip_serializing_if = "unset")]
    pub created_at: String,
    /// What the same artifact has in each report.
    #[serde(rename = "ArtifactID", skip_serializing_if = "unset")]
    pub artifact_id: String,
    /// Name as typed.
    #[serde(skip_serializing_if = "unset")]
    pub artifact_name: String,
    /// `container_image`, `filesystem`, `repository`, `cyclonedx`, `spdx`, `vm`.
    #[serde(skip_serializing_if = "unset")]
    pub artifact_type: String,
    /// What the artifact is.
    #[serde(skip_serializing_if = "unset")]
    pub metadata: Metadata,
    /// What was found, by target.
    #[serde(skip_serializing_if = "unset")]
    pub results: Vec<Found>,
}

/// The program that wrote a report.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Writer {
    /// Its version.
    #[serde(skip_serializing_if = "unset")]
    pub version: String,
}

/// What the artifact is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Metadata {
    /// Bytes of all layers, uncompressed.
    #[serde(skip_serializing_if = "unset")]
    pub size: i64,
    /// Operating system.
    #[serde(rename = "OS", skip_serializing_if = "Option::is_none")]
    pub os: Option<Os>,
    /// Digest of the configuration.
    #[serde(rename = "ImageID", skip_serializing_if = "unset")]
    pub image_id: String,
    /// Digests of the uncompressed layers.
    #[serde(rename = "DiffIDs", skip_serializing_if = "unset")]
    pub diff_ids: Vec<String>,
    /// Names with tags.
    #[serde(skip_serializing_if = "unset")]
    pub repo_tags: Vec<String>,
    /// Names with digests.
    #[serde(skip_serializing_if = "unset")]
    pub repo_digests: Vec<String>,
    /// The name that counts.
    #[serde(skip_serializing_if = "unset")]
    pub reference: String,
    /// The image's configuration.
    #[serde(skip_serializing_if = "unset")]
    pub image_config: ImageConfig,
    /// Its layers, the lowest first.
    #[serde(skip_serializing_if = "unset")]
    pub layers: Vec<Layer>,
    /// Where a repository came from.
    #[serde(rename = "RepoURL", skip_serializing_if = "unset")]
    pub repo_url: String,
    /// Branch of a repository.
    #[serde(skip_serializing_if = "unset")]
    pub branch: String,
    /// Tags of its commit.
    #[serde(skip_serializing_if = "unset")]
    pub tags: Vec<String>,
    /// The commit.
    #[serde(skip_serializing_if = "unset")]
    pub commit: String,
    /// The commit's message.
    #[serde(skip_serializing_if = "unset")]
    pub commit_msg: String,
    /// Who wrote the commit.
    #[serde(skip_serializing_if = "unset")]
    pub author: String,
    /// Who committed it.
    #[serde(skip_serializing_if = "unset")]
    pub committer: String,
}

/// Operating system.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Os {
    /// Family, such as `debian`.
    pub family: String,
    /// Version.
    pub name: String,
    /// Whether nobody mends it any more.
    #[serde(rename = "EOSL", skip_serializing_if = "unset")]
    pub is_past_end: bool,
    /// Who supplies fixed packages.
    #[serde(skip_serializing_if = "unset")]
    pub supplier: String,
    /// Whether support is extended.
    #[serde(rename = "extended", skip_serializing_if = "unset")]
    pub is_extended: bool,
}

/// What one target holds: Trivy's `Result`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Found {
    /// A file, or the artifact with its operating system.
    pub target: String,
    /// `os-pkgs`, `lang-pkgs`, `config`, `secret`, `license`, `license-file`, `custom`.
    #[serde(skip_serializing_if = "unset")]
    pub class: String,
    /// Family of the operating system, or kind of file.
    #[serde(skip_serializing_if = "unset")]
    pub r#type: String,
    /// What is installed.
    #[serde(skip_serializing_if = "unset")]
    pub packages: Vec<Package>,
    /// What is known to be wrong with it.
    #[serde(skip_serializing_if = "unset")]
    pub vulnerabilities: Vec<Vulnerability>,
    /// How many rules were kept and how many not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub misconf_summary: Option<Summary>,
    /// What is configured badly.
    #[serde(skip_serializing_if = "unset")]
    pub misconfigurations: Vec<Misconfiguration>,
    /// Secrets.
    #[serde(skip_serializing_if = "unset")]
    pub secrets: Vec<Secret>,
    /// Licences.
    #[serde(skip_serializing_if = "unset")]
    pub licenses: Vec<License>,
    /// What modules found.
    #[serde(skip_serializing_if = "unset")]
    pub custom_resources: Vec<serde_json::Value>,
    /// What was found and does not count.
    #[serde(rename = "ExperimentalModifiedFindings", skip_serializing_if = "unset")]
    pub modified_findings: Vec<ModifiedFinding>,
}

impl Found {
    /// Whether anything was found that counts as a failure (trivy.md §1.4).
    #[must_use]
    pub fn is_failed(&self) -> bool {
        let is_failure = |found: &Misconfiguration| found.status == "FAIL";
        !self.vulnerabilities.is_empty()
            || self.misconfigurations.iter().any(is_failure)
            || !self.secrets.is_empty()
            || !self.licenses.is_empty()
    }

    /// Whether it says nothing at all, so that Trivy drops it.
    pub(crate) fn is_empty(&self) -> bool {
        let bare = Self {
            target: String::new(),
            class: self.class.clone(),
            r#type: self.r#type.clone(),
            ..Self::default()
        };
        *self == bare
    }
}

impl Report {
    /// Reads a report.
    ///
    /// # Errors
    /// Says what is no JSON, or no report of schema 2.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        // a tree of values takes twenty times the bytes; few reports have a `null` that needs it
        let mut json = serde_json::Deserializer::from_slice(bytes);
        let report = Self::deserialize(Strict(&mut json));
        if let Ok(report) = report.and_then(|report| json.end().map(|()| report)) {
            return Ok(report);
        }
        Self::from_value(serde_json::from_slice(bytes).map_err(|error| error.to_string())?)
    }

    /// Returns the report that a value is.
    ///
    /// # Errors
    /// Says what is no report of schema 2.
    fn from_value(value: serde_json::Value) -> Result<Self, String> {
        if !value.is_object() {
            return Err("a report is an object".to_owned());
        }
        let value = without_nulls(value, MAX_DEPTH)
            .ok_or_else(|| format!("values are nested deeper than {MAX_DEPTH}"))?;
        Self::deserialize(Strict(value)).map_err(|error| error.to_string())
    }

    /// Whether anything in it counts as a failure.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.results.iter().any(Found::is_failed)
    }
}

/// Takes out keys whose value is `null`, and `null` elements of lists; `None` if it is too deep.
pub(crate) fn without_nulls(value: serde_json::Value, depth: usize) -> Option<serde_json::Value> {
    use serde_json::Value;
    let depth = depth.checked_sub(1)?;
    Some(match value {
        Value::Array(items) => {
            let items = items.into_iter().filter(|item| !item.is_null());
            Value::Array(
                items
                    .map(|item| without_nulls(item, depth))
                    .collect::<Option<_>>()?,
            )
        }
        Value::Object(entries) => {
            let entries = entries.into_iter().filter(|(_, value)| !value.is_null());
            let entries = entries.map(|(key, value)| Some((key, without_nulls(value, depth)?)));
            Value::Object(entries.collect::<Option<_>>()?)
        }
        plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => plain,
    })
}

/// Whether a value is what stands where nothing was said.
fn unset<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Go takes no list for an object, wherever it stands; of `null` it makes an empty one.
    #[test]
    fn lists_are_no_objects() {
        let of = |found: &str| format!("{{\"SchemaVersion\": 2, \"Results\": [{found}]}}");
        let ignored = |kind: &str, finding: &str| {
            of(&format!(
                "{{\"ExperimentalModifiedFindings\": [{{\"Type\": \"{kind}\", \"Finding\": {finding}}}]}}"
            ))
        };
        for (text, is_report) in [
            ("{}".to_owned(), true),
            (
                of("{\"Target\": \"a\", \"Vulnerabilities\": null}, null"),
                true,
            ),
            (ignored("vulnerability", "{}"), true),
            ("[]".to_owned(), false),
            ("[2]".to_owned(), false),
            ("[3, null]".to_owned(), false),
            (of("[]"), false),
            (of("[\"t\", \"os-pkgs\", \"debian\"], null"), false),
            (of("{\"Packages\": [[]]}"), false),
            (of("{\"Packages\": [{\"Identifier\": []}]}"), false),
            (of("{\"Vulnerabilities\": [[\"CVE-1\"]]}"), false),
            (of("{\"Vulnerabilities\": [{\"DataSource\": []}]}"), false),
            (
                of("{\"Vulnerabilities\": [{\"CVSS\": {\"nvd\": [\"\"]}}]}"),
                false,
            ),
            (of("{\"Secrets\": [{\"Code\": []}]}"), false),
            (of("{\"MisconfSummary\": [1, 2]}"), false),
            (ignored("vulnerability", "[]"), false),
            (ignored("vulnerability", "{\"Layer\": [null]}"), false),
            (
                "{\"Metadata\": {\"ImageConfig\": {\"config\": []}}}".to_owned(),
                false,
            ),
            ("{\"Metadata\": []}".to_owned(), false),
            ("{} x".to_owned(), false),
        ] {
            let read = Report::read(text.as_bytes());
            assert_eq!(read.is_ok(), is_report, "{text}: {read:?}");
        }
    }
}
