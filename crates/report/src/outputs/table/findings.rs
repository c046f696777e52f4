//! What is wrong, package by package: what is exploited or can be fixed first, the rest in one
//! counted line each.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use model::{Epss, Finding, Group, Package, Part, Report, Severity, Status, WaivedFinding};

use super::columns::Columns;
use super::page::{Ink, Page};
use super::words::{number, short};
use crate::Detail;
use crate::counts::Counts;
use crate::text::{cut, safe};

/// Where a finding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fold {
    /// Listed: it is exploited, or there is a fix.
    Listed,
    /// Counted: nobody can fix it yet, and nobody is known to use it.
    NotFixable,
    /// Counted: headers of a kernel that does not run here.
    KernelHeaders,
}

/// Returns where a finding stands.
pub(super) fn fold(finding: &Finding) -> Fold {
    match finding.group {
        Some(Group::KernelHeaders) => Fold::KernelHeaders,
        None if finding.kev.is_some() || !finding.fixed.is_empty() => Fold::Listed,
        None => Fold::NotFixable,
    }
}

/// Writes the findings: those that are listed, a counted line for each kind of the others.
pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let of = |which: Fold| -> Vec<&Finding> {
        let findings = report.findings.iter();
        findings.filter(|finding| fold(finding) == which).collect()
    };
    let listed = of(Fold::Listed);
    if !listed.is_empty() {
        page.gap()?;
        list(report, &listed, page)?;
    }
    let is_for_some = report
        .findings
        .iter()
        .any(|it| !it.fixed_for_some.is_empty());
    let why = if is_for_some {
        "no fix is published, or one for subscribers only"
    } else {
        "no fix is published"
    };
    for (which, title, why) in [
        (Fold::NotFixable, "not fixable", why),
        (
            Fold::KernelHeaders,
            "kernel headers",
            "the kernel that runs is the host's",
        ),
    ] {
        let findings = of(which);
        if findings.is_empty() {
            continue;
        }
        page.gap()?;
        folded_line((title, why), &findings, page)?;
        if page.view.detail == Detail::Wide {
            list(report, &findings, page)?;
        }
    }
    hidden(&report.waived, page)
}

/// Writes how many findings of which severities are folded away, and how to see them.
fn folded_line(
    (title, why): (&str, &str),
    findings: &[&Finding],
    page: &mut Page<'_>,
) -> io::Result<()> {
    let counts = Counts::of(findings.iter().copied());
    let severities: Vec<String> = counts
        .highest_first()
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| format!("{} {}", number(count), severity.name().to_lowercase()))
        .collect();
    let how = match page.view.detail {
        Detail::Folded => "; --wide lists them",
        Detail::Wide => "",
    };
    let total = number(counts.total());
    let text = format!(" {total} ({}): {why}{how}", severities.join(", "));
    page.line(&[(Ink::Heading, title), (Ink::Plain, &text)])
}

fn hidden(waived: &[WaivedFinding], page: &mut Page<'_>) -> io::Result<()> {
    let hidden = page.view.hidden;
    let parts: Vec<String> = [
        (hidden.by_severity, "--severity"),
        (hidden.by_status, "--ignore-unfixed or --ignore-status"),
        (waived.len(), "ignore files"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, filter)| format!("{} by {filter}", number(count)))
    .collect();
    if parts.is_empty() {
        return Ok(());
    }
    let is_exploited = |it: &&WaivedFinding| it.finding.kev.is_some();
    let exploited = match hidden.exploited + waived.iter().filter(is_exploited).count() {
        0 => String::new(),
        some => format!("; {} of them exploited (KEV)", number(some)),
    };
    page.gap()?;
    let text = format!("{}{exploited}", parts.join(", "));
    page.labelled((Ink::Heading, "hidden"), &text)
}

/// Findings of one package, worst first, and its siblings with just the same ones.
struct OfPackage<'a> {
    package: &'a Package,
    findings: Vec<&'a Finding>,
    siblings: Vec<&'a str>,
}

impl<'a> OfPackage<'a> {
    /// Returns what is equal for packages of the same source, from the same layer, with the same
    /// problems: a fix of one is the fix of all.
    fn likeness(&self) -> (&'a str, usize, Vec<[&'a str; 3]>) {
        let problem = |finding: &&'a Finding| {
            [
                finding.id.as_str(),
                finding.installed.as_str(),
                finding.fixed.as_str(),
            ]
        };
        let problems = self.findings.iter().map(problem).collect();
        (&self.package.source_name, self.package.layer, problems)
    }
}

/// Sorts what is exploited first, then by severity, likelihood and id.
fn rank(
    finding: &Finding,
) -> (
    Reverse<bool>,
    Reverse<Severity>,
    Reverse<Option<Epss>>,
    &str,
) {
    (
        Reverse(finding.kev.is_some()),
        Reverse(finding.severity),
        Reverse(finding.epss),
        &finding.id,
    )
}

fn by_package<'a>(report: &'a Report, findings: &[&'a Finding]) -> Vec<OfPackage<'a>> {
    let mut of_packages: BTreeMap<usize, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        of_packages
            .entry(finding.package)
            .or_default()
            .push(finding);
    }
    let mut list: Vec<OfPackage<'_>> = of_packages
        .into_iter()
        .filter_map(|(package, mut findings)| {
            findings.sort_by_key(|finding| rank(finding));
            let package = report.packages.get(package)?;
            let siblings = Vec::new();
            Some(OfPackage {
                package,
                findings,
                siblings,
            })
        })
        .collect();
    // Packages whose worst findings are the same stay in the report's order, which is by name.
    list.sort_by_key(|of| of.findings.first().map(|finding| rank(finding)));
    list
}

/// Puts packages that are alike into one, named after their source if one of them is.
fn merge(list: Vec<OfPackage<'_>>) -> Vec<OfPackage<'_>> {
    let mut merged: Vec<OfPackage<'_>> = Vec::new();
    let mut places = BTreeMap::new();
    for of in list {
        let place = *places.entry(of.likeness()).or_insert(merged.len());
        match merged.get_mut(place) {
            Some(other) if of.package.name == of.package.source_name => {
                other.siblings.push(&other.package.name);
                other.package = of.package;
            }
            Some(other) => other.siblings.push(&of.package.name),
            None => merged.push(of),
        }
    }
    merged
}

fn list(report: &Report, findings: &[&Finding], page: &mut Page<'_>) -> io::Result<()> {
    let mut packages = by_package(report, findings);
    if page.view.detail == Detail::Folded {
        packages = merge(packages);
    }
    let mut columns = Columns::new([
        "PACKAGE",
        "INSTALLED",
        "FIXED IN",
        "VULNERABILITY",
        "SEV",
        "EPSS",
    ]);
    let mut is_estimated = false;
    for of in &packages {
        for finding in &of.findings {
            columns.add(cells(of, finding));
            is_estimated |= finding.is_severity_estimated;
        }
    }
    if page.view.detail == Detail::Folded {
        columns.fit(page.width(), 3);
    }
    let mut rows = columns.rows();
    write_row(page, rows.next(), Ink::Heading, Ink::Heading)?;
    for of in &packages {
        for (finding, row) in of.findings.iter().zip(&mut rows) {
            write_row(page, Some(row), Ink::Plain, finding.severity.into())?;
        }
        let explanation = explanation(report, of);
        let line = match page.view.detail {
            Detail::Folded => cut(&explanation, page.width()),
            Detail::Wide => explanation.as_str().into(),
        };
        page.line(&[(Ink::Quiet, &line)])?;
    }
    if is_estimated {
        page.line(&[(Ink::Quiet, "~ this severity is only an estimate")])?;
    }
    Ok(())
}

fn cells(of: &OfPackage<'_>, finding: &Finding) -> [String; 6] {
    let name = &of.package.name;
    let name = match of.siblings.len() {
        0 => name.clone(),
        more => format!("{name} +{more}"),
    };
    let fixed = match (&*finding.fixed, &*finding.fixed_for_some) {
        ("", "") => unfixed(finding.status).to_owned(),
        ("", fixed) => format!("{fixed} (Pro only)"),
        (fixed, _) => fixed.to_owned(),
    };
    let estimated = if finding.is_severity_estimated {
        "~"
    } else {
        ""
    };
    let kev = if finding.kev.is_some() { " KEV" } else { "" };
    [
        name,
        finding.installed.clone(),
        fixed,
        finding.id.clone(),
        format!("{estimated}{}", short(finding.severity)),
        format!("{:>3}{kev}", finding.epss.map(percent).unwrap_or_default()),
    ]
}

/// The severity is the fifth cell; it alone is coloured.
fn write_row(
    page: &mut Page<'_>,
    row: Option<Vec<String>>,
    ink: Ink,
    severity: Ink,
) -> io::Result<()> {
    let row = row.unwrap_or_default();
    let ink_of = |at| if at == 4 { severity } else { ink };
    let words: Vec<(Ink, &str)> = row
        .iter()
        .enumerate()
        .map(|(at, cell)| (ink_of(at), cell.as_str()))
        .collect();
    page.line(&words)
}

const fn unfixed(status: Status) -> &'static str {
    match status {
        Status::Unknown | Status::Affected | Status::Fixed => "no fix yet",
        Status::NotAffected => "not affected",
        Status::UnderInvestigation => "being looked at",
        Status::WillNotFix => "will not be",
        Status::FixDeferred => "put off",
        Status::EndOfLife => "end of life",
    }
}

fn percent(epss: Epss) -> String {
    match epss.0.saturating_add(500) / 1_000 {
        0 => "<1%".to_owned(),
        percent => format!("{percent}%"),
    }
}

/// Returns where the package is from and whose word the severities are, in one line.
fn explanation(report: &Report, of: &OfPackage<'_>) -> String {
    let mut parts = Vec::new();
    let layer = report
        .image
        .as_ref()
        .and_then(|image| image.layers.get(of.package.layer));
    if layer.is_some() {
        let base = match of.findings.first().map(|finding| finding.part) {
            Some(Part::Base) => "base ",
            Some(Part::Own | Part::Unknown) | None => "",
        };
        parts.push(format!("{base}layer {}", of.package.layer + 1));
    }
    if !of.siblings.is_empty() {
        parts.push(format!("also {}", of.siblings.join(", ")));
    }
    if of.package.source_name != of.package.name {
        parts.push(format!("source {}", of.package.source_name));
    }
    let sources: BTreeSet<&str> = of
        .findings
        .iter()
        .map(|finding| finding.severity_source.as_str())
        .filter(|source| !source.is_empty())
        .collect();
    if sources.is_empty() {
        parts.push("nobody gave a severity".to_owned());
    } else {
        let sources: Vec<&str> = sources.into_iter().collect();
        parts.push(format!("severity by {}", sources.join(", ")));
    }
    let made_by = layer.map_or("", |layer| layer.created_by.as_str());
    if !made_by.is_empty() {
        parts.push(format!("from {made_by}"));
    }
    safe(&format!(" └ {}", parts.join("  "))).into_owned()
}
