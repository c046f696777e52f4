//! Which advisories speak of a build of a module, where only versions tell that it is one.
//!
//! Source of truth: `feeds.md` §2.6. A fix of a stream is none of another one, nor of a plain build. What is
//! kept under the name of a stream is of it; else two builds are of one stream if their versions have their
//! beginning in common, and of other builds nobody knows it. Several streams may begin alike, too: where a flaw
//! has several such fixes, a build that is one of them holds it, one below all of them lacks it, and one in
//! between is of nobody knows which.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use advisory::modules::{is_module, line};
use model::{Advisory, Affected, GapKind, Package, counted};

use crate::candidates::may_matter;
use crate::families::{Family, Modules};
use crate::gaps::{Gaps, some_of};

/// Why nothing is told of a build.
pub(crate) const UNKNOWN: &str =
    "nobody tells which streams of the module the fix and the package are of";

/// Which builds an advisory speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    /// Those of which the package is one.
    Same,
    /// Others.
    Other,
    /// Builds of a stream, which may be that of the package.
    Unknown,
}

/// Returns which builds an advisory speaks of that is kept under a name.
pub(crate) fn of(family: &Family, key: &str, package: &Package, advisory: &Advisory) -> Stream {
    let Affected::Below(fixed) = &advisory.affected else {
        return Stream::Same;
    };
    if family.modules == Modules::None {
        return Stream::Same;
    }
    let installed = &package.version;
    match (is_module(installed), is_module(fixed)) {
        (false, false) => Stream::Same,
        (true, false) | (false, true) => Stream::Other,
        (true, true) if key != package.name || line(installed) == line(fixed) => Stream::Same,
        (true, true) => Stream::Unknown,
    }
}

/// Returns of each advisory that is kept under a name which builds it speaks of. Of several fixes of one flaw,
/// whose versions tell of no different streams, one speaks of the package, or nobody knows which.
pub(crate) fn of_each(
    family: &Family,
    key: &str,
    package: &Package,
    advisories: &[Advisory],
) -> Vec<Stream> {
    let streams: Vec<Stream> = advisories
        .iter()
        .map(|advisory| of(family, key, package, advisory))
        .collect();
    let is_told_by_version =
        family.modules == Modules::Versions && key == package.name && is_module(&package.version);
    if !is_told_by_version {
        return streams;
    }
    let mut alike: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (advisory, stream) in advisories.iter().zip(&streams) {
        if let (Affected::Below(fixed), Stream::Same) = (&advisory.affected, stream) {
            alike.entry(&advisory.id).or_default().push(fixed);
        }
    }
    let each = advisories.iter().zip(streams);
    each.map(|(advisory, stream)| {
        let (Affected::Below(fixed), Stream::Same) = (&advisory.affected, stream) else {
            return stream;
        };
        let fixes = alike.get(&*advisory.id).map_or(&[][..], Vec::as_slice);
        among(family, package, fixed, fixes)
    })
    .collect()
}

/// Returns whether a fix speaks of a package, among all of a flaw that may be of its stream.
fn among(family: &Family, package: &Package, fixed: &str, fixes: &[&str]) -> Stream {
    let compare = |a: &str, b: &str| version::compare(family.scheme, a, b);
    let installed = (family.compared)(package);
    // what cannot be compared is said of each fix later
    let is = |fix: &str, want: Ordering| compare(installed, fix).is_ok_and(|order| order == want);
    if fixes.iter().any(|fix| is(fix, Ordering::Equal)) {
        return only(is(fixed, Ordering::Equal));
    }
    if fixes.iter().all(|fix| !is(fix, Ordering::Greater)) {
        let is_above = |fix: &&str| compare(fixed, fix).is_ok_and(Ordering::is_gt);
        return only(!fixes.iter().any(is_above));
    }
    if fixes.iter().any(|fix| is(fix, Ordering::Less)) {
        return Stream::Unknown;
    }
    Stream::Same
}

const fn only(is_it: bool) -> Stream {
    if is_it { Stream::Same } else { Stream::Other }
}

/// What advisories tell of a package whose builds may be of several streams.
pub(crate) struct Told<'a> {
    family: &'a Family,
    package: &'a Package,
    /// Those that speak of its own builds.
    own: Vec<Advisory>,
    /// Flaws of which its own stream is told.
    known: BTreeSet<String>,
    /// Flaws with a fix that it does not hold, of a stream that may be its own.
    open: BTreeSet<String>,
}

impl<'a> Told<'a> {
    pub(crate) const fn new(family: &'a Family, package: &'a Package) -> Self {
        Self {
            family,
            package,
            own: Vec::new(),
            known: BTreeSet::new(),
            open: BTreeSet::new(),
        }
    }

    /// Takes what is kept under a name.
    pub(crate) fn take(&mut self, key: &str, advisories: Vec<Advisory>) {
        if !is_module(&self.package.version) {
            self.own.extend(advisories);
            return;
        }
        let streams = of_each(self.family, key, self.package, &advisories);
        for (advisory, stream) in advisories.into_iter().zip(streams) {
            let is_open = may_matter(self.family, self.package, &advisory);
            match stream {
                Stream::Same => {
                    self.known.insert(advisory.id.clone());
                    self.own.extend(is_open.then_some(advisory));
                }
                Stream::Unknown if is_open => _ = self.open.insert(advisory.id),
                Stream::Unknown | Stream::Other => {}
            }
        }
    }

    /// Returns what speaks of the package, sorted, and says of which flaws nobody knows whether they do.
    pub(crate) fn say(mut self, gaps: &mut Gaps) -> Vec<Advisory> {
        let is_module = is_module(&self.package.version) && self.package.module.is_empty();
        if self.family.modules == Modules::Named && is_module {
            let why = "nobody tells of which stream of its module it is";
            let hides = "problems that are known of that stream";
            gaps.add(GapKind::Uncompared, self.package.label(), why, hides);
        }
        self.open.retain(|id| !self.known.contains(id));
        if !self.open.is_empty() {
            let flaws = counted(self.open.len(), "flaw");
            let names = some_of(&self.open, gaps.most());
            let why = format!("{UNKNOWN}: {flaws}: {names}");
            gaps.add(
                GapKind::Uncompared,
                self.package.label(),
                why,
                "these flaws",
            );
        }
        // under two names they are sorted each by itself
        self.own.sort_unstable();
        self.own
    }
}
