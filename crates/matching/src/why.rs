//! Why a problem is told of a package, and why it is not.

use advisory::{Database, DatabaseError};
use model::{Advisory, Affected, Manner, Package};

use crate::Input;
use crate::candidates::is_of_arch;
use crate::families::Family;
use crate::gaps::Gaps;
use crate::judge::{Judgement, judge};
use crate::modules::{self, Stream};
use crate::packages::is_ours;
use crate::suppliers;

/// What one advisory on a problem means for one package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Index of the package in the input.
    pub package: usize,
    /// The version that was compared.
    pub version: String,
    /// What it means.
    pub meaning: Meaning,
}

/// What an advisory means for a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// It has the problem; this version holds the fix, none if it is empty.
    Affected(String),
    /// It holds the fix, which came with this version; none is named if it is empty.
    Fixed(String),
    /// Its publisher says that it never had the problem.
    Never,
    /// The advisory speaks of other architectures or builds.
    Other,
    /// It cannot be told, and why.
    Unclear(String),
}

/// Returns what the advisories on a problem mean for the packages of a distribution, in the packages'
/// order. Empty if no advisory on the release speaks of it and of one of them. Packages of languages
/// are not asked.
///
/// # Errors
/// A part of the database is broken.
pub fn why(input: &Input<'_>, database: &Database, id: &str) -> Result<Vec<Told>, DatabaseError> {
    let mut gaps = Gaps::new(input.limits);
    let mut told = Vec::new();
    for share in suppliers::shares(input, database, &mut gaps) {
        let family = share.release.family;
        for index in share.packages {
            let package = input.packages.get(index);
            let Some(package) = package.filter(|it| is_ours(family, it, input.manner)) else {
                continue;
            };
            for key in family.keys(package) {
                let advisories = database.advisories(&share.release.shard, &key)?;
                let advisories: Vec<Advisory> = advisories
                    .into_iter()
                    .filter(|advisory| is_on(advisory, id))
                    .collect();
                let streams = modules::of_each(family, &key, package, &advisories);
                told.extend(
                    advisories
                        .iter()
                        .zip(streams)
                        .map(|(advisory, stream)| Told {
                            package: index,
                            version: (family.compared)(package).to_owned(),
                            meaning: match stream {
                                Stream::Same => meaning(family, package, (advisory, input.manner)),
                                Stream::Other => Meaning::Other,
                                Stream::Unknown => Meaning::Unclear(modules::UNKNOWN.to_owned()),
                            },
                        }),
                );
            }
        }
    }
    told.sort_by_key(|told| told.package);
    Ok(told)
}

/// Whether an advisory is on a problem, by whichever of its names.
#[must_use]
pub fn is_on(advisory: &Advisory, id: &str) -> bool {
    let names = advisory.aliases.iter().chain(&advisory.vendor_ids);
    let mut names = std::iter::once(&advisory.id).chain(names);
    names.any(|name| name.eq_ignore_ascii_case(id))
}

fn meaning(family: &Family, package: &Package, (advisory, manner): (&Advisory, Manner)) -> Meaning {
    if !is_of_arch(package, advisory) || !(family.concerns)(package, advisory) {
        return Meaning::Other;
    }
    let version = (family.compared)(package);
    match judge(advisory, version, (family.scheme, manner)) {
        Judgement::Affected { fixed, .. } => Meaning::Affected(fixed),
        Judgement::Never => Meaning::Never,
        Judgement::Unclear(why) => Meaning::Unclear(why),
        Judgement::Fixed => Meaning::Fixed(match &advisory.affected {
            Affected::Below(fixed) => fixed.clone(),
            Affected::Every
            | Affected::Never
            | Affected::Ranges(_)
            | Affected::Requirements { .. }
            | Affected::Versions(_) => String::new(),
        }),
    }
}
