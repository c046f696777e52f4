//! The advisories that may concern a package: those on its architecture, its streams and its flavour
//! whose fix it does not hold yet.

use std::borrow::Cow;
use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use advisory::Database;
use advisory::modules::is_module;
use model::{Advisory, Affected, Build, Package};

use crate::families::{Family, Unfixed};
use crate::gaps::Gaps;
use crate::modules::{self, Stream, Told};
use crate::release::Release;
use crate::streams::Streams;
use crate::unread;

/// Looks up advisories, once for all packages that have the same in common.
#[derive(Debug)]
pub(crate) struct Candidates<'a> {
    release: &'a Release,
    database: &'a Database,
    streams: Streams<'a>,
    known: BTreeMap<Common<'a>, Rc<Vec<Advisory>>>,
}

/// What decides which advisories concern a package.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Common<'a> {
    key: Cow<'a, str>,
    compared: &'a str,
    version: &'a str,
    arch: &'a str,
    module: &'a str,
    build: Option<&'a Build>,
}

impl<'a> Candidates<'a> {
    pub(crate) const fn new(
        release: &'a Release,
        database: &'a Database,
        streams: Streams<'a>,
    ) -> Self {
        Self {
            release,
            database,
            streams,
            known: BTreeMap::new(),
        }
    }

    /// Returns the advisories that may concern a package, and how many were looked at.
    pub(crate) fn of(
        &mut self,
        package: &'a Package,
        gaps: &mut Gaps,
    ) -> (Rc<Vec<Advisory>>, usize) {
        let family = self.release.family;
        let common = Common {
            key: (family.key)(package),
            compared: (family.compared)(package),
            version: &package.version,
            arch: &package.arch,
            module: &package.module,
            build: package.build.as_ref(),
        };
        if let Some(known) = self.known.get(&common) {
            return (Rc::clone(known), known.len());
        }
        let no_streams = BTreeSet::new();
        let streams = match family.unfixed {
            Unfixed::UnlessFixed => self.streams.of(package.build.as_ref(), gaps),
            Unfixed::Told | Unfixed::NotTold => &no_streams,
        };
        let looked_at = Cell::new(0_usize);
        let mut told = Told::new(family, package);
        for key in family.keys(package) {
            let is_wanted = |advisory: &Advisory| {
                looked_at.set(looked_at.get().saturating_add(1));
                modules::of(family, &key, package, advisory) != Stream::Other
                    && concerns(family, package, advisory, streams)
                    // which streams are told of, those say too that the package holds
                    && (is_module(&package.version) || may_matter(family, package, advisory))
            };
            let shard = &self.release.shard;
            match self.database.advisories_if(shard, &key, &is_wanted) {
                Ok(known) => told.take(&key, known),
                Err(error) => unread(&error, gaps),
            }
        }
        let found = Rc::new(told.say(gaps));
        let count = looked_at.get().max(found.len());
        self.known.insert(common, Rc::clone(&found));
        (found, count)
    }
}

fn concerns(
    family: &Family,
    package: &Package,
    advisory: &Advisory,
    streams: &BTreeSet<u32>,
) -> bool {
    is_of_arch(package, advisory)
        && (advisory.streams.is_empty() || advisory.streams.iter().any(|it| streams.contains(it)))
        && (family.concerns)(package, advisory)
}

/// Whether a package has one of the architectures of an advisory. One without an architecture is on
/// all.
pub(crate) fn is_of_arch(package: &Package, advisory: &Advisory) -> bool {
    advisory.arches.is_empty()
        || ["noarch", "all", ""].contains(&package.arch.as_str())
        || advisory.arches.contains(&package.arch)
}

/// Whether an advisory can end in a finding, or undo that of another one.
pub(crate) fn may_matter(family: &Family, package: &Package, advisory: &Advisory) -> bool {
    match &advisory.affected {
        Affected::Below(fixed) => {
            let version = (family.compared)(package);
            let order = version::compare(family.scheme, version, fixed);
            order.map_or(true, Ordering::is_lt) || family.unfixed == Unfixed::UnlessFixed
        }
        Affected::Every => family.unfixed != Unfixed::NotTold,
        Affected::Never
        | Affected::Ranges(_)
        | Affected::Requirements { .. }
        | Affected::Versions(_) => true,
    }
}
