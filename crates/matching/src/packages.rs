//! Holds every package against the advisories of its release.

use std::cmp::Ordering;
use std::sync::Arc;

use advisory::Database;
use model::{
    Advisory, Affected, Confidence, DataSource, GapKind, Group, Layer, Manner, Package,
    PackageFormat, Part, Status,
};
use version::BadVersion;

use crate::Input;
use crate::both::both;
use crate::candidates::Candidates;
use crate::checked::Checked;
use crate::coverage;
use crate::enrichment::{Way, enrich, enrich_alone};
use crate::families::{Family, Unfixed};
use crate::found::{Flaw, Found, Word};
use crate::gaps::Gaps;
use crate::judge::{Judgement, judge};
use crate::problem::{self, Problem};
use crate::release::Release;
use crate::streams::Streams;
use crate::suppliers::Share;

/// Packages from which on a second thread takes half of them: for fewer it takes longer to start than to
/// end.
const MANY: usize = 256;

/// A package, with its place in the list.
type Placed<'a> = (usize, &'a Package);

/// Returns what is known to be wrong with the packages of a share, and about these flaws, in no order.
pub(crate) fn check(
    input: &Input<'_>,
    share: &Share,
    database: &Database,
    gaps: &mut Gaps,
) -> Found {
    let release = &share.release;
    let packages = share.packages.iter();
    let packages: Vec<Placed<'_>> = packages
        .filter_map(|index| Some((*index, input.packages.get(*index)?)))
        .collect();
    let names = packages.iter().map(|(_, package)| *package);
    let names = names.filter(|package| is_ours(release.family, package, input.manner));
    let names = names.map(|package| (release.family.key)(package).into_owned());
    let names = names.collect();
    coverage::say(&names, release, database, (gaps, input.limits));
    let asked = (input, release, database);
    let checked = halves(&packages, asked, gaps).unwrap_or_else(|| {
        let mut checked = one_by_one(&packages, asked, gaps);
        enrich(&mut checked.found, database, gaps);
        checked
    });
    checked.say_what_was_left_out(release.family, input.limits.gaps_of_a_kind, gaps)
}

/// Holds both halves of many packages against the advisories at once, and looks the flaws of each half up on
/// its own thread, which has just made the findings; none if there are few, or limits are met, since what is
/// left out then is told one package after the other.
fn halves(
    packages: &[Placed<'_>],
    asked: (&Input<'_>, &Release, &Database),
    gaps: &mut Gaps,
) -> Option<Checked> {
    if packages.len() < MANY {
        return None;
    }
    let limits = asked.0.limits;
    // in the order of the advisories, so that each half needs other blocks of them
    let key = asked.1.family.key;
    let mut sorted = packages.to_vec();
    sorted.sort_by(|(_, a), (_, b)| key(a).cmp(&key(b)));
    let (first, second) = sorted.split_at(sorted.len() / 2);
    let apart = |packages, way| {
        let mut gaps = Gaps::new(limits);
        let mut checked = one_by_one(packages, asked, &mut gaps);
        // who gave up is asked again
        if !checked.gave_up {
            enrich_alone(&mut checked.found, way, asked.2, &mut gaps);
        }
        (checked, gaps)
    };
    let ((first, of_first), (second, of_second)) =
        both(|| apart(first, Way::Up), || apart(second, Way::Down));
    let checked = first.and(second, limits)?;
    gaps.take(of_first, of_second).then_some(checked)
}

fn one_by_one(
    packages: &[Placed<'_>],
    (input, release, database): (&Input<'_>, &Release, &Database),
    gaps: &mut Gaps,
) -> Checked {
    let mut checker = Checker {
        family: release.family,
        manner: input.manner,
        // of this thread alone: the other one need not wait while this one counts who refers to it
        source: release.source.as_deref().cloned().map(Arc::new),
        publisher: release.publisher,
        layers: input.layers,
        checked: Checked::default(),
        gaps,
    };
    let streams = Streams::new(database, input.os, input.manner);
    let mut candidates = Candidates::new(release, database, streams);
    for &(index, package) in packages {
        if !checker.is_to_be_checked(package) {
            continue;
        }
        let (known, looked_at) = candidates.of(package, checker.gaps);
        let looked_at = checker.checked.looked_at.saturating_add(looked_at);
        checker.checked.looked_at = looked_at;
        if looked_at > input.limits.judgements {
            checker.give_up(package, "held against", input.limits.judgements);
            break;
        }
        checker.package(index, package, &known);
        if checker.checked.found.len() > input.limits.findings {
            checker.checked.found.truncate(input.limits.findings);
            checker.give_up(package, "true of", input.limits.findings);
            break;
        }
    }
    checker.checked
}

/// Whether the distribution publishes a package and speaks of it. What rpm calls the keys of
/// publishers is none.
pub(crate) fn is_ours(family: &Family, package: &Package, manner: Manner) -> bool {
    is_of_format(family, package)
        && (family.covers_vendors || !is_foreign(package, manner))
        && package.name != "gpg-pubkey"
}

/// Whether somebody else publishes a package than the distribution.
fn is_foreign(package: &Package, manner: Manner) -> bool {
    package.is_of_vendor() || (manner.is_trivy() && package.is_of_nobody())
}

/// Whether a package is of the distribution's kind, whatever list names it.
fn is_of_format(family: &Family, package: &Package) -> bool {
    package.format.purl_type() == family.format.purl_type()
}

/// What is said of a package that has a problem.
struct Verdict<'a> {
    /// The version that holds the fix; empty if there is none.
    fixed: String,
    status: Status,
    /// Who says so.
    advisories: Vec<&'a Advisory>,
}

struct Checker<'a> {
    family: &'static Family,
    manner: Manner,
    source: Option<Arc<DataSource>>,
    /// Whose word on severities counts first.
    publisher: &'static str,
    layers: &'a [Layer],
    checked: Checked,
    gaps: &'a mut Gaps,
}

impl Checker<'_> {
    /// Notes why not, if not.
    fn is_to_be_checked(&mut self, package: &Package) -> bool {
        if is_ours(self.family, package, self.manner) {
            return true;
        }
        if matches!(package.format, PackageFormat::Language(_)) {
            return false;
        }
        if !is_of_format(self.family, package) {
            let checked = &mut self.checked;
            checked.other_formats = checked.other_formats.saturating_add(1);
        } else if is_foreign(package, self.manner) {
            self.checked.foreign.insert(package.label());
        }
        false
    }

    fn package(&mut self, index: usize, package: &Package, advisories: &[Advisory]) {
        self.say_if_bad(package);
        let part = part(package, self.layers);
        let group = (self.family.is_kernel)(package).then_some(Group::KernelHeaders);
        for (name, problem) in problem::join(advisories) {
            let Some(verdict) = self.problem(package, name, &problem) else {
                continue;
            };
            let word = Word {
                publisher: self.publisher,
                speaker: self.speaker(),
                source: self.source.as_ref(),
                part,
                group,
            };
            let flaw = Flaw {
                name,
                aliases: &problem.aliases,
                advisories: &verdict.advisories,
                fixed: self.shown(verdict.fixed),
                status: verdict.status,
            };
            self.checked.found.push((index, package), flaw, word);
        }
    }

    /// Says that a version cannot be compared with any other: no advisory may ask for it today, and
    /// one that is not in the database yet could not be held against it.
    fn say_if_bad(&mut self, package: &Package) {
        if let Err(bad) = self.parsed(package) {
            self.uncompared(package, bad.to_string());
        }
    }

    fn parsed(&self, package: &Package) -> Result<Ordering, BadVersion> {
        let version = (self.family.compared)(package);
        version::compare(self.family.scheme, version, version)
    }

    fn uncompared(&mut self, package: &Package, why: String) {
        let hides = "known problems of this package";
        self.gaps
            .add(GapKind::Uncompared, package.label(), why, hides);
    }

    /// Returns what is said of a package that has the problem.
    fn problem<'b>(
        &mut self,
        package: &Package,
        name: &str,
        problem: &Problem<'b>,
    ) -> Option<Verdict<'b>> {
        let version = (self.family.compared)(package);
        let mut worst: Option<Verdict<'_>> = None;
        for advisory in self.that_count(&problem.advisories) {
            match judge(advisory, version, (self.family.scheme, self.manner)) {
                Judgement::Never => return None,
                Judgement::Fixed => {}
                // once for all advisories, if it is the package's own version that is bad
                Judgement::Unclear(_) if self.parsed(package).is_err() => {}
                Judgement::Unclear(why) => self.uncompared(package, why),
                // A changelog line that names a flaw beside words such as "revert" or "not
                // affected" says too little to accuse a package, and too much to be silent.
                Judgement::Affected { .. } if advisory.confidence == Confidence::Low => {
                    self.checked
                        .doubtful
                        .insert(format!("{name} in {}", (self.family.key)(package)));
                }
                Judgement::Affected { fixed, status } => {
                    let new = Verdict {
                        fixed,
                        status,
                        advisories: vec![advisory],
                    };
                    worst = Some(self.later(worst, new));
                }
            }
        }
        worst
    }

    /// Returns the advisories on a problem that count: where a fix is named, some publishers' word that
    /// there is none is of another stream, and the last fix makes up for those before it.
    fn that_count<'b>(&self, advisories: &[&'b Advisory]) -> Vec<&'b Advisory> {
        match self.family.unfixed {
            Unfixed::UnlessFixed => match self.last_fix(advisories) {
                Some(fix) => vec![fix],
                None => advisories.to_vec(),
            },
            Unfixed::Told | Unfixed::NotTold => advisories.to_vec(),
        }
    }

    /// Returns the first of those that name the highest version.
    fn last_fix<'b>(&self, advisories: &[&'b Advisory]) -> Option<&'b Advisory> {
        let mut last: Option<(&Advisory, &str)> = None;
        for advisory in advisories {
            let Affected::Below(fixed) = &advisory.affected else {
                continue;
            };
            let is_later = |(_, known): (_, &str)| {
                version::compare(self.family.scheme, fixed, known).is_ok_and(Ordering::is_gt)
            };
            if last.is_none_or(is_later) {
                last = Some((advisory, fixed));
            }
        }
        last.map(|(advisory, _)| advisory)
    }

    /// Returns which of two verdicts needs more: no fix, else the later fix; to Trivy, the fix whose text is
    /// greater (trivy.md §1.6). Both speak of the flaw, but where a publisher's first word replaces the others.
    fn later<'b>(&self, known: Option<Verdict<'b>>, new: Verdict<'b>) -> Verdict<'b> {
        let Some(mut known) = known else {
            return new;
        };
        if self.family.unfixed == Unfixed::UnlessFixed {
            return known;
        }
        let is_later = || version::compare(self.family.scheme, &new.fixed, &known.fixed);
        let needs_more = if self.manner.is_trivy() {
            new.fixed > known.fixed
        } else {
            !known.fixed.is_empty()
                && (new.fixed.is_empty() || is_later().is_ok_and(Ordering::is_gt))
        };
        if needs_more {
            known.fixed = new.fixed;
            known.status = new.status;
        }
        known.advisories.extend(new.advisories);
        known
    }

    /// Whose name a severity has that an advisory itself gives: a supplier's own, even where it builds on a
    /// distribution.
    fn speaker(&self) -> Option<&'static str> {
        self.family.names_itself.then_some(self.family.publisher)
    }

    /// Returns a version as people write it.
    fn shown(&self, version: String) -> String {
        match version.strip_prefix("0:") {
            Some(rest) if self.family.has_zero_epochs => rest.to_owned(),
            _ => version,
        }
    }

    /// Says that this package and those behind it were not looked at, or not wholly.
    fn give_up(&mut self, package: &Package, how: &str, limit: usize) {
        self.checked.gave_up = true;
        let why =
            format!("more than {limit} advisories are {how} these packages; the rest was left out");
        let hides = "known problems of this package and all behind it";
        self.gaps.add(GapKind::Limited, package.label(), why, hides);
    }
}

/// Returns which part of the image brought a package.
pub(crate) fn part(package: &Package, layers: &[Layer]) -> Part {
    match layers.get(package.layer).and_then(|layer| layer.is_base) {
        Some(true) => Part::Base,
        Some(false) => Part::Own,
        None => Part::Unknown,
    }
}
