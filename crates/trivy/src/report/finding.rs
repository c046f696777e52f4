//! What was found: vulnerabilities, misconfigurations, secrets, licences, and what does not count.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use yaml::Strict;

use super::package::{Identifier, Layer, Location};
use super::unset;

/// Trivy's `DetectedVulnerability`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Vulnerability {
    /// CVE or a publisher's own id.
    #[serde(rename = "VulnerabilityID", skip_serializing_if = "unset")]
    pub id: String,
    /// Advisories that tell of it.
    #[serde(rename = "VendorIDs", skip_serializing_if = "unset")]
    pub vendor_ids: Vec<String>,
    /// Id of the package.
    #[serde(rename = "PkgID", skip_serializing_if = "unset")]
    pub package_id: String,
    /// Name of the package.
    #[serde(rename = "PkgName", skip_serializing_if = "unset")]
    pub package_name: String,
    /// The package's file.
    #[serde(rename = "PkgPath", skip_serializing_if = "unset")]
    pub package_path: String,
    /// What identifies the package.
    #[serde(rename = "PkgIdentifier", skip_serializing_if = "unset")]
    pub identifier: Identifier,
    /// Version that is there.
    #[serde(skip_serializing_if = "unset")]
    pub installed_version: String,
    /// Versions that mend it.
    #[serde(skip_serializing_if = "unset")]
    pub fixed_version: String,
    /// What its publisher does about it.
    #[serde(skip_serializing_if = "unset")]
    pub status: String,
    /// The layer that brought the package.
    #[serde(skip_serializing_if = "unset")]
    pub layer: Layer,
    /// Whose severity it is.
    #[serde(skip_serializing_if = "unset")]
    pub severity_source: String,
    /// Where to read on.
    #[serde(rename = "PrimaryURL", skip_serializing_if = "unset")]
    pub primary_url: String,
    /// Who says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_source: Option<DataSource>,
    /// What the same finding has in each report.
    #[serde(skip_serializing_if = "unset")]
    pub fingerprint: String,
    /// Title.
    #[serde(skip_serializing_if = "unset")]
    pub title: String,
    /// Description.
    #[serde(skip_serializing_if = "unset")]
    pub description: String,
    /// UNKNOWN to CRITICAL.
    #[serde(skip_serializing_if = "unset")]
    pub severity: String,
    /// Weaknesses.
    #[serde(rename = "CweIDs", skip_serializing_if = "unset")]
    pub cwe_ids: Vec<String>,
    /// Whether the publisher gives the severity to the flaw in this package; nothing says so in a file.
    #[serde(skip)]
    pub is_severity_of_package: Option<bool>,
    /// Severity by source, 0 to 4.
    #[serde(skip_serializing_if = "unset")]
    pub vendor_severity: BTreeMap<String, u8>,
    /// Scores by source.
    #[serde(rename = "CVSS", skip_serializing_if = "unset")]
    pub cvss: BTreeMap<String, Cvss>,
    /// Where it is told.
    #[serde(skip_serializing_if = "unset")]
    pub references: Vec<String>,
    /// When it became known, in RFC 3339.
    #[serde(skip_serializing_if = "unset")]
    pub published_date: String,
    /// When that changed, in RFC 3339.
    #[serde(skip_serializing_if = "unset")]
    pub last_modified_date: String,
    /// What a module added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom: Option<Value>,
}

/// Who says that something is wrong.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DataSource {
    /// Id, such as `ghsa`.
    #[serde(rename = "ID", skip_serializing_if = "unset")]
    pub id: String,
    /// Name.
    #[serde(rename = "Name", skip_serializing_if = "unset")]
    pub name: String,
    /// Address.
    #[serde(rename = "URL", skip_serializing_if = "unset")]
    pub url: String,
    /// Id of the source that it builds on.
    #[serde(rename = "BaseID", skip_serializing_if = "unset")]
    pub base_id: String,
}

/// One source's vectors and scores.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cvss {
    /// Vector of version 2.
    #[serde(rename = "V2Vector", skip_serializing_if = "unset")]
    pub v2_vector: String,
    /// Vector of version 3.
    #[serde(rename = "V3Vector", skip_serializing_if = "unset")]
    pub v3_vector: String,
    /// Vector of version 4.
    #[serde(rename = "V40Vector", skip_serializing_if = "unset")]
    pub v40_vector: String,
    /// Score of version 2.
    #[serde(rename = "V2Score", skip_serializing_if = "unset")]
    pub v2_score: f64,
    /// Score of version 3.
    #[serde(rename = "V3Score", skip_serializing_if = "unset")]
    pub v3_score: f64,
    /// Score of version 4.
    #[serde(rename = "V40Score", skip_serializing_if = "unset")]
    pub v40_score: f64,
}

/// How many rules were kept and how many not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Summary {
    /// Kept.
    pub successes: i64,
    /// Not kept.
    pub failures: i64,
}

/// Trivy's `DetectedMisconfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Misconfiguration {
    /// Kind of file.
    #[serde(skip_serializing_if = "unset")]
    pub r#type: String,
    /// Rule.
    #[serde(rename = "ID", skip_serializing_if = "unset")]
    pub id: String,
    /// The rule's older id.
    #[serde(rename = "AVDID", skip_serializing_if = "unset")]
    pub avd_id: String,
    /// Title.
    #[serde(skip_serializing_if = "unset")]
    pub title: String,
    /// Description.
    #[serde(skip_serializing_if = "unset")]
    pub description: String,
    /// What is wrong here.
    #[serde(skip_serializing_if = "unset")]
    pub message: String,
    /// Package of the rule.
    #[serde(skip_serializing_if = "unset")]
    pub namespace: String,
    /// Query of the rule.
    #[serde(skip_serializing_if = "unset")]
    pub query: String,
    /// What to do.
    #[serde(skip_serializing_if = "unset")]
    pub resolution: String,
    /// LOW to CRITICAL.
    #[serde(skip_serializing_if = "unset")]
    pub severity: String,
    /// Where to read on.
    #[serde(rename = "PrimaryURL", skip_serializing_if = "unset")]
    pub primary_url: String,
    /// Where it is told.
    #[serde(skip_serializing_if = "unset")]
    pub references: Vec<String>,
    /// PASS, FAIL or EXCEPTION.
    #[serde(skip_serializing_if = "unset")]
    pub status: String,
    /// The layer of the file.
    #[serde(skip_serializing_if = "unset")]
    pub layer: Layer,
    /// Lines and resource at fault.
    #[serde(skip_serializing_if = "unset")]
    pub cause_metadata: Cause,
    /// How the rule came to it.
    #[serde(skip_serializing_if = "unset")]
    pub traces: Vec<String>,
}

/// Lines and resource at fault.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(clippy::struct_field_names, reason = "Trivy's keys")]
pub struct Cause {
    /// Resource.
    #[serde(skip_serializing_if = "unset")]
    pub resource: String,
    /// Provider, such as `Kubernetes`.
    #[serde(skip_serializing_if = "unset")]
    pub provider: String,
    /// Service of the provider.
    #[serde(skip_serializing_if = "unset")]
    pub service: String,
    /// First line.
    #[serde(skip_serializing_if = "unset")]
    pub start_line: i64,
    /// Last line.
    #[serde(skip_serializing_if = "unset")]
    pub end_line: i64,
    /// The lines.
    #[serde(skip_serializing_if = "unset")]
    pub code: Code,
    /// Where modules were called.
    #[serde(skip_serializing_if = "unset")]
    pub occurrences: Vec<Occurrence>,
    /// The lines with values filled in.
    #[serde(skip_serializing_if = "unset")]
    pub rendered_cause: Rendered,
}

/// Where a module was called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Occurrence {
    /// Resource.
    #[serde(skip_serializing_if = "unset")]
    pub resource: String,
    /// File.
    #[serde(skip_serializing_if = "unset")]
    pub filename: String,
    /// Lines.
    pub location: Location,
}

/// Lines with values filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Rendered {
    /// The text.
    #[serde(skip_serializing_if = "unset")]
    pub raw: String,
    /// The text, coloured.
    #[serde(skip_serializing_if = "unset")]
    pub highlighted: String,
}

/// Trivy's `DetectedSecret`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Secret {
    /// Rule.
    #[serde(rename = "RuleID")]
    pub rule_id: String,
    /// Family of the rule.
    pub category: String,
    /// LOW to CRITICAL.
    pub severity: String,
    /// Title.
    pub title: String,
    /// First line of it.
    pub start_line: i64,
    /// Last line of it.
    pub end_line: i64,
    /// Lines around it, masked.
    pub code: Code,
    /// Its line, masked.
    pub r#match: String,
    /// The layer of the file.
    #[serde(skip_serializing_if = "unset")]
    pub layer: Layer,
    /// Bytes before it.
    #[serde(skip_serializing_if = "unset")]
    pub offset: i64,
}

/// Lines of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Code {
    /// The lines; `null` where nobody looked.
    pub lines: Option<Vec<Line>>,
}

/// A line of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Line {
    /// Its number, from 1.
    pub number: i64,
    /// Its text.
    pub content: String,
    /// Whether it is at fault.
    pub is_cause: bool,
    /// A remark.
    pub annotation: String,
    /// Whether it was cut.
    pub truncated: bool,
    /// Its text, coloured.
    #[serde(skip_serializing_if = "unset")]
    pub highlighted: String,
    /// Whether it is the first at fault.
    pub first_cause: bool,
    /// Whether it is the last at fault.
    pub last_cause: bool,
}

/// Trivy's `DetectedLicense`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct License {
    /// How bad.
    #[serde(skip_serializing_if = "unset")]
    pub severity: String,
    /// Kind of licence.
    #[serde(skip_serializing_if = "unset")]
    pub category: String,
    /// Whose licence it is.
    #[serde(rename = "PkgName", skip_serializing_if = "unset")]
    pub package_name: String,
    /// The file that tells of it.
    #[serde(skip_serializing_if = "unset")]
    pub file_path: String,
    /// Name of the licence.
    #[serde(skip_serializing_if = "unset")]
    pub name: String,
    /// Its text.
    #[serde(skip_serializing_if = "unset")]
    pub text: String,
    /// How sure, 0 to 1.
    #[serde(skip_serializing_if = "unset")]
    pub confidence: f64,
    /// Where to read on.
    #[serde(skip_serializing_if = "unset")]
    pub link: String,
}

/// What was found and does not count, with who says so.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default, try_from = "Raw")]
pub struct ModifiedFinding {
    /// `vulnerability`, `misconfiguration`, `secret` or `license`.
    pub r#type: String,
    /// `ignored`, `not_affected`, `fixed` …
    pub status: String,
    /// Why: the same text may stand at ten thousand findings.
    pub statement: Arc<str>,
    /// The file that says so.
    pub source: String,
    /// The finding.
    pub finding: Finding,
}

/// A finding of one kind or another.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Finding {
    /// A vulnerability.
    Vulnerability(Box<Vulnerability>),
    /// A misconfiguration, a secret or a licence, as it was read.
    Other(Value),
}

impl Default for Finding {
    fn default() -> Self {
        Self::Other(Value::Null)
    }
}

/// A modified finding before its kind is known.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Raw {
    r#type: String,
    status: String,
    statement: Arc<str>,
    source: String,
    finding: Value,
}

impl TryFrom<Raw> for ModifiedFinding {
    type Error = serde_json::Error;

    fn try_from(mut raw: Raw) -> Result<Self, serde_json::Error> {
        let finding = super::without_nulls(raw.finding, super::MAX_DEPTH);
        raw.finding =
            finding.ok_or_else(|| serde::de::Error::custom("values are nested too deep"))?;
        let finding = match raw.r#type.as_str() {
            "vulnerability" => Finding::Vulnerability(Box::deserialize(Strict(raw.finding))?),
            _ => Finding::Other(raw.finding),
        };
        Ok(Self {
            r#type: raw.r#type,
            status: raw.status,
            statement: raw.statement,
            source: raw.source,
            finding,
        })
    }
}
