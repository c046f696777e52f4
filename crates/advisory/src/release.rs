//! What one publisher says about one release: of each flaw of a package one word, or one for each of some
//! builds that are told apart.

use std::collections::{BTreeMap, BTreeSet};

use model::{Advisory, Affected, Upper};

use crate::harvest::{garbled, is_name};
use crate::moment::Moment;
use crate::room::{self, Room};
use crate::withdrawn::Withdrawn;
use crate::write::About;

/// What one publisher says about one release.
#[derive(Debug)]
pub(crate) struct Release {
    pub(crate) about: About,
    /// The feeds that speak of it.
    pub(crate) feeds: BTreeSet<&'static str>,
    /// Advisories by package, and by id and what else tells them apart.
    packages: BTreeMap<String, BTreeMap<(String, String), Word>>,
    /// Whether the first word on a flaw has to give way to the second.
    gives_way: fn(&Advisory, &Advisory) -> bool,
    room: Room,
}

/// A word on a flaw.
#[derive(Debug)]
struct Word {
    /// Since when the publisher says so.
    since: Moment,
    advisory: Advisory,
}

/// Returns the release of this shard, with what it says about itself if it is new.
pub(crate) fn release_of<'a>(
    releases: &'a mut BTreeMap<String, Release>,
    about: About,
    gives_way: fn(&Advisory, &Advisory) -> bool,
    room: &Room,
) -> &'a mut Release {
    let release = releases.entry(about.name.clone());
    release.or_insert_with(|| Release {
        about,
        feeds: BTreeSet::new(),
        packages: BTreeMap::new(),
        gives_way,
        room: room.clone(),
    })
}

impl Release {
    /// Adds what is said of a package. Of two words on one flaw the stronger stands, with the names of
    /// both.
    ///
    /// # Errors
    /// Why it is garbage.
    pub(crate) fn add(&mut self, package: &str, advisory: Advisory) -> Result<(), String> {
        self.add_apart(package, "", advisory)
    }

    /// Adds what is said of some builds of a package, which `apart` tells from others: a module, a stream.
    ///
    /// # Errors
    /// Why it is garbage.
    pub(crate) fn add_apart(
        &mut self,
        package: &str,
        apart: &str,
        advisory: Advisory,
    ) -> Result<(), String> {
        check(package, &advisory)?;
        self.room.take(room::parts(&advisory))?;
        let key = (advisory.id.clone(), apart.to_owned());
        self.take(package, key, Moment::default(), advisory);
        Ok(())
    }

    /// Adds what the only record of a flaw says of a package since some time. Of two copies of it the later
    /// one stands, alone; of two of one time, what [`Self::add`] makes of them.
    ///
    /// # Errors
    /// Why it is garbage.
    pub(crate) fn add_as_of(
        &mut self,
        package: &str,
        since: Moment,
        advisory: Advisory,
    ) -> Result<(), String> {
        check(package, &advisory)?;
        self.room.take(room::parts(&advisory))?;
        let key = (advisory.id.clone(), String::new());
        self.take(package, key, since, advisory);
        Ok(())
    }

    fn take(
        &mut self,
        package: &str,
        key: (String, String),
        since: Moment,
        mut advisory: Advisory,
    ) {
        let flaws = self.packages.entry(package.to_owned()).or_default();
        let Some(word) = flaws.get_mut(&key) else {
            flaws.insert(key, Word { since, advisory });
            return;
        };
        if since != word.since {
            if since > word.since {
                *word = Word { since, advisory };
            }
            return;
        }
        let known = &mut word.advisory;
        let aliases = joined(&mut known.aliases, &mut advisory.aliases);
        let vendor_ids = joined(&mut known.vendor_ids, &mut advisory.vendor_ids);
        let arches = if known.arches.is_empty() || advisory.arches.is_empty() {
            Vec::new()
        } else {
            joined(&mut known.arches, &mut advisory.arches)
        };
        let streams = joined(&mut known.streams, &mut advisory.streams);
        let severity = known.severity.max(advisory.severity);
        if (self.gives_way)(known, &advisory) {
            *known = advisory;
        }
        known.aliases = aliases;
        known.vendor_ids = vendor_ids;
        known.arches = arches;
        known.streams = streams;
        known.severity = severity;
    }

    /// Returns what is said of each package.
    pub(crate) fn packages(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = &Advisory>)> {
        let packages = self.packages.iter();
        packages.map(|(name, flaws)| (name.as_str(), flaws.values().map(|it| &it.advisory)))
    }

    /// Sorts what was put together, and takes out what was taken back, or stands in older copies of a record
    /// alone.
    pub(crate) fn finish(&mut self, withdrawn: &Withdrawn, copies: &BTreeMap<String, Moment>) {
        let is_old = |word: &Word| {
            let latest = copies.get(&word.advisory.id);
            word.since != Moment::default() && latest.is_some_and(|latest| word.since < *latest)
        };
        for flaws in self.packages.values_mut() {
            for flaw in flaws.values_mut() {
                settle(&mut flaw.advisory);
            }
            flaws.retain(|_, it| {
                !is_old(it) && !withdrawn.is_copy(&self.about.publisher, &it.advisory)
            });
        }
    }
}

/// Puts lists together. They are sorted only where they would take more room, and at last by [`settle`]:
/// sorting them each time takes the square of their length.
fn joined<T: Ord>(known: &mut Vec<T>, new: &mut Vec<T>) -> Vec<T> {
    let mut all = std::mem::take(known);
    if all.len().saturating_add(new.len()) > all.capacity() {
        all.append(new);
        sort(&mut all);
        all.reserve(all.len());
    }
    all.append(new);
    all
}

fn sort<T: Ord>(list: &mut Vec<T>) {
    list.sort();
    list.dedup();
}

/// Sorts what was put together.
fn settle(advisory: &mut Advisory) {
    sort(&mut advisory.aliases);
    sort(&mut advisory.vendor_ids);
    sort(&mut advisory.arches);
    sort(&mut advisory.streams);
}

fn check(package: &str, advisory: &Advisory) -> Result<(), String> {
    let mut texts = vec![("the name of a package", package), ("an id", &advisory.id)];
    let arches = advisory.arches.iter().filter(|arch| !arch.is_empty());
    texts.extend(arches.map(|arch| ("an architecture", arch.as_str())));
    for ids in [&advisory.aliases, &advisory.vendor_ids] {
        texts.extend(ids.iter().map(|id| ("an id", id.as_str())));
    }
    texts.extend(versions(&advisory.affected).map(|version| ("a version", version)));
    match texts.into_iter().find(|(_, text)| !is_name(text)) {
        None => Ok(()),
        Some((what, text)) => Err(garbled(what, text)),
    }
}

/// Returns the versions and requirements that an advisory names.
pub(crate) fn versions(affected: &Affected) -> Box<dyn Iterator<Item = &str> + '_> {
    match affected {
        Affected::Below(version) => Box::new(std::iter::once(version.as_str())),
        Affected::Every | Affected::Never => Box::new(std::iter::empty()),
        Affected::Versions(versions) => Box::new(versions.iter().map(String::as_str)),
        Affected::Requirements {
            vulnerable,
            patched,
            unaffected,
        } => {
            let all = vulnerable.iter().chain(patched).chain(unaffected);
            Box::new(all.map(String::as_str))
        }
        Affected::Ranges(ranges) => Box::new(ranges.iter().flat_map(|range| {
            let upper = match &range.upper {
                Upper::Fixed(version) | Upper::LastAffected(version) => Some(version.as_str()),
                Upper::Open => None,
            };
            std::iter::once(range.introduced.as_str()).chain(upper)
        })),
    }
}
