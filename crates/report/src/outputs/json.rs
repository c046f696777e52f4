//! Trivy's JSON report, schema 2, with what it has no place for under one key of ours, the last.
//!
//! Key order, the rules for leaving keys out, and the escaping are those of Trivy (trivy.md §2.1):
//! whoever reads its reports reads these.
//!
//! *Not written*: titles, descriptions, weaknesses and references, which the embedded facts do not
//! hold; `Trivy`, because this is not Trivy. `ReportID` is a hash, so that the same scan gives the
//! same bytes.

mod finding;
mod fix_plan;
pub(crate) mod go_json;
mod hygiene;
mod image_config;
mod judgement;
mod metadata;
mod package;
mod seaworthy;
mod secrets;

use std::io;

use jiff::Timestamp;
use model::{OsFamily, Report, TargetKind};
use serde::Serialize;

use self::finding::Vulnerability;
use self::metadata::Metadata;
use self::package::{Identified, Package};
use self::seaworthy::Seaworthy;
use self::secrets::Secret;
use super::Output;
use crate::{Answer, Answers, PackageList, View, ids};

pub(super) static OUTPUT: Output = Output {
    name: "json",
    write,
};

/// Several answers, or one where a list is expected, are one array.
fn write(answers: &Answers<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    if answers.is_list {
        out.write_all(b"[\n")?;
    }
    for (index, (answer, view)) in answers.each.iter().enumerate() {
        if index > 0 {
            out.write_all(b",\n")?;
        }
        match answer {
            Answer::Image(report) => {
                let identified = package::identify(report);
                go_json::write(&Document::new(report, view, &identified)?, out)?;
            }
            Answer::Manifests(judgement) => {
                go_json::write(&judgement::Document::new(judgement), out)?;
            }
        }
    }
    if answers.is_list {
        out.write_all(b"]\n")?;
    }
    Ok(())
}

/// The whole report.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Document<'a> {
    schema_version: u8,
    #[serde(rename = "ReportID")]
    report_id: String,
    created_at: Timestamp,
    #[serde(rename = "ArtifactID", skip_serializing_if = "String::is_empty")]
    artifact_id: String,
    artifact_name: &'a str,
    artifact_type: &'static str,
    #[serde(skip_serializing_if = "Metadata::is_empty")]
    metadata: Metadata<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    results: Vec<Found<'a>>,
    seaworthy: Seaworthy<'a>,
}

impl<'a> Document<'a> {
    fn new(report: &'a Report, view: &View, identified: &'a [Identified<'a>]) -> io::Result<Self> {
        Ok(Self {
            schema_version: 2,
            report_id: ids::report_id(report)?,
            created_at: report.created,
            artifact_id: ids::artifact_id(report),
            artifact_name: &report.target.name,
            artifact_type: match report.target.kind {
                TargetKind::Image => "container_image",
                TargetKind::RootFs => "filesystem",
            },
            metadata: Metadata::new(report),
            results: Found::os_packages(report, view, identified)
                .into_iter()
                .chain(Found::secrets(report))
                .collect(),
            seaworthy: Seaworthy::new(report, view),
        })
    }
}

/// Whether Trivy has advisories on a distribution: of one on which it has none, it lists nothing.
const fn is_supported(family: &OsFamily) -> bool {
    !matches!(
        family,
        OsFamily::CentOsStream | OsFamily::Fedora | OsFamily::Other(_)
    )
}

/// What one target of the report holds: Trivy's `Result`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Found<'a> {
    target: String,
    class: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    r#type: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    packages: Vec<Package<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    vulnerabilities: Vec<Vulnerability<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    secrets: Vec<Secret<'a>>,
}

impl<'a> Found<'a> {
    /// Returns the OS packages and their findings, unless nothing tells of an OS.
    ///
    /// Differs from Trivy for distributions that it does not support: it drops their packages,
    /// here they are listed.
    fn os_packages(
        report: &'a Report,
        view: &View,
        identified: &'a [Identified<'a>],
    ) -> Option<Self> {
        let is_supported = report
            .os
            .as_ref()
            .is_some_and(|os| is_supported(&os.family));
        if !is_supported && report.packages.is_empty() {
            return None;
        }
        let target = ids::os_target(report);
        Some(Self {
            class: "os-pkgs",
            r#type: report.os.as_ref().map_or("none", |os| os.family.name()),
            packages: match view.packages {
                PackageList::All => identified.iter().map(Package::new).collect(),
                PackageList::None => Vec::new(),
            },
            vulnerabilities: finding::vulnerabilities(report, &target, identified),
            secrets: Vec::new(),
            target,
        })
    }

    /// Returns the secrets, a target for each file.
    fn secrets(report: &'a Report) -> impl Iterator<Item = Self> {
        let targets = secrets::by_target(report).into_iter();
        targets.map(|(target, secrets)| Self {
            target,
            class: "secret",
            r#type: "",
            packages: Vec::new(),
            vulnerabilities: Vec::new(),
            secrets,
        })
    }
}

#[cfg(test)]
mod tests;
