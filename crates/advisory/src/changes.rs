//! What changed from one database to the next: which advisories are new, say something else, or are
//! gone. Whoever keeps lists of packages need not match them all again.

use std::collections::{BTreeMap, BTreeSet};

use model::Advisory;

use crate::database::{REJECTED, SEVERITY};
use crate::{Database, DatabaseError};

/// Shards on flaws that change what is told of them: which are none, which are exploited, how bad they are.
const OF_FLAWS: [&str; 3] = [KEV, REJECTED, SEVERITY];
/// What is exploited, by CISA.
const KEV: &str = "kev";

/// What is known of a flaw, whatever package has it, is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// The shard that says it: `kev`, `rejected` or `severity`.
    pub shard: &'static str,
    /// The flaw's id.
    pub id: String,
    /// Whether it was said before.
    pub was: bool,
    /// Whether it is said now.
    pub is: bool,
}

/// Returns the facts on flaws that changed, sorted by shard and id. How likely a flaw is exploited changes
/// for all of them each day, and is left out.
///
/// # Errors
/// [`DatabaseError::Broken`]: a block or a row of either is.
pub fn facts(old: &Database, new: &Database) -> Result<Vec<Fact>, DatabaseError> {
    let (before, after) = (old.shard_bytes()?, new.shard_bytes()?);
    let mut facts = Vec::new();
    for shard in OF_FLAWS {
        if before.get(shard) == after.get(shard) {
            continue;
        }
        let (old, new) = (rows(old, shard)?, rows(new, shard)?);
        let ids: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let changed = ids.into_iter().filter(|id| old.get(*id) != new.get(*id));
        facts.extend(changed.map(|id| Fact {
            shard,
            id: id.clone(),
            was: old.contains_key(id),
            is: new.contains_key(id),
        }));
    }
    Ok(facts)
}

fn rows(database: &Database, shard: &str) -> Result<BTreeMap<String, Vec<u8>>, DatabaseError> {
    let mut rows = BTreeMap::new();
    database.walk(shard, |key, payload| {
        rows.insert(key.to_owned(), payload.to_owned());
        Ok(())
    })?;
    Ok(rows)
}

/// An advisory that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// The shard: publisher and release.
    pub shard: String,
    /// The package that it speaks of.
    pub package: String,
    /// Its id.
    pub id: String,
    /// What it said; none if it is new.
    pub before: Option<Advisory>,
    /// What it says; none if it was withdrawn.
    pub after: Option<Advisory>,
}

/// Returns the changes, sorted by shard, package and id. A shard that is the same in both is not read.
///
/// # Errors
/// [`DatabaseError::Broken`]: a block or a row of either is.
pub fn changes(old: &Database, new: &Database) -> Result<Vec<Change>, DatabaseError> {
    let (before, after) = (old.shard_bytes()?, new.shard_bytes()?);
    let names: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    let mut changes = Vec::new();
    for name in names {
        if before.get(name) != after.get(name) {
            compare(
                name,
                &old.packages(name)?,
                &new.packages(name)?,
                &mut changes,
            );
        }
    }
    changes.sort();
    Ok(changes)
}

type Packages = BTreeMap<String, Vec<Advisory>>;

fn compare(shard: &str, old: &Packages, new: &Packages, changes: &mut Vec<Change>) {
    let packages: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for package in packages {
        let (old, new) = (old.get(package), new.get(package));
        if old == new {
            continue;
        }
        let (mut old, mut new) = (by_id(old), by_id(new));
        let ids: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
        for id in ids {
            let (old, new) = (old.remove(id), new.remove(id));
            for (before, after) in pairs(old.unwrap_or_default(), new.unwrap_or_default()) {
                changes.push(Change {
                    shard: shard.to_owned(),
                    package: package.clone(),
                    id: id.to_owned(),
                    before: before.cloned(),
                    after: after.cloned(),
                });
            }
        }
    }
}

fn by_id(list: Option<&Vec<Advisory>>) -> BTreeMap<&str, Vec<&Advisory>> {
    let mut by_id: BTreeMap<&str, Vec<&Advisory>> = BTreeMap::new();
    for advisory in list.into_iter().flatten() {
        by_id.entry(&advisory.id).or_default().push(advisory);
    }
    by_id
}

type Pair<'a> = (Option<&'a Advisory>, Option<&'a Advisory>);

/// Pairs what was said of a flaw with what is. A publisher may say several things of one: for each stream,
/// module or architecture one. What is the same in both is no change; of the rest, those go together that
/// are for the same builds, then those of the same errata, then any.
fn pairs<'a>(mut old: Vec<&'a Advisory>, mut new: Vec<&'a Advisory>) -> Vec<Pair<'a>> {
    let (was, is): (BTreeSet<_>, BTreeSet<_>) =
        (old.iter().copied().collect(), new.iter().copied().collect());
    old.retain(|it| !is.contains(it));
    new.retain(|it| !was.contains(it));
    let mut pairs = Vec::new();
    let alike: [fn(&Advisory, &Advisory) -> bool; 3] = [
        |a, b| (&a.streams, &a.arches, &a.vendor_ids) == (&b.streams, &b.arches, &b.vendor_ids),
        |a, b| (&a.streams, &a.arches) == (&b.streams, &b.arches) || a.vendor_ids == b.vendor_ids,
        |_, _| true,
    ];
    for is_alike in alike {
        old.retain(|before| {
            let Some(at) = new.iter().position(|after| is_alike(before, after)) else {
                return true;
            };
            pairs.push((Some(*before), Some(new.remove(at))));
            false
        });
    }
    pairs.extend(old.into_iter().map(|it| (Some(it), None)));
    pairs.extend(new.into_iter().map(|it| (None, Some(it))));
    pairs
}

#[cfg(test)]
mod tests {
    use model::{Affected, Status};

    use super::*;
    use crate::write::{self, About};

    /// A shard: its name; package, id and fix of each advisory.
    type Made<'a> = (&'a str, &'a [[&'a str; 3]]);

    fn database(shards: &[Made<'_>]) -> Database {
        let shards: Vec<Vec<u8>> = shards
            .iter()
            .map(|(name, advisories)| {
                let about = About {
                    name: (*name).to_owned(),
                    publisher: "P".to_owned(),
                    newest: None,
                    licence: String::new(),
                    knows_unfixed: false,
                };
                let mut rows: BTreeMap<String, Vec<Advisory>> = BTreeMap::new();
                for [package, id, fixed] in *advisories {
                    let fixed = Affected::Below((*fixed).to_owned());
                    let advisory = Advisory::new(*id, fixed, Status::Fixed);
                    let of_package = rows.entry((*package).to_owned());
                    of_package.or_default().push(advisory);
                }
                write::advisories(&about, &rows).unwrap()
            })
            .collect();
        Database::from_bytes(write::database(&shards).unwrap()).unwrap()
    }

    /// Errata of one flaw and package, each with its own fix: `erratum fix`.
    #[test]
    fn each_word_on_a_flaw_counts() {
        let of = |errata: &[[&str; 2]]| -> Packages {
            let advisories = errata.iter().map(|[erratum, fixed]| {
                let fixed = Affected::Below((*fixed).to_owned());
                let mut advisory = Advisory::new("CVE-2024-1", fixed, Status::Fixed);
                advisory.vendor_ids = vec![(*erratum).to_owned()];
                advisory
            });
            [("p".to_owned(), advisories.collect())].into()
        };
        for (old, new, want) in [
            (
                &[["A", "1"], ["B", "2"], ["C", "3"]][..],
                &[["B", "2"], ["C", "3"]][..],
                "1->",
            ),
            (
                &[["A", "10"], ["B", "9"]],
                &[["A", "11"], ["B", "9"]],
                "10->11",
            ),
            (&[["B", "9"]], &[["A", "1"], ["B", "9"]], "->1"),
            (
                &[["A", "1"], ["B", "2"]],
                &[["A", "2"], ["B", "1"]],
                "1->2 2->1",
            ),
            (&[["A", "1"]], &[["B", "2"], ["C", "3"]], "1->2 ->3"),
            (&[["A", "1"], ["B", "2"]], &[["A", "1"], ["B", "2"]], ""),
        ] {
            let mut changes = Vec::new();
            compare("s", &of(old), &of(new), &mut changes);
            let said = |it: &Option<Advisory>| match it.as_ref().map(|it| &it.affected) {
                Some(Affected::Below(fixed)) => fixed.clone(),
                _ => String::new(),
            };
            let told: Vec<String> = changes
                .iter()
                .map(|it| format!("{}->{}", said(&it.before), said(&it.after)))
                .collect();
            assert_eq!(told.join(" "), want, "{old:?} {new:?}");
        }
    }

    #[test]
    fn what_is_new_other_and_gone_is_told() {
        let old = database(&[
            (
                "a-1",
                &[
                    ["p", "CVE-2024-1000", "1"],
                    ["p", "CVE-2024-1001", "1"],
                    ["q", "CVE-2024-1002", "1"],
                ],
            ),
            ("b-1", &[["p", "CVE-2024-1000", "1"]]),
            ("same", &[["p", "CVE-2024-1000", "1"]]),
        ]);
        let new = database(&[
            (
                "a-1",
                &[
                    ["p", "CVE-2024-1000", "1"],
                    ["p", "CVE-2024-1001", "2"],
                    ["r", "CVE-2024-1003", "1"],
                ],
            ),
            ("same", &[["p", "CVE-2024-1000", "1"]]),
        ]);
        let told: Vec<String> = changes(&old, &new)
            .unwrap()
            .iter()
            .map(|it| {
                let sign = match (&it.before, &it.after) {
                    (None, _) => '+',
                    (_, None) => '-',
                    _ => '~',
                };
                format!("{sign} {} {} {}", it.shard, it.package, it.id)
            })
            .collect();
        let want = [
            "~ a-1 p CVE-2024-1001",
            "- a-1 q CVE-2024-1002",
            "+ a-1 r CVE-2024-1003",
            "- b-1 p CVE-2024-1000",
        ];
        assert_eq!(told, want);
        assert_eq!(changes(&new, &new).unwrap(), []);
    }
}
