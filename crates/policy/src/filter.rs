//! The filters `--severity`, `--ignore-unfixed` and `--ignore-status`, and what they hide.
//!
//! Source of truth: trivy.md §1.6. The order is severity, then status, then duplicates; findings
//! keep their order.

use std::collections::{BTreeMap, BTreeSet};

use model::{Finding, Gap, GapKind, Hidden, Package, Report, Severity, Status};

/// Which findings the user wants to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Severities to keep.
    pub severities: BTreeSet<Severity>,
    /// Statuses to leave out.
    pub ignored: BTreeSet<Status>,
}

/// What `--ignore-unfixed` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfixed {
    /// Findings without a fix are kept.
    Keep,
    /// Findings without a fix are left out.
    Ignore,
}

impl Default for Filter {
    /// Keeps everything.
    fn default() -> Self {
        Self::new(&[], Unfixed::Keep, &[])
    }
}

impl Filter {
    /// Makes a filter of the three flags; an empty list is a flag that was not given.
    ///
    /// A list of statuses wins over [`Unfixed::Ignore`], as in Trivy, which warns then: so should
    /// the caller.
    pub fn new(severities: &[Severity], unfixed: Unfixed, ignored: &[Status]) -> Self {
        let severities = match severities {
            [] => Severity::ALL.into(),
            some => some.iter().copied().collect(),
        };
        let ignored = match (ignored, unfixed) {
            ([], Unfixed::Keep) => BTreeSet::new(),
            ([], Unfixed::Ignore) => Status::ALL
                .into_iter()
                .filter(|status| *status != Status::Fixed)
                .collect(),
            (some, Unfixed::Keep | Unfixed::Ignore) => some.iter().copied().collect(),
        };
        Self {
            severities,
            ignored,
        }
    }
}

/// A report after its filters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filtered {
    /// The report; its packages are whole, so findings still point at them.
    pub report: Report,
    /// How many findings each filter took out.
    pub hidden: Hidden,
}

/// Takes out what the user does not want to see.
///
/// Findings whose severity nobody gave may be as bad as any: if `--severity` hides some, a gap
/// says how many.
pub fn filter(mut report: Report, filter: &Filter) -> Filtered {
    let all = std::mem::take(&mut report.findings);
    let (kept, by_severity): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|finding| filter.severities.contains(&finding.severity));
    let (kept, by_status): (Vec<_>, Vec<_>) = kept
        .into_iter()
        .partition(|finding| !filter.ignored.contains(&finding.status));
    report.findings = without_duplicates(kept, &report.packages);

    let leaks = report.leaks.as_mut();
    let all_leaks = leaks.as_ref().map_or(0, |leaks| leaks.len());
    let kept_leaks = leaks.map_or(0, |leaks| {
        leaks.retain(|leak| filter.severities.contains(&leak.secret.severity));
        leaks.len()
    });

    let flaws = report.hygiene.as_mut().map(|hygiene| &mut hygiene.flaws);
    let hidden_flaws = flaws.map_or(0, |flaws| {
        let all = flaws.len();
        flaws.retain(|flaw| filter.severities.contains(&flaw.severity));
        all - flaws.len()
    });

    let is_unknown = |finding: &&Finding| finding.severity == Severity::Unknown;
    let unknown = by_severity.iter().filter(is_unknown).count();
    if unknown > 0 {
        report.gaps.push(unknown_gap(unknown));
        report.gaps.sort();
    }
    Filtered {
        report,
        hidden: Hidden {
            exploited: by_severity
                .iter()
                .chain(&by_status)
                .filter(|it| it.kev.is_some())
                .count(),
            by_severity: by_severity.len() + (all_leaks - kept_leaks) + hidden_flaws,
            by_status: by_status.len(),
        },
    }
}

fn unknown_gap(count: usize) -> Gap {
    let (findings, have) = match count {
        1 => ("finding", "has"),
        _ => ("findings", "have"),
    };
    Gap::new(
        GapKind::Hidden,
        "",
        format!(
            "{count} {findings} that --severity leaves out {have} no severity from anyone; add UNKNOWN to see them"
        ),
        "problems of any severity",
    )
}

/// What makes two findings the same to Trivy: id, package id, name and installed version.
type Key = (String, String, String, String);

fn key(finding: &Finding, packages: &[Package]) -> Key {
    let package = packages.get(finding.package);
    (
        finding.id.clone(),
        package.map(Package::id).unwrap_or_default(),
        package.map_or(String::new(), |package| package.name.clone()),
        finding.installed.clone(),
    )
}

/// Keeps one of each; of two, the one whose fix is greater as text, which is Trivy's choice.
fn without_duplicates(findings: Vec<Finding>, packages: &[Package]) -> Vec<Finding> {
    let mut seen: BTreeMap<Key, usize> = BTreeMap::new();
    let mut kept: Vec<Finding> = Vec::new();
    for finding in findings {
        let next = kept.len();
        let at = *seen.entry(key(&finding, packages)).or_insert(next);
        match kept.get_mut(at) {
            Some(same) if finding.fixed > same.fixed => *same = finding,
            Some(_) => {}
            None => kept.push(finding),
        }
    }
    kept
}

#[cfg(test)]
mod tests;
