//! Secrets of a target: looked for while files flow by, and in the configuration; then told apart by
//! whether a container sees them, and whether a package brought them.
//!
//! Records of the cache hold what [`secret::Scanner`] tells, which holds no value.

mod choose;
mod files;
mod owned;
mod packed;
mod settings;
mod track;
mod zipped;

use std::collections::{BTreeMap, BTreeSet};

use inventory::Watch;
use model::{Gap, ImageConfig, ImagePath, Leak, LeakState, Package, Place, Severity};
use secret::Engine;

use crate::Settings;
use crate::contents::Contents;

pub(crate) use choose::{Digests, choose};
pub(crate) use files::{Looking, OfFiles};
use owned::wanted;
pub(crate) use owned::{Brought, digests, digests_of};
use settings::{OfSettings, of_config};
pub(crate) use track::{Lying, Track};
pub use zipped::Zip;

/// How to look for secrets.
#[derive(Debug)]
pub struct Secrets {
    /// The rules, made ready.
    pub engine: Engine,
    /// Of files that a layer above removed or replaced.
    pub below: Telling,
    /// Of files that are as their packages brought them.
    pub owned: Telling,
}

/// Whether something is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// It is.
    Told,
    /// It is left out.
    LeftOut,
}

/// What is told of the secrets of a target, while it grows.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) leaks: Vec<Leak>,
    pub(crate) gaps: Vec<Gap>,
}

impl Told {
    /// Adds the secrets of files, with their owners. Of copies under one path that layers wrote again,
    /// the lowest is told.
    pub(crate) fn add_files(&mut self, lying: &[&Lying<'_>], packages: &[Package]) {
        let paths = lying.iter().map(|it| &it.file.path);
        let owners = owned::owners(packages, &paths.collect());
        for it in lying {
            let place = Place::File {
                layer: it.layer,
                path: it.path().clone(),
            };
            let package = owners.get(&it.file.path);
            self.leaks.extend(it.file.found.iter().map(|secret| Leak {
                place: place.clone(),
                state: it.state(),
                package: package.map(|name| (*name).to_owned()),
                secret: secret.clone(),
            }));
        }
    }

    /// Adds the secrets of an image's configuration.
    pub(crate) fn add_config(&mut self, config: &ImageConfig, settings: &Settings) {
        let Some(secrets) = &settings.secrets else {
            return;
        };
        let OfSettings { found, gaps } = of_config(config, secrets, &settings.limits);
        self.gaps.extend(gaps);
        self.leaks
            .extend(found.into_iter().map(|(place, secret)| Leak {
                place,
                state: LeakState::Present,
                package: None,
                secret,
            }));
    }

    /// Adds what was not looked at.
    pub(crate) fn add_gaps<'r>(&mut self, files: impl Iterator<Item = &'r OfFiles>) {
        self.gaps
            .extend(files.flat_map(|files| files.gaps.iter().cloned()));
    }

    /// Puts everything in order; no list if nobody looked. A token that is of no use any more is not
    /// as bad as one that is.
    pub(crate) fn finish(mut self, settings: &Settings) -> (Option<Vec<Leak>>, Vec<Gap>) {
        if settings.secrets.is_none() {
            return (None, Vec::new());
        }
        let (now, most) = (settings.now, settings.limits.secrets);
        for leak in &mut self.leaks {
            if leak
                .secret
                .expires
                .is_some_and(|second| second < now.as_second())
            {
                leak.secret.severity = Severity::Low;
            }
        }
        self.leaks = without_copies(self.leaks);
        self.leaks.sort_by(|a, b| {
            let key = |leak: &Leak| (leak.secret.line, leak.secret.column);
            let order = a.place.cmp(&b.place).then(key(a).cmp(&key(b)));
            order.then_with(|| a.secret.rule.cmp(&b.secret.rule))
        });
        if self.leaks.len() > most {
            self.leaks.truncate(most);
            self.gaps.push(files::too_many("", most));
        }
        (Some(self.leaks), self.gaps)
    }
}

/// Asks the databases of packages how the files with secrets, and others that are asked for, were brought.
pub(crate) fn brought(
    watch: &Watch<'_>,
    contents: &Contents<'_>,
    lying: &[Lying<'_>],
    others: BTreeSet<ImagePath>,
) -> Brought {
    let mut paths = wanted(lying.iter().map(|it| &it.file.path));
    paths.extend(others);
    Brought::new(inventory::brought(watch, &contents.by_place(), &paths))
}

/// Of one secret under one path that several layers hold, keeps the lowest; it is present if any is.
fn without_copies(leaks: Vec<Leak>) -> Vec<Leak> {
    let mut kept: Vec<Leak> = Vec::new();
    let mut places: BTreeMap<(ImagePath, String, String), usize> = BTreeMap::new();
    for leak in leaks {
        let Some(path) = leak.place.path() else {
            kept.push(leak);
            continue;
        };
        let key = (
            path.clone(),
            leak.secret.rule.clone(),
            leak.secret.fingerprint.clone(),
        );
        let at = *places.entry(key).or_insert(kept.len());
        match kept.get_mut(at) {
            // one text may hold a secret twice
            Some(lowest) if lowest.place == leak.place => kept.push(leak),
            Some(lowest) => lowest.state = last(lowest.state, leak.state),
            None => kept.push(leak),
        }
    }
    kept
}

const fn last(a: LeakState, b: LeakState) -> LeakState {
    match (a, b) {
        (LeakState::Present, _) | (_, LeakState::Present) => LeakState::Present,
        (LeakState::Below { removed_by: a }, LeakState::Below { removed_by: b }) => {
            let removed_by = if a > b { a } else { b };
            LeakState::Below { removed_by }
        }
    }
}

/// Paths with the checksums that databases give them.
pub(crate) type Sums = BTreeMap<ImagePath, Vec<String>>;
