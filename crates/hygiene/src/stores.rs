//! Databases that were used, by what they left.

use std::collections::BTreeMap;

use crate::facts::ImageFacts;
use crate::survey::Noted;
use crate::topic::Topic;

/// A database.
#[derive(Debug)]
pub(crate) struct Store<'f, 'a> {
    /// The folder that holds it.
    pub(crate) folder: String,
    /// The file that proves it.
    pub(crate) noted: &'f Noted<'a>,
}

/// Parts of paths below which packages of languages keep samples.
const SAMPLES: [&str; 9] = [
    "node_modules",
    "site-packages",
    "dist-packages",
    "test",
    "tests",
    "testdata",
    "fixtures",
    "examples",
    ".cache",
];
/// Databases of package managers and other programs of the system, about the system itself.
const OF_THE_SYSTEM: [&str; 12] = [
    "var/lib/rpm/",
    "usr/lib/sysimage/",
    "var/lib/dnf/",
    "var/lib/yum/",
    "var/cache/",
    "usr/share/",
    "usr/lib/",
    "usr/lib64/",
    "etc/pki/",
    "var/lib/PackageKit/",
    "var/lib/command-not-found/",
    "usr/local/lib/",
];

/// Returns the databases of an image, each once, by folder.
pub(crate) fn find<'f, 'a>(facts: &'f ImageFacts<'a>) -> Vec<Store<'f, 'a>> {
    let mut stores: BTreeMap<(String, &str), &Noted<'_>> = BTreeMap::new();
    for noted in facts.noted(Topic::Store) {
        if facts.owner(noted).is_some() || !is_store(facts, noted) {
            continue;
        }
        let path = noted.path.as_str();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        stores
            .entry((folder.to_owned(), noted.what))
            .or_insert(noted);
    }
    let store = |((folder, _), noted)| Store { folder, noted };
    stores.into_iter().map(store).collect()
}

fn is_store(facts: &ImageFacts<'_>, noted: &Noted<'_>) -> bool {
    let path = noted.path.as_str();
    let is_sample = path.split('/').any(|part| SAMPLES.contains(&part));
    let is_systems = OF_THE_SYSTEM.iter().any(|start| path.starts_with(start));
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let has = |name: &str| facts.find(&format!("{folder}/{name}")).is_some();
    match noted.what {
        // each of its own databases has the file, too
        "PostgreSQL" => has("base") && has("global"),
        "Kafka" => path.contains("kafka"),
        "MongoDB" => has("WiredTiger.wt") || has("_mdb_catalog.wt"),
        "SQLite" | "LMDB" => !is_sample && !is_systems,
        _ => !is_sample,
    }
}
