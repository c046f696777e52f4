//! Ecosystems of programming languages and runtimes: a row a publisher, a file a kind of record.

mod golang;
mod node;
mod osv;
mod required;

use std::collections::BTreeMap;
use std::error::Error;

use advisory::write::{self, About};
use model::{Advisory, Affected, Status, Upper};

use super::facts::{BadLine, Facts, Line};

/// One table of a publisher's advisories.
struct Publisher {
    table: &'static str,
    name: &'static str,
    licence: &'static str,
    /// Reads a record; none if it was withdrawn or is no advisory.
    read: fn(&Line<'_>) -> Result<Vec<Record>, BadLine>,
}

/// An advisory and where it belongs.
struct Record {
    shard: String,
    package: String,
    advisory: Advisory,
}

static PUBLISHERS: &[Publisher] = &[
    Publisher {
        table: "bitnami",
        name: "Bitnami",
        licence: "Bitnami vulndb, Apache-2.0, modified",
        read: osv::bitnami,
    },
    Publisher {
        table: "ghsa-observed",
        name: "GitHub (as seen in reports)",
        licence: "GitHub Advisory Database, CC BY 4.0, modified",
        read: required::ghsa_observed,
    },
    Publisher {
        table: "ghsa-subset",
        name: "GitHub (a few records)",
        licence: "GitHub Advisory Database, CC BY 4.0, modified",
        read: osv::ghsa,
    },
    Publisher {
        table: "go",
        name: "Go",
        licence: "Go vulnerability database, The Go Authors, CC BY 4.0, modified",
        read: golang::read,
    },
    Publisher {
        table: "kubernetes",
        name: "Kubernetes",
        licence: "Kubernetes official CVE feed, CC BY 4.0, modified",
        read: osv::kubernetes,
    },
    Publisher {
        table: "node-core",
        name: "Node.js",
        licence: "Node.js security-wg, MIT, modified",
        read: node::core,
    },
    Publisher {
        table: "npm",
        name: "Retire.js and Node.js security-wg",
        licence: "Retire.js, Apache-2.0; Node.js security-wg, MIT; modified",
        read: node::npm,
    },
    Publisher {
        table: "php",
        name: "FriendsOfPHP",
        licence: "FriendsOfPHP security-advisories, Unlicense",
        read: required::php,
    },
    Publisher {
        table: "pypi",
        name: "PyPA",
        licence: "PyPA advisory database, CC BY 4.0, modified",
        read: osv::pypi,
    },
    Publisher {
        table: "ruby",
        name: "RubySec",
        licence: "RubySec ruby-advisory-db, public domain",
        read: required::ruby,
    },
    Publisher {
        table: "rust",
        name: "RustSec",
        licence: "RustSec advisory-db, CC0; parts GitHub Advisory Database, CC BY 4.0; modified",
        read: required::rust,
    },
];

pub(super) fn build(facts: &mut Facts) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let mut shards = Vec::new();
    for publisher in PUBLISHERS {
        shards.extend(publish(publisher, facts)?);
    }
    shards.extend(golang::details(facts)?);
    shards.push(required::rust_details(facts)?);
    Ok(shards)
}

fn publish(publisher: &Publisher, facts: &mut Facts) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let mut shards: BTreeMap<String, BTreeMap<String, Vec<Advisory>>> = BTreeMap::new();
    for record in facts
        .read(publisher.table, publisher.read)?
        .into_iter()
        .flatten()
    {
        let key = key(&record.shard, record.package);
        let packages = shards.entry(record.shard).or_default();
        packages.entry(key).or_default().push(record.advisory);
    }
    shards
        .into_iter()
        .map(|(name, packages)| {
            let about = About {
                name,
                publisher: publisher.name.to_owned(),
                newest: packages.values().flatten().filter_map(|it| it.date).max(),
                licence: publisher.licence.to_owned(),
                // An advisory stands from the day on which it is published, fixed or not.
                knows_unfixed: true,
            };
            Ok(write::advisories(&about, &packages)?)
        })
        .collect()
}

/// Returns the name by which a package is looked up: only Go tells capitals apart.
fn key(shard: &str, package: String) -> String {
    if shard == "go" || shard.ends_with("-go") {
        return package;
    }
    package.to_lowercase()
}

/// Returns an advisory on some versions; its status follows from whether a fix is named.
fn advisory(id: &str, aliases: Vec<String>, affected: Affected) -> Advisory {
    let status = status(&affected);
    Advisory {
        aliases,
        ..Advisory::new(id, affected, status)
    }
}

fn status(affected: &Affected) -> Status {
    let is_fixed = match affected {
        Affected::Below(_) => true,
        Affected::Ranges(ranges) => ranges.iter().any(|it| matches!(it.upper, Upper::Fixed(_))),
        Affected::Requirements { patched, .. } => !patched.is_empty(),
        Affected::Every | Affected::Versions(_) => false,
        Affected::Never => return Status::NotAffected,
    };
    if is_fixed {
        Status::Fixed
    } else {
        Status::Affected
    }
}
