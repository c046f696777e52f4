//! What changed from one database to the next: which advisories are new, say something else, or are
//! gone. Whoever keeps lists of packages need not match them all again.

use std::collections::{BTreeMap, BTreeSet};

use model::Advisory;

use crate::{Database, DatabaseError};

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
        let by_id = |list: Option<&Vec<Advisory>>| -> BTreeMap<String, Advisory> {
            let list = list.into_iter().flatten();
            list.map(|advisory| (advisory.id.clone(), advisory.clone()))
                .collect()
        };
        let (mut old, mut new) = (by_id(old), by_id(new));
        let ids: BTreeSet<String> = old.keys().chain(new.keys()).cloned().collect();
        for id in ids {
            let (before, after) = (old.remove(&id), new.remove(&id));
            if before != after {
                changes.push(Change {
                    shard: shard.to_owned(),
                    package: package.clone(),
                    id,
                    before,
                    after,
                });
            }
        }
    }
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
