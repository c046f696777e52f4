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
///
/// What is waived is filtered as what counts: whoever waives does so before, for the score card is about
/// the whole image.
pub fn filter(mut report: Report, filter: &Filter) -> Filtered {
    let mut left = Left::default();
    let kept = left.kept(std::mem::take(&mut report.findings), filter, |it| it);
    report.findings = without_duplicates(kept, &report.packages, |it| it);
    let waived = left.kept(std::mem::take(&mut report.waived), filter, |it| &it.finding);
    report.waived = without_duplicates(waived, &report.packages, |it| &it.finding);

    let wants = |severity: Severity| filter.severities.contains(&severity);
    let mut others = 0;
    if let Some(leaks) = &mut report.leaks {
        others += retain(leaks, |leak| wants(leak.secret.severity));
    }
    let waived = &mut report.waived_leaks;
    others += retain(waived, |waived| wants(waived.leak.secret.severity));
    if let Some(hygiene) = &mut report.hygiene {
        others += retain(&mut hygiene.flaws, |flaw| wants(flaw.severity));
    }

    if left.unknown > 0 {
        report.gaps.push(unknown_gap(left.unknown));
        report.gaps.sort();
    }
    left.hidden.by_severity += others;
    Filtered {
        report,
        hidden: left.hidden,
    }
}

/// Takes out what is not wanted, and returns how many that were.
fn retain<T>(list: &mut Vec<T>, wants: impl Fn(&T) -> bool) -> usize {
    let all = list.len();
    list.retain(wants);
    all - list.len()
}

/// How many findings were taken out.
#[derive(Debug, Default)]
struct Left {
    hidden: Hidden,
    /// By `--severity`, although nobody gave them one.
    unknown: usize,
}

impl Left {
    fn kept<T>(&mut self, all: Vec<T>, filter: &Filter, of: impl Fn(&T) -> &Finding) -> Vec<T> {
        let mut all = all;
        all.retain(|it| {
            let finding = of(it);
            if !filter.severities.contains(&finding.severity) {
                self.hidden.by_severity += 1;
                self.unknown += usize::from(finding.severity == Severity::Unknown);
            } else if filter.ignored.contains(&finding.status) {
                self.hidden.by_status += 1;
            } else {
                return true;
            }
            self.hidden.exploited += usize::from(finding.kev.is_some());
            false
        });
        all
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
fn without_duplicates<T>(
    findings: Vec<T>,
    packages: &[Package],
    of: impl Fn(&T) -> &Finding,
) -> Vec<T> {
    let mut seen: BTreeMap<Key, usize> = BTreeMap::new();
    let mut kept: Vec<T> = Vec::new();
    for finding in findings {
        let next = kept.len();
        let at = *seen.entry(key(of(&finding), packages)).or_insert(next);
        match kept.get_mut(at) {
            Some(same) if of(&finding).fixed > of(same).fixed => *same = finding,
            Some(_) => {}
            None => kept.push(finding),
        }
    }
    kept
}

#[cfg(test)]
mod tests;
