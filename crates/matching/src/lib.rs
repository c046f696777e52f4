//! Which advisories apply to a package, and whose severity counts.
//!
//! [`find`] takes the facts of one image and a database, and returns what is known to be wrong, and
//! what was not looked at. It reads nothing else: `today` is handed in.

mod both;
mod candidates;
mod checked;
mod coverage;
mod describe;
mod ecosystems;
mod enrichment;
mod eol;
mod families;
mod found;
mod gaps;
mod judge;
mod languages;
mod modules;
mod packages;
mod problem;
mod release;
mod severity;
mod stale;
mod streams;
mod suppliers;
mod why;

use std::cmp::Ordering;

use advisory::{Database, DatabaseError};
use jiff::civil::Date;
use model::{DataAge, EolNotice, Finding, Gap, GapKind, Layer, Limits, Manner, Os, Package};

pub use crate::describe::describe;
use crate::found::Found;
use crate::gaps::Gaps;
pub use crate::stale::OLD_DAYS;
pub use crate::why::{Meaning, Told, is_on, why};

/// The facts of one image.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// What it says it is; `None` if nothing tells.
    pub os: Option<&'a Os>,
    /// Its packages.
    pub packages: &'a [Package],
    /// Its layers, lowest first; empty for an unpacked root.
    pub layers: &'a [Layer],
    /// How many gaps of a kind are listed one by one.
    pub limits: &'a Limits,
    /// In whose manner they are judged.
    pub manner: Manner,
}

/// What is known about the packages of an image.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matched {
    /// What is known to be wrong, sorted as [`Finding`] documents.
    pub findings: Vec<Finding>,
    /// The distribution's end of life, if the database knows.
    pub eol: Option<EolNotice>,
    /// What was not looked at, sorted.
    pub gaps: Vec<Gap>,
    /// How old the data is that was used, sorted by publisher.
    pub data: Vec<DataAge>,
}

/// Finds what is known to be wrong with the packages of an image.
///
/// Source of truth: `trivy.md` §4.3 for what is compared with what, `feeds.md` §6 for aliases.
pub fn find(input: &Input<'_>, database: &Database, today: Date) -> Matched {
    let mut gaps = Gaps::new(input.limits);
    let shares = suppliers::shares(input, database, &mut gaps);
    let mut found = Found::default();
    for share in &shares {
        found.append(packages::check(input, share, database, &mut gaps));
    }
    let mut of_languages = languages::check(input, database, &mut gaps);
    enrichment::enrich(&mut of_languages, database, &mut gaps);
    found.append(of_languages);
    let eol = input
        .os
        .and_then(|os| eol::notice(os, (database, input.manner), today, &mut gaps));
    let mut used = languages::shards(input, database);
    used.extend(shares.into_iter().map(|share| share.release.shard));
    stale::check(&ages(&used, database), today, &mut gaps);
    if !used.is_empty() {
        used.extend(["epss", "kev", "severity"].map(str::to_owned));
    }
    used.extend(source_of(eol.as_ref()));
    Matched {
        findings: sorted(found.findings, input.packages),
        data: ages(&used, database),
        eol,
        gaps: gaps.into_sorted(),
    }
}

/// Returns why Trivy would end the scan with an error where [`find`] adds a gap, if it would.
pub fn refusal(input: &Input<'_>, database: &Database) -> Option<String> {
    streams::refusal(input, database)
}

/// Whether there may be advisories on a distribution, in some database.
pub fn is_covered(os: &Os) -> bool {
    families::of(os, Manner::Own).is_some()
}

/// Returns the name of the shard that speaks of a release, `debian-12`; none if the release is not told.
pub fn shard_of(os: &Os) -> Option<String> {
    let family = families::of(os, Manner::Own)?;
    Some(format!("{}{}", family.shards, (family.release)(os)?))
}

/// Finds only when the distribution ends: a fact about the base, whether or not anybody asks for known
/// problems.
pub fn end_of_life(input: &Input<'_>, database: &Database, today: Date) -> Matched {
    let mut gaps = Gaps::new(input.limits);
    let os = input.os;
    let eol = os.and_then(|os| eol::notice(os, (database, input.manner), today, &mut gaps));
    let used: Vec<String> = source_of(eol.as_ref()).into_iter().collect();
    Matched {
        data: ages(&used, database),
        eol,
        gaps: gaps.into_sorted(),
        ..Matched::default()
    }
}

/// Returns when a release of any product ends: of its cycles the first that the database knows. A part of
/// the database that cannot be read knows none.
pub fn end_of_product(
    product: &str,
    cycles: &[String],
    database: &Database,
    today: Date,
) -> Option<EolNotice> {
    let known = |cycle: &String| database.eol(product, cycle).ok().flatten();
    let eol = cycles.iter().find_map(known)?;
    eol::judge(&eol, today, database)
}

/// A finding to be sorted: what most comparisons need lies together.
struct Sorted<'a> {
    rank: Option<usize>,
    start: u128,
    finding: &'a Finding,
    place: usize,
}

/// Sorts as [`Finding`] documents. Packages are put in order once, and findings by their places in it: there
/// are far more of these.
fn sorted(mut findings: Vec<Finding>, packages: &[Package]) -> Vec<Finding> {
    let ids: Vec<String> = packages.iter().map(Package::id).collect();
    let key = |index: usize| (packages.get(index).map(|it| &it.name), ids.get(index));
    let mut order: Vec<usize> = (0..packages.len()).collect();
    order.sort_by(|a, b| key(*a).cmp(&key(*b)));
    // equal ones have one rank
    let mut ranks = vec![0_usize; packages.len()];
    let mut rank = 0_usize;
    for pair in order.windows(2) {
        let [before, index] = pair else { continue };
        rank = rank.saturating_add(usize::from(key(*before) != key(*index)));
        if let Some(place) = ranks.get_mut(*index) {
            *place = rank;
        }
    }
    let path = |finding: &Finding| packages.get(finding.package).map(|it| &it.path);
    // findings are large, and references to them are not: each finding is moved once
    let mut order: Vec<Sorted<'_>> = findings
        .iter()
        .enumerate()
        .map(|(place, finding)| Sorted {
            rank: ranks.get(finding.package).copied(),
            start: start(&finding.id),
            finding,
            place,
        })
        .collect();
    order.sort_by(|left, right| {
        let (a, b) = (left.finding, right.finding);
        let ranks = left.rank.cmp(&right.rank);
        ranks
            .then_with(|| installed(a, b))
            .then_with(|| b.severity.cmp(&a.severity))
            .then_with(|| left.start.cmp(&right.start))
            .then_with(|| a.id.cmp(&b.id))
            .then_with(|| path(a).cmp(&path(b)))
            .then_with(|| a.package.cmp(&b.package))
    });
    let order: Vec<usize> = order.into_iter().map(|it| it.place).collect();
    rearrange(&mut findings, &order);
    findings
}

/// Compares the versions that are installed; a package has one.
fn installed(a: &Finding, b: &Finding) -> Ordering {
    if a.package == b.package {
        Ordering::Equal
    } else {
        a.installed.cmp(&b.installed)
    }
}

/// Returns the first bytes of an id as a number that sorts as they do: most comparisons need no more.
fn start(id: &str) -> u128 {
    let mut first = [0; 16];
    for (to, byte) in first.iter_mut().zip(id.bytes()) {
        *to = byte;
    }
    u128::from_be_bytes(first)
}

/// Puts at each place what stood at the place that `order` names there.
fn rearrange<T>(values: &mut [T], order: &[usize]) {
    for place in 0..order.len() {
        let mut from = order.get(place).copied().unwrap_or(place);
        // what stood there was swapped to where the place before it took its own from
        while from < place {
            from = order.get(from).copied().unwrap_or(place);
        }
        values.swap(place, from);
    }
}

/// Returns the age of each publisher's data that had a say: the newest entry of all its shards, since
/// nothing new on a release that ended is no sign of old data.
fn ages(used: &[String], database: &Database) -> Vec<DataAge> {
    let shards = database.shards();
    let mut ages: Vec<DataAge> = used
        .iter()
        .filter_map(|shard| database.shard(shard))
        .map(|used| DataAge {
            newest: shards
                .iter()
                .filter(|shard| shard.publisher == used.publisher)
                .filter_map(|shard| shard.newest)
                .max(),
            publisher: used.publisher,
        })
        .collect();
    ages.sort();
    ages.dedup();
    ages
}

/// Returns the shard that told when a release ends, if one did.
fn source_of(eol: Option<&EolNotice>) -> Option<String> {
    let eol = eol.filter(|eol| eol.source != eol::TRIVY);
    eol.map(|_| "eol".to_owned())
}

/// Says that a part of the database cannot be used.
fn unread(error: &DatabaseError, gaps: &mut Gaps) {
    let gap = damaged(error, "known problems");
    gaps.add(gap.kind, gap.place, gap.why, gap.hides);
}

/// Returns what is lost because a part of the database cannot be used.
fn damaged(error: &DatabaseError, hides: &str) -> Gap {
    Gap::new(GapKind::Damaged, "advisories", error.to_string(), hides)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_of_ids_sort_as_ids_do() {
        let ids = [
            "",
            "CVE-2024-0001",
            "CVE-2024-0001000",
            "CVE-2024-00010001",
            "DSA-1",
            "GHSA-2222-2222-2222",
        ];
        for pair in ids.windows(2) {
            assert!(start(pair[0]) <= start(pair[1]), "{pair:?}");
        }
        assert!(start("CVE-1999-0001") < start("CVE-2024-0001"));
    }

    #[test]
    fn values_are_put_where_the_order_says() {
        for order in [
            &[][..],
            &[0],
            &[1, 0],
            &[0, 1, 2],
            &[2, 0, 1],
            &[1, 2, 0],
            &[3, 2, 1, 0],
            &[1, 3, 4, 0, 2, 5],
        ] {
            let mut values: Vec<usize> = (0..order.len()).collect();
            rearrange(&mut values, order);
            assert_eq!(values, order);
        }
    }
}
