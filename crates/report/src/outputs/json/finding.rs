//! A finding, in Trivy's words: `Vulnerability`.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Details, Finding, Package, PackageFormat, Rating, Report, Severity, Status};
use serde::Serialize;

use super::metadata::Layer;
use super::package::{Identified, Identifier};
use crate::{data_source, ids};

/// Trivy's `Vulnerability`, as far as our facts fill it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Vulnerability<'a> {
    #[serde(rename = "VulnerabilityID")]
    id: &'a str,
    #[serde(rename = "VendorIDs", skip_serializing_if = "<[_]>::is_empty")]
    vendor_ids: &'a [String],
    #[serde(rename = "PkgID", skip_serializing_if = "str::is_empty")]
    package_id: &'a str,
    pkg_name: &'a str,
    pkg_identifier: &'a Identifier,
    #[serde(skip_serializing_if = "str::is_empty")]
    installed_version: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    fixed_version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    layer: Option<&'a Layer>,
    #[serde(skip_serializing_if = "str::is_empty")]
    severity_source: &'a str,
    #[serde(rename = "PrimaryURL", skip_serializing_if = "String::is_empty")]
    primary_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_source: Option<Source<'a>>,
    fingerprint: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    severity: Severity,
    #[serde(rename = "CweIDs", skip_serializing_if = "<[_]>::is_empty")]
    cwe_ids: &'a [String],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    vendor_severity: BTreeMap<&'a str, u8>,
    #[serde(rename = "CVSS", skip_serializing_if = "BTreeMap::is_empty")]
    cvss: BTreeMap<&'a str, Cvss<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    references: &'a [String],
    #[serde(skip_serializing_if = "str::is_empty")]
    published_date: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    last_modified_date: &'a str,
}

#[derive(Serialize)]
struct Source<'a> {
    #[serde(rename = "ID", skip_serializing_if = "str::is_empty")]
    id: &'a str,
    #[serde(rename = "Name", skip_serializing_if = "str::is_empty")]
    name: &'a str,
    #[serde(rename = "URL", skip_serializing_if = "str::is_empty")]
    url: &'a str,
    #[serde(rename = "BaseID", skip_serializing_if = "str::is_empty")]
    base_id: &'a str,
}

/// One source's vectors and scores, by version of CVSS.
#[derive(Serialize, Default)]
struct Cvss<'a> {
    #[serde(rename = "V2Vector", skip_serializing_if = "Option::is_none")]
    v2_vector: Option<&'a str>,
    #[serde(rename = "V3Vector", skip_serializing_if = "Option::is_none")]
    v3_vector: Option<&'a str>,
    #[serde(rename = "V40Vector", skip_serializing_if = "Option::is_none")]
    v40_vector: Option<&'a str>,
    #[serde(rename = "V2Score", skip_serializing_if = "Option::is_none")]
    v2_score: Option<f64>,
    #[serde(rename = "V3Score", skip_serializing_if = "Option::is_none")]
    v3_score: Option<f64>,
    #[serde(rename = "V40Score", skip_serializing_if = "Option::is_none")]
    v40_score: Option<f64>,
}

/// What stands where nothing is known.
static UNKNOWN: Details = Details {
    title: String::new(),
    description: String::new(),
    cwe_ids: Vec::new(),
    references: Vec::new(),
    published: String::new(),
    modified: String::new(),
};

/// Returns the findings in the report's order, which is Trivy's.
pub(super) fn vulnerabilities<'a>(
    report: &'a Report,
    target: &str,
    identified: &'a [Identified<'a>],
) -> Vec<Vulnerability<'a>> {
    let artifact = ids::artifact_id(report);
    report
        .findings
        .iter()
        .filter_map(|finding| {
            let package = identified.get(finding.package)?;
            let fingerprint = ids::fingerprint(&artifact, target, &package.id, &finding.id);
            Some(Vulnerability::new(finding, package, fingerprint))
        })
        .collect()
}

impl<'a> Vulnerability<'a> {
    fn new(finding: &'a Finding, package: &'a Identified<'a>, fingerprint: String) -> Self {
        let details = finding.details.as_deref().unwrap_or(&UNKNOWN);
        let data_source = Source::new(finding);
        let source = data_source.as_ref().map_or("", |source| source.id);
        Self {
            id: &finding.id,
            vendor_ids: if has_vendor_ids(finding, package.package) {
                &finding.vendor_ids
            } else {
                &[]
            },
            package_id: &package.id,
            pkg_name: package.name(),
            pkg_identifier: &package.identifier,
            installed_version: &finding.installed,
            fixed_version: &finding.fixed,
            status: (finding.status != Status::Unknown).then(|| finding.status.name()),
            layer: package.layer.as_ref(),
            severity_source: &finding.severity_source,
            primary_url: ids::primary_url(&finding.id, source, &details.references),
            data_source,
            fingerprint,
            title: &details.title,
            description: &details.description,
            severity: finding.severity,
            cwe_ids: &details.cwe_ids,
            vendor_severity: vendor_severity(&finding.ratings),
            cvss: cvss(&finding.ratings),
            references: &details.references,
            published_date: &details.published,
            last_modified_date: &details.modified,
        }
    }
}

/// Distributions whose own ids Trivy prints, besides those on packages of languages.
const WITH_VENDOR_IDS: [&str; 2] = ["debian", "redhat"];

/// Whether Trivy prints the publisher's own ids of a finding; others stand under our own key.
pub(super) fn has_vendor_ids(finding: &Finding, package: &Package) -> bool {
    matches!(package.format, PackageFormat::Language(_))
        || WITH_VENDOR_IDS.contains(&finding.publisher.as_str())
}

impl<'a> Source<'a> {
    /// Returns the publisher, as the database knows it, else as we do; one that we have no name for
    /// stands with its id alone.
    fn new(finding: &'a Finding) -> Option<Self> {
        let publisher = finding.publisher.as_str();
        if publisher == "redhat" {
            // Trivy leaves it out, whatever the database says
            return None;
        }
        if let Some(source) = &finding.source {
            return Some(Self {
                id: &source.id,
                name: &source.name,
                url: &source.url,
                base_id: &source.base_id,
            });
        }
        if publisher.is_empty() {
            return None;
        }
        let known = data_source::find(publisher);
        Some(Self {
            id: publisher,
            name: known.map_or("", |source| source.name),
            url: known.map_or("", |source| source.url),
            base_id: "",
        })
    }
}

/// Returns each source's severity; the highest, where it gave several. Estimates are nobody's word.
fn vendor_severity(ratings: &[Arc<Rating>]) -> BTreeMap<&str, u8> {
    let mut by_source = BTreeMap::new();
    let is_word = |rating: &&Rating| !rating.estimated && !rating.source.is_empty();
    // a score without a severity is none
    let is_bare = |rating: &Rating| rating.score.is_none() && rating.vector.is_none();
    let is_given = |rating: &&Rating| rating.severity != Severity::Unknown || is_bare(rating);
    let ratings = ratings.iter().map(Arc::as_ref);
    for rating in ratings.filter(is_word).filter(is_given) {
        let number = by_source.entry(rating.source.as_str()).or_default();
        *number = rating.severity.number().max(*number);
    }
    by_source
}

fn cvss(ratings: &[Arc<Rating>]) -> BTreeMap<&str, Cvss<'_>> {
    let mut by_source: BTreeMap<&str, Cvss<'_>> = BTreeMap::new();
    for rating in ratings.iter().filter(|rating| !rating.estimated) {
        let vector = rating.vector.as_deref();
        let score = rating.score.map(model::Score::to_f64);
        if vector.is_none() && score.is_none() {
            continue;
        }
        let of_source = by_source.entry(&rating.source).or_default();
        match vector {
            // a version without metrics: of that version a score is known, and no vector
            Some("CVSS:2.0") => of_source.v2_score = score,
            Some("CVSS:4.0") => of_source.v40_score = score,
            Some(text) if text.starts_with("CVSS:4") => {
                (of_source.v40_vector, of_source.v40_score) = (vector, score);
            }
            // A vector of version 2 has no prefix; a score without a vector is of version 3.
            Some(text) if !text.starts_with("CVSS:") => {
                (of_source.v2_vector, of_source.v2_score) = (vector, score);
            }
            _ => (of_source.v3_vector, of_source.v3_score) = (vector, score),
        }
    }
    by_source
}
