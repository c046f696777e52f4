//! What Trivy's report has no place for, under one key: gaps, ages, exploitation, parts, groups.
//!
//! `Gaps` is always there: an empty list says that all was looked at.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use model::{DataOrigin, Finding, Gap, Group, Part, Rating, Report, Severity};
use serde::Serialize;

use super::fix_plan::FixPlan;
use super::{finding, hygiene, secrets};
use crate::View;
use crate::counts::Counts;

/// The key `Seaworthy` of a report.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Seaworthy<'a> {
    gaps: Vec<NotSeen<'a>>,
    examined: Examined,
    #[serde(skip_serializing_if = "Option::is_none")]
    hidden: Option<Hidden>,
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    manifest_digest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_of_life: Option<EndOfLife<'a>>,
    data: Vec<Age<'a>>,
    database: Origin<'a>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    parts: BTreeMap<&'static str, Counts>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    groups: BTreeMap<Group, usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<More<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix_plan: Option<FixPlan<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ignored: Vec<Ignored<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secrets: Option<Vec<secrets::More<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hygiene: Option<hygiene::Built<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct NotSeen<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    place: &'a str,
    why: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    hides: &'a str,
}

/// Who vouches for the database.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Origin<'a> {
    signature: &'static str,
    #[serde(flatten)]
    by: Option<Signed<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Signed<'a> {
    key: &'a str,
    /// Whether the user believes that key.
    trusted: bool,
    generation: u64,
    created: Timestamp,
    expires: Timestamp,
}

impl<'a> Origin<'a> {
    fn new(origin: &'a DataOrigin) -> Self {
        let (signature, by) = match origin {
            DataOrigin::BuiltIn => ("built in", None),
            DataOrigin::Unsigned => ("unsigned", None),
            DataOrigin::Signed { by, is_trusted } => (
                "signed",
                Some(Signed {
                    key: &by.key,
                    trusted: *is_trusted,
                    generation: by.generation,
                    created: by.created,
                    expires: by.expires,
                }),
            ),
        };
        Self { signature, by }
    }
}

/// What was looked at: packages by the format that told of them, and layers; and what nobody looked for.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Examined {
    packages: BTreeMap<&'static str, usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    layers: Option<usize>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    left_out: &'static [&'static str],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Hidden {
    by_severity: usize,
    by_status: usize,
    exploited: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct EndOfLife<'a> {
    date: Date,
    past: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    regular_end: Option<Date>,
    source: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Age<'a> {
    publisher: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    newest: Option<Date>,
}

/// What more is known of a finding; found again by its two ids.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct More<'a> {
    #[serde(rename = "VulnerabilityID")]
    id: &'a str,
    #[serde(rename = "PkgID")]
    package_id: String,
    #[serde(rename = "VendorIDs", skip_serializing_if = "<[_]>::is_empty")]
    vendor_ids: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    aliases: &'a [String],
    /// A fix that only subscribers get.
    #[serde(rename = "ProFixedVersion", skip_serializing_if = "str::is_empty")]
    fixed_for_some: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    exploited: Option<Exploited>,
    #[serde(rename = "EPSS", skip_serializing_if = "Option::is_none")]
    epss: Option<f64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    severity_estimated: bool,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    estimates: BTreeMap<&'a str, Severity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<Group>,
}

/// A finding that does not count, and why.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Ignored<'a> {
    #[serde(rename = "VulnerabilityID")]
    id: &'a str,
    #[serde(rename = "PkgID")]
    package_id: String,
    severity: Severity,
    reason: &'a str,
    place: &'a str,
}

/// CISA's entry.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Exploited {
    #[serde(skip_serializing_if = "Option::is_none")]
    added: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<Date>,
    ransomware: bool,
}

impl<'a> Seaworthy<'a> {
    pub(super) fn new(report: &'a Report, view: &View) -> Self {
        let image = report.image.as_ref();
        let age = |age: &'a model::DataAge| Age {
            publisher: &age.publisher,
            newest: age.newest,
        };
        Self {
            gaps: report.gaps.iter().map(NotSeen::new).collect(),
            examined: Examined::new(report, view),
            hidden: Hidden::new(view.hidden),
            platform: image.map(|image| image.platform.to_string()),
            manifest_digest: image.and_then(|image| Some(image.manifest?.to_string())),
            end_of_life: report.eol.as_ref().map(EndOfLife::new),
            data: report.data.iter().map(age).collect(),
            database: Origin::new(&report.origin),
            parts: parts(&report.findings),
            groups: groups(&report.findings),
            findings: more(report),
            fix_plan: FixPlan::new(report),
            ignored: report.waived.iter().map(|it| ignored(report, it)).collect(),
            secrets: secrets::more(report),
            hygiene: hygiene::Built::new(report),
        }
    }
}

impl<'a> NotSeen<'a> {
    pub(super) fn new(gap: &'a Gap) -> Self {
        Self {
            kind: gap.kind.name(),
            place: &gap.place,
            why: &gap.why,
            hides: &gap.hides,
        }
    }
}

impl Examined {
    fn new(report: &Report, view: &View) -> Self {
        let mut packages = BTreeMap::new();
        for package in &report.packages {
            *packages.entry(package.format.name()).or_default() += 1;
        }
        Self {
            packages,
            left_out: view.left_out,
            layers: report.image.as_ref().map(|image| image.layers.len()),
        }
    }
}

impl Hidden {
    fn new(hidden: model::Hidden) -> Option<Self> {
        (hidden != model::Hidden::default()).then_some(Self {
            by_severity: hidden.by_severity,
            by_status: hidden.by_status,
            exploited: hidden.exploited,
        })
    }
}

impl<'a> EndOfLife<'a> {
    fn new(eol: &'a model::EolNotice) -> Self {
        Self {
            date: eol.date,
            past: eol.is_past,
            regular_end: eol.regular_end,
            source: &eol.source,
        }
    }
}

/// Counts findings by the part that brought them, if the history tells of any.
fn parts(findings: &[Finding]) -> BTreeMap<&'static str, Counts> {
    [Part::Base, Part::Own, Part::Unknown]
        .into_iter()
        .filter_map(|part| Some((name(part)?, part)))
        .map(|(name, part)| (name, Counts::of(findings.iter().filter(|f| f.part == part))))
        .filter(|(_, counts)| counts.total() > 0)
        .collect()
}

const fn name(part: Part) -> Option<&'static str> {
    match part {
        Part::Base => Some("Base"),
        Part::Own => Some("Own"),
        Part::Unknown => None,
    }
}

fn groups(findings: &[Finding]) -> BTreeMap<Group, usize> {
    let mut counts = BTreeMap::new();
    for group in findings.iter().filter_map(|finding| finding.group) {
        *counts.entry(group).or_default() += 1;
    }
    counts
}

/// Returns an entry for each finding of which more is known, in the report's order.
fn more(report: &Report) -> Vec<More<'_>> {
    let entry = |finding| More::new(report, finding);
    report
        .findings
        .iter()
        .map(entry)
        .filter(More::says_something)
        .collect()
}

fn ignored<'a>(report: &'a Report, waived: &'a model::WaivedFinding) -> Ignored<'a> {
    let model::WaivedFinding { finding, waiver } = waived;
    let package = report.packages.get(finding.package);
    Ignored {
        id: &finding.id,
        package_id: package.map(package_id).unwrap_or_default(),
        severity: finding.severity,
        reason: &waiver.reason,
        place: &waiver.place,
    }
}

/// Returns Trivy's id of a package, or what stands for it where there is none.
fn package_id(package: &model::Package) -> String {
    let id = package.id();
    if id.is_empty() { package.label() } else { id }
}

impl<'a> More<'a> {
    fn new(report: &'a Report, finding: &'a Finding) -> Self {
        let package = report.packages.get(finding.package);
        let estimate = |rating: &'a Arc<Rating>| (rating.source.as_str(), rating.severity);
        let estimates = finding.ratings.iter().filter(|rating| rating.estimated);
        Self {
            id: &finding.id,
            package_id: package.map(package_id).unwrap_or_default(),
            vendor_ids: match package {
                Some(package) if finding::has_vendor_ids(finding, package) => &[],
                _ => &finding.vendor_ids,
            },
            aliases: &finding.aliases,
            fixed_for_some: &finding.fixed_for_some,
            exploited: finding.kev.as_ref().map(|kev| Exploited {
                added: kev.added,
                due: kev.due,
                ransomware: kev.is_ransomware,
            }),
            epss: finding.epss.map(model::Epss::to_f64),
            severity_estimated: finding.is_severity_estimated,
            estimates: estimates.map(estimate).collect(),
            part: name(finding.part),
            group: finding.group,
        }
    }

    fn says_something(&self) -> bool {
        !self.vendor_ids.is_empty()
            || !self.aliases.is_empty()
            || !self.fixed_for_some.is_empty()
            || self.exploited.is_some()
            || self.epss.is_some()
            || self.severity_estimated
            || !self.estimates.is_empty()
            || self.part.is_some()
            || self.group.is_some()
    }
}
