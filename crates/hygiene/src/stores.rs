//! Databases that were used, by what they left.

use std::collections::{BTreeMap, BTreeSet};

use model::ImagePath;

use crate::facts::ImageFacts;
use crate::survey::Noted;
use crate::topic::Topic;
use crate::volumes::settings;

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
const OF_THE_SYSTEM: [&str; 11] = [
    "var/lib/rpm/",
    "usr/lib/sysimage/",
    "usr/share/rpm/",
    "usr/lib/rpm/",
    "var/lib/dnf/",
    "var/lib/yum/",
    "var/cache/",
    "etc/pki/",
    "var/lib/PackageKit/",
    "var/lib/command-not-found/",
    "usr/local/lib/",
];

/// Folders that packages fill: what lies there is somebody's own where no package owns it.
const OF_PACKAGES: [&str; 3] = ["usr/share/", "usr/lib/", "usr/lib64/"];

/// Whether a path lies below what is kept to try something with, or among packages of a language.
pub(crate) fn is_sample(path: &str) -> bool {
    path.split('/').any(|part| SAMPLES.contains(&part))
}

/// Returns the databases of an image, each once, by folder.
pub(crate) fn find<'f, 'a>(facts: &'f ImageFacts<'a>) -> Vec<Store<'f, 'a>> {
    let of_tools = facts.noted(Topic::OfTool).iter();
    let of_tools: BTreeSet<&ImagePath> = of_tools.map(|noted| &noted.path).collect();
    let is_of_tool = |noted: &Noted<'_>| of_tools.contains(&noted.path);
    let mut stores: BTreeMap<(String, &str), &Noted<'_>> = BTreeMap::new();
    for noted in facts.noted(Topic::Store) {
        if facts.owner(noted).is_some() || is_of_tool(noted) || !is_store(facts, noted) {
            continue;
        }
        let folder = above(noted.path.as_str(), depth(noted.what));
        let store = stores
            .entry((folder.to_owned(), kind(noted.what)))
            .or_insert(noted);
        // both have this file; others tell which of them it is
        if store.what == EITHER {
            *store = noted;
        }
    }
    let store = |((folder, _), noted)| Store { folder, noted };
    stores.into_iter().map(store).collect()
}

/// Returns how many folders below that of a database the file lies that proves it, the file counted.
fn depth(what: &str) -> usize {
    match what {
        // keyspace and table; `data` and `index`; `mnesia` and the node
        "Cassandra" | "Solr" | "RabbitMQ" => 3,
        // database, policy, shard
        "InfluxDB" => 4,
        // `indices`, index, shard, `index`
        "Elasticsearch" => 5,
        "MinIO" | "Consul or Vault" => 2,
        _ => 1,
    }
}

/// Returns the path of a folder that holds a path, so many levels up.
fn above(path: &str, levels: usize) -> &str {
    let up = |path: &'_ str| path.rsplit_once('/').map_or(0, |(folder, _)| folder.len());
    (0..levels).fold(path, |path, _| path.get(..up(path)).unwrap_or_default())
}

/// Files in the data directory of a service, without the proof that its database was used.
#[derive(Debug)]
pub(crate) struct Unproved<'f, 'a> {
    pub(crate) service: &'static str,
    pub(crate) folder: &'static str,
    pub(crate) count: usize,
    pub(crate) first: &'f Noted<'a>,
}

/// Names of files that keep a folder, or say what it is for.
const KEEPERS: [&str; 4] = [".gitkeep", ".keep", ".placeholder", "README"];

/// Returns what lies in the data directories of the services that an image has, where no package brought
/// it and [`find`] does not tell it.
pub(crate) fn unproved<'f, 'a>(facts: &'f ImageFacts<'a>) -> Vec<Unproved<'f, 'a>> {
    let proved = find(facts);
    let is_proved = |folder: &str| {
        let bare = folder.trim_start_matches('/');
        proved.iter().any(|it| it.folder.starts_with(bare))
    };
    let mut found: BTreeMap<&'static str, Unproved<'_, '_>> = BTreeMap::new();
    for noted in facts.noted(Topic::Data) {
        let path = noted.path.as_str();
        let name = path.rsplit('/').next().unwrap_or_default();
        let folder = noted.what;
        let mut services = facts.services.list.iter();
        let service = services.find(|service| service.row.data.contains(&folder));
        let (Some(service), false) = (service, KEEPERS.contains(&name)) else {
            continue;
        };
        if facts.owner(noted).is_some() || is_proved(folder) {
            continue;
        }
        let one = found.entry(folder).or_insert(Unproved {
            service: service.row.name,
            folder,
            count: 0,
            first: noted,
        });
        one.count += 1;
    }
    found.into_values().collect()
}

/// What is told by a file that both have.
const EITHER: &str = "MySQL or MariaDB";

/// Returns what stands for all databases that keep the same files in the same folder.
fn kind(what: &str) -> &str {
    match what {
        EITHER | "MySQL" | "MariaDB" => EITHER,
        what => what,
    }
}

fn is_store(facts: &ImageFacts<'_>, noted: &Noted<'_>) -> bool {
    let path = noted.path.as_str();
    let is_sample = is_sample(path);
    let is_below = |folders: &[&str]| folders.iter().any(|start| path.starts_with(start));
    let are_owners_told = facts.are_owners_known() && !facts.input.packages.is_empty();
    let is_systems = is_below(&OF_THE_SYSTEM) || (is_below(&OF_PACKAGES) && !are_owners_told);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let has = |name: &str| facts.find(&format!("{folder}/{name}")).is_some();
    let has_segments = || {
        let names = facts.input.tree.list(folder, facts.input.limits);
        let is_one = |name: &[u8]| {
            name == b"write.lock"
                || (name.starts_with(b"_") && name.ends_with(b".si"))
                || (name.starts_with(b"_") && name.ends_with(b".cfs"))
        };
        names.iter().any(|(name, _)| is_one(name))
    };
    match noted.what {
        // each of its own databases has the file, too
        "PostgreSQL" => has("base"),
        "Kafka" => {
            let text = facts.file(path).unwrap_or_default();
            settings::is_of_kafka(&String::from_utf8_lossy(text))
        }
        // those of collections have names of their own
        "MongoDB" if !path.ends_with("/WiredTiger") => !is_sample,
        // those of other programs are told by their own paths
        "Lucene" => {
            !is_sample && !is_systems && has_segments() && !path.contains("/index/segments_")
        }
        "MongoDB" => has("WiredTiger.wt") || has("_mdb_catalog.wt"),
        "SQLite" | "LMDB" => !is_sample && !is_systems,
        _ => !is_sample,
    }
}

#[cfg(test)]
mod tests {
    use crate::example::judged;

    #[test]
    fn a_folder_is_one_database() {
        for (files, want) in [
            (&["ibdata1", "mysql.ibd"][..], &["data of MySQL lies"][..]),
            (&["aria_log_control", "ibdata1"], &["data of MariaDB lies"]),
            (&["ibdata1"], &["data of MySQL or MariaDB lies"]),
            (&["shop/a.ibd"], &["data of MySQL or MariaDB lies"]),
            (&["binlog.000001"], &["data of MySQL or MariaDB lies"]),
            (&["collection-7-1.wt"], &["data of MongoDB lies"]),
            (&["segments_3", "_0.cfs"], &["data of Lucene lies"]),
            (
                &["ks/t1/nb-1-big-Data.db", "ks/t2/nb-1-big-Data.db"],
                &["data of Cassandra lies in var/lib/mysql,"],
            ),
        ] {
            let lines = files
                .iter()
                .map(|file| format!("/var/lib/mysql/{file} 0600 9B\n"));
            let flaws = judged(&lines.collect::<Vec<_>>().concat());
            let found = flaws.iter().filter(|flaw| flaw.rule == "DAT-STORE");
            let found: Vec<&str> = found.map(|flaw| &*flaw.message).collect();
            assert_eq!(found.len(), want.len(), "{found:?}");
            assert!(found[0].starts_with(want[0]), "{found:?}");
        }
    }
}
