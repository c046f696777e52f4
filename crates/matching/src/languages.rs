//! Holds packages of programming languages against the advisories of their ecosystems.
//!
//! Source of truth: `trivy.md` §5, §6.1: all shards of an ecosystem are asked, and where two have one id,
//! the one whose name is last counts.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use advisory::Database;
use model::{
    Advisory, DataSource, GapKind, Language, Layer, Manner, Package, PackageFormat, Status, counted,
};
use version::Scheme;

use crate::Input;
use crate::ecosystems::{self, Ecosystem};
use crate::found::{Flaw, Found, Word};
use crate::gaps::Gaps;
use crate::judge::{Judgement, judge};
use crate::problem;
use crate::unread;

/// A shard that speaks of an ecosystem, and whose it is.
#[derive(Debug)]
struct Shelf {
    shard: String,
    publisher: String,
    source: Option<Arc<DataSource>>,
}

/// Returns what is known to be wrong with packages of languages, in no order.
pub(crate) fn check(input: &Input<'_>, database: &Database, gaps: &mut Gaps) -> Found {
    let mut checker = Checker {
        database,
        manner: input.manner,
        shelves: BTreeMap::new(),
        judgements: input.limits.judgements,
        layers: input.layers,
        found: Found::default(),
        gaps,
    };
    let mut unknown: BTreeMap<Language, usize> = BTreeMap::new();
    for (index, package) in input.packages.iter().enumerate() {
        let PackageFormat::Language(language) = package.format else {
            continue;
        };
        let ecosystem = ecosystems::of(language).filter(|it| checker.has_any(it));
        let Some(ecosystem) = ecosystem else {
            let count = unknown.entry(language).or_default();
            *count = count.saturating_add(1);
            continue;
        };
        let before = checker.found.len();
        let is_judged = checker.package(index, package, ecosystem).is_some();
        if !is_judged || checker.found.len() > input.limits.findings {
            checker.found.truncate(before);
            let why = "there are more advisories on these packages than are looked at; the rest was left out";
            let hides = "known problems of this package and all behind it";
            checker
                .gaps
                .add(GapKind::Limited, package.label(), why, hides);
            break;
        }
    }
    let found = checker.found;
    for (language, count) in unknown {
        let why = format!(
            "there are no advisories on {} of {}",
            counted(count, "package"),
            language.name()
        );
        let hides = "all known problems of these packages";
        gaps.add(GapKind::Uncovered, language.name(), why, hides);
    }
    found
}

/// Returns the shards that packages of languages are held against, sorted.
pub(crate) fn shards(input: &Input<'_>, database: &Database) -> Vec<String> {
    let languages: BTreeSet<Language> = input
        .packages
        .iter()
        .filter_map(|package| match package.format {
            PackageFormat::Language(language) => Some(language),
            PackageFormat::Apk
            | PackageFormat::Dpkg
            | PackageFormat::Rpm
            | PackageFormat::Rpmqa => None,
        })
        .collect();
    let mut shards = BTreeSet::new();
    for ecosystem in languages.into_iter().filter_map(ecosystems::of) {
        shards.extend(
            names(ecosystem, database)
                .into_iter()
                .map(|(shard, _)| shard),
        );
    }
    shards.into_iter().collect()
}

/// Returns the shards of an ecosystem, those of Trivy's database last, each with its publisher where
/// that is not in the database.
fn names(ecosystem: &Ecosystem, database: &Database) -> Vec<(String, &'static str)> {
    let observed = ecosystem.observed.map(|shard| (shard, "ghsa"));
    let own = ecosystem.own.iter().copied().chain(observed);
    let own = own
        .filter(|(shard, _)| database.has_shard(shard))
        .map(|(shard, publisher)| (shard.to_owned(), publisher));
    let prefix = format!("{}::", ecosystem.name);
    let imported = database
        .names_from(&prefix)
        .map(|shard| (shard.to_owned(), ""));
    own.chain(imported).collect()
}

/// What is told of one package.
struct Told {
    /// Of each id, what counts.
    advisories: Vec<Advisory>,
    /// The place of the shard that each of these is from.
    places: BTreeMap<String, usize>,
    /// What every publisher says, with the place of the shard.
    records: Vec<(usize, Advisory)>,
}

/// How well a publisher knows an ecosystem, 0 is best, and what it says of one flaw.
type Preferred<'r> = (usize, Vec<&'r Advisory>);

struct Checker<'a, 'g> {
    database: &'a Database,
    manner: Manner,
    /// The shards of each ecosystem that was asked for.
    shelves: BTreeMap<&'static str, Vec<Shelf>>,
    /// How many advisories may still be judged.
    judgements: usize,
    layers: &'a [Layer],
    found: Found,
    gaps: &'g mut Gaps,
}

impl Checker<'_, '_> {
    /// Whether there is a shard on an ecosystem.
    fn has_any(&mut self, ecosystem: &'static Ecosystem) -> bool {
        let (database, gaps) = (self.database, &mut *self.gaps);
        let shelves = self.shelves.entry(ecosystem.name).or_insert_with(|| {
            let names = names(ecosystem, database).into_iter();
            names
                .map(|(shard, own)| shelf(database, shard, own, gaps))
                .collect()
        });
        !shelves.is_empty()
    }

    /// Adds the findings of a package; none if there are too many advisories.
    fn package(&mut self, index: usize, package: &Package, ecosystem: &Ecosystem) -> Option<()> {
        if package.version.is_empty() {
            return Some(());
        }
        let scheme = ecosystem.order(self.manner);
        // what has no order may still be one of the versions that an advisory lists
        let own = version::compare(scheme, &package.version, &package.version);
        if let Err(bad) = &own {
            self.uncompared(package, bad.to_string());
        }
        let Told {
            advisories,
            places,
            records,
        } = self.advisories(package, ecosystem);
        let count = advisories.len().saturating_add(records.len());
        self.judgements = self.judgements.checked_sub(count)?;
        let preferred = self.preferred(ecosystem, &records);
        let part = crate::packages::part(package, self.layers);
        for (name, problem) in problem::join(&advisories) {
            if self.is_rejected(name) {
                continue;
            }
            let judged = (scheme, own.is_ok());
            let Some((id, fixed, status)) = self.problem(package, judged, &problem.advisories)
            else {
                continue;
            };
            if self.is_denied(&package.version, scheme, preferred.get(name)) {
                continue;
            }
            let shelf = self.shelves.get(ecosystem.name);
            let shelf = shelf.and_then(|it| it.get(*places.get(&id)?));
            let word = Word {
                publisher: shelf.map_or("", |shelf| &shelf.publisher),
                speaker: None,
                source: shelf.and_then(|shelf| shelf.source.as_ref()),
                part,
                group: None,
            };
            let flaw = Flaw {
                name,
                aliases: &problem.aliases,
                advisories: &problem.advisories,
                fixed,
                status,
            };
            self.found.push((index, package), flaw, word);
        }
        Some(())
    }

    /// Whether an id turned out to be no flaw: what still lists it repeats what was taken back.
    fn is_rejected(&mut self, id: &str) -> bool {
        self.database.is_rejected(id).unwrap_or_else(|error| {
            unread(&error, self.gaps);
            false
        })
    }

    /// Returns what is told of a package.
    ///
    /// A shard may have several records of one id on a package: an interval each. What only reports
    /// of scanners tell counts where no publisher tells of the flaw.
    fn advisories(&mut self, package: &Package, ecosystem: &Ecosystem) -> Told {
        let keys = (ecosystem.keys)(&package.name);
        let mut told: BTreeMap<String, Vec<Advisory>> = BTreeMap::new();
        let mut observed = Vec::new();
        let mut records = Vec::new();
        let mut places = BTreeMap::new();
        let shelves = self.shelves.get(ecosystem.name).into_iter().flatten();
        for (place, shelf) in shelves.enumerate() {
            let of_key = |key: &Cow<'_, str>| self.database.advisories(&shelf.shard, key);
            let mut here: BTreeMap<String, Vec<Advisory>> = BTreeMap::new();
            for found in keys.iter().map(of_key) {
                for advisory in found.unwrap_or_else(|error| {
                    unread(&error, self.gaps);
                    Vec::new()
                }) {
                    here.entry(advisory.id.clone()).or_default().push(advisory);
                }
            }
            if ecosystem.observed == Some(shelf.shard.as_str()) {
                observed.extend(here.into_values().flatten().map(|it| (place, it)));
            } else {
                places.extend(here.keys().map(|id| (id.clone(), place)));
                records.extend(here.values().flatten().map(|it| (place, it.clone())));
                told.extend(here);
            }
        }
        let mut advisories: Vec<Advisory> = told.into_values().flatten().collect();
        let names: BTreeSet<String> = advisories.iter().flat_map(names_of).cloned().collect();
        for (place, advisory) in observed {
            if !names_of(&advisory).any(|name| names.contains(name)) {
                places.insert(advisory.id.clone(), place);
                advisories.push(advisory);
            }
        }
        Told {
            advisories,
            places,
            records,
        }
    }

    /// Returns of each flaw what the publisher says of it that knows the ecosystem best, of those that
    /// speak of it (`feeds.md` §6.2). In Trivy's manner whoever accuses is believed.
    fn preferred<'r>(
        &self,
        ecosystem: &Ecosystem,
        records: &'r [(usize, Advisory)],
    ) -> BTreeMap<&'r str, Preferred<'r>> {
        let mut preferred: BTreeMap<&str, Preferred<'_>> = BTreeMap::new();
        let shelves = self.shelves.get(ecosystem.name);
        let records = records.iter().filter(|_| !self.manner.is_trivy());
        for (place, advisory) in records {
            let shelf = shelves.and_then(|shelves| shelves.get(*place));
            let is_of = |id: &&str| shelf.is_some_and(|shelf| shelf.publisher == *id);
            let Some(rank) = ecosystem.preferred.iter().position(is_of) else {
                continue;
            };
            for name in names_of(advisory) {
                let known = preferred.entry(name).or_insert((rank, Vec::new()));
                if rank < known.0 {
                    *known = (rank, Vec::new());
                }
                if rank == known.0 {
                    known.1.push(advisory);
                }
            }
        }
        preferred
    }

    /// Whether all that is preferred says that a version does not have the flaw.
    fn is_denied(&self, version: &str, scheme: Scheme, preferred: Option<&Preferred<'_>>) -> bool {
        let says_no = |advisory: &&Advisory| {
            let judged = judge(advisory, version, (scheme, self.manner));
            matches!(judged, Judgement::Fixed | Judgement::Never)
        };
        preferred.is_some_and(|(_, advisories)| advisories.iter().all(says_no))
    }

    /// Returns which advisory says that the package has a problem, what holds the fix, and the status. That a
    /// version without an order cannot be told was said once for all advisories.
    fn problem(
        &mut self,
        package: &Package,
        (scheme, is_ordered): (Scheme, bool),
        advisories: &[&Advisory],
    ) -> Option<(String, String, Status)> {
        for advisory in advisories {
            match judge(advisory, &package.version, (scheme, self.manner)) {
                Judgement::Affected { fixed, status } => {
                    return Some((advisory.id.clone(), fixed, status));
                }
                Judgement::Never => return None,
                Judgement::Fixed => {}
                Judgement::Unclear(_) if !is_ordered => {}
                Judgement::Unclear(why) => {
                    let why = format!("{}: {why}", advisory.id);
                    self.uncompared(package, why);
                }
            }
        }
        None
    }

    fn uncompared(&mut self, package: &Package, why: String) {
        let hides = "known problems of this package";
        self.gaps
            .add(GapKind::Uncompared, package.label(), why, hides);
    }
}

/// Returns all names of the flaw that an advisory is about.
fn names_of(advisory: &Advisory) -> impl Iterator<Item = &String> {
    advisory.aliases.iter().chain([&advisory.id])
}

fn shelf(database: &Database, shard: String, own: &str, gaps: &mut Gaps) -> Shelf {
    let source = database.source(&shard).unwrap_or_else(|error| {
        unread(&error, gaps);
        None
    });
    let publisher = match &source {
        // a source that builds on another one rates as that does
        Some(source) if !source.base_id.is_empty() => source.base_id.clone(),
        Some(source) => source.id.clone(),
        None => own.to_owned(),
    };
    Shelf {
        shard,
        publisher,
        source: source.map(Arc::new),
    }
}
