//! GitHub's dependency snapshot: packages by target.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::{Context, Format, FormatError, time};
use crate::report::{Found, Package, Report};

pub(super) static FORMAT: Format = Format {
    name: "github",
    is_sbom: true,
    write,
};

#[derive(Serialize)]
struct Snapshot<'a> {
    version: u8,
    detector: Detector<'a>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    r#ref: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    sha: String,
    job: Job,
    scanned: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    manifests: BTreeMap<&'a str, Manifest<'a>>,
}

#[derive(Serialize)]
struct Detector<'a> {
    name: &'static str,
    version: &'a str,
    url: &'static str,
}

#[derive(Serialize)]
struct Job {
    correlator: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    id: String,
}

#[derive(Serialize)]
struct Manifest<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<Place>,
    resolved: BTreeMap<&'a str, Resolved<'a>>,
}

#[derive(Serialize)]
struct Place {
    #[serde(skip_serializing_if = "String::is_empty")]
    source_location: String,
}

#[derive(Serialize)]
struct Resolved<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    package_url: &'a str,
    relationship: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    dependencies: &'a [String],
    scope: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Place>,
}

fn write(
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> Result<(), FormatError> {
    let variable = |name| context.variables.get(name).cloned().unwrap_or_default();
    let listed = report.results.iter();
    let listed = listed.filter(|found| !found.packages.is_empty());
    let snapshot = Snapshot {
        version: 0,
        detector: Detector {
            name: "trivy",
            version: context.version,
            url: "https://github.com/aquasecurity/trivy",
        },
        metadata: metadata(report),
        r#ref: variable("GITHUB_REF"),
        sha: variable("GITHUB_SHA"),
        job: Job {
            correlator: format!("{}_{}", variable("GITHUB_WORKFLOW"), variable("GITHUB_JOB")),
            id: variable("GITHUB_RUN_ID"),
        },
        scanned: time(context.now, "%Y-%m-%dT%H:%M:%SZ"),
        manifests: listed
            .map(|found| (found.target.as_str(), manifest(report, found)))
            .collect(),
    };
    let mut text = Vec::new();
    ::report::write_go_json(&snapshot, &mut text)?;
    // no newline ends it
    out.write_all(text.strip_suffix(b"\n").unwrap_or(&text))?;
    Ok(())
}

fn metadata(report: &Report) -> BTreeMap<&'static str, String> {
    let metadata = &report.metadata;
    [
        ("aquasecurity:trivy:RepoTag", &metadata.repo_tags),
        ("aquasecurity:trivy:RepoDigest", &metadata.repo_digests),
    ]
    .into_iter()
    .filter(|(_, names)| !names.is_empty())
    .map(|(key, names)| (key, names.join(", ")))
    .collect()
}

fn manifest<'a>(report: &Report, found: &'a Found) -> Manifest<'a> {
    let is_language = found.class == "lang-pkgs";
    Manifest {
        name: &found.r#type,
        file: is_language.then(|| Place {
            source_location: source(report, found),
        }),
        resolved: found
            .packages
            .iter()
            .map(|package| (package.name.as_str(), resolved(package)))
            .collect(),
    }
}

/// Returns where packages of a language come from: of an image, its names.
fn source(report: &Report, found: &Found) -> String {
    if report.artifact_type != "container_image" {
        return found.target.clone();
    }
    let tags = report.metadata.repo_tags.join(", ");
    let digests = report.metadata.repo_digests.join(", ");
    match digests.split_once('@') {
        Some((_, digest)) => format!("{tags}@{digest}"),
        None => tags,
    }
}

fn resolved(package: &Package) -> Resolved<'_> {
    let is_placed = !package.file_path.is_empty();
    Resolved {
        package_url: &package.identifier.purl,
        relationship: match package.relationship.as_str() {
            "indirect" => "indirect",
            // older reports have the flag alone
            "" if package.indirect => "indirect",
            _ => "direct",
        },
        dependencies: &package.depends_on,
        scope: "runtime",
        metadata: is_placed.then(|| Place {
            source_location: package.file_path.clone(),
        }),
    }
}
