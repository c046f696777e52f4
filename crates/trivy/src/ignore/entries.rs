//! Entries of an ignore file, found by what they are about: a file may have as many as a report has findings.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex::Regex;

use super::Asked;
use crate::by_package::ByPackage;
use model::Purl;

/// Entries about findings of one kind.
#[derive(Debug, Clone, Default)]
pub(super) struct Entries {
    by_id: BTreeMap<String, OfId>,
}

/// Entries about one id, in their order.
#[derive(Debug, Clone, Default)]
struct OfId {
    entries: Vec<Entry>,
    /// Places of those that name no package.
    of_all: Vec<usize>,
    /// Places of the others, by the packages that they name.
    of_some: ByPackage,
    /// Whether the last of them fits every finding, so that none behind it is ever asked.
    is_closed: bool,
}

/// Where an id does not count, and why.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    pub(super) paths: Vec<Regex>,
    pub(super) purls: Vec<Purl>,
    pub(super) statement: Arc<str>,
}

impl Entries {
    pub(super) fn add(&mut self, id: &str, entry: Entry) {
        match self.by_id.get_mut(id) {
            Some(of_id) => of_id.add(entry),
            None => self.by_id.entry(id.to_owned()).or_default().add(entry),
        }
    }

    /// Returns the statement of the first entry that says so, if a finding does not count.
    pub(super) fn why(&self, asked: Asked<'_>) -> Option<&Arc<str>> {
        self.by_id.get(asked.id)?.why(asked)
    }
}

impl OfId {
    fn add(&mut self, entry: Entry) {
        if self.is_closed {
            return;
        }
        self.is_closed = entry.paths.is_empty() && entry.purls.is_empty();
        let at = self.entries.len();
        if entry.purls.is_empty() {
            self.of_all.push(at);
        }
        for purl in &entry.purls {
            self.of_some.add(purl, at);
        }
        self.entries.push(entry);
    }

    fn why(&self, asked: Asked<'_>) -> Option<&Arc<str>> {
        let Some(package) = Purl::read(asked.purl) else {
            // what has no package URL fits every one
            let entry = self.entries.iter().find(|entry| entry.is_at(asked))?;
            return Some(&entry.statement);
        };
        let fits = |at: &usize| {
            let entry = self.entries.get(*at)?;
            (entry.is_at(asked) && entry.is_about(&package)).then_some((*at, entry))
        };
        let of_all = self.of_all.iter().find_map(fits);
        let of_some = self.of_some.of(&package).filter_map(fits);
        let first = of_all.into_iter().chain(of_some).min_by_key(|(at, _)| *at);
        first.map(|(_, entry)| &entry.statement)
    }
}

impl Entry {
    fn is_at(&self, asked: Asked<'_>) -> bool {
        let is_path = |glob: &Regex| glob.is_match(asked.target) || glob.is_match(asked.path);
        self.paths.is_empty() || self.paths.iter().any(is_path)
    }

    fn is_about(&self, package: &Purl) -> bool {
        self.purls.is_empty() || self.purls.iter().any(|purl| purl.fits(package))
    }
}
