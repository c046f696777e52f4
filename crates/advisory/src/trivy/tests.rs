//! Databases of Trivy's: the one that its own tests use, small ones, and garbage.

use std::io::Cursor;

use model::{Affected, Severity, Status};
use testkit::{BoltBucket, BoltItem, bolt};

use super::*;
use crate::{Database, write};

fn imported(bytes: Vec<u8>) -> Result<Imported, String> {
    let mut bolt = Bolt::open(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let day = "2026-11-20".parse().ok();
    import(&mut bolt, day).map_err(|error| error.to_string())
}

fn opened(imported: &Imported) -> Database {
    Database::from_bytes(write::database(&imported.shards).unwrap()).unwrap()
}

/// Makes a bucket of `package/flaw: value`, or `flaw: value`.
fn bucket(values: &[(&str, &str)]) -> BoltItem {
    let mut bucket = BoltBucket::new();
    for (path, value) in values {
        let value = BoltItem::Value(value.as_bytes().to_vec());
        match path.split_once('/') {
            None => drop(bucket.insert(path.as_bytes().to_vec(), value)),
            Some((package, flaw)) => {
                let inner = bucket.entry(package.as_bytes().to_vec());
                let inner = inner.or_insert_with(|| BoltItem::Bucket(BoltBucket::new()));
                if let BoltItem::Bucket(inner) = inner {
                    inner.insert(flaw.as_bytes().to_vec(), value);
                }
            }
        }
    }
    BoltItem::Bucket(bucket)
}

fn root(buckets: &[(&str, &[(&str, &str)])]) -> Vec<u8> {
    let buckets = buckets.iter();
    let root = buckets.map(|(name, values)| (name.as_bytes().to_vec(), bucket(values)));
    bolt(4096, &root.collect())
}

#[test]
fn the_database_of_trivys_tests_is_imported_whole() {
    let Some(path) = testkit::shared("conformance/trivy-db.tar.gz") else {
        return;
    };
    let files = testkit::members(&path).unwrap();
    let imported = imported(files["db/trivy.db"].clone()).unwrap();
    assert_eq!(imported.problems, Vec::<String>::new());
    let database = opened(&imported);
    assert_eq!(database.verify().problems, []);
    // 147 values: 44 flaws, 29 sources, 5 of Red Hat's streams; the others are advisories, of which
    // those of Red Hat and their kin hold several
    let names: Vec<String> = database.shards().into_iter().map(|it| it.name).collect();
    for name in [
        "alma-8",
        "alpine-3.10",
        "amazon-2",
        "cbl-mariner-1.0",
        "debian-10",
        "oracle-oval-8",
        "photon-3.0",
        "redhat-all",
        "rocky-8",
        "suse-cvrf-leap-15.1",
        "suse-cvrf-tumbleweed",
        "ubuntu-18.04",
    ] {
        assert!(names.iter().any(|it| it == name), "{name}: {names:?}");
    }
    assert_eq!(database.names_from("maven::").count(), 2, "{names:?}");
    let bash = database.advisories("debian-9", "bash").unwrap();
    assert_eq!(
        (bash[0].status, bash[0].severity, &bash[0].affected),
        (Status::EndOfLife, Some(Severity::Low), &Affected::Every)
    );
    let source = database.source("npm::GitHub Security Advisory Npm");
    assert_eq!(source.unwrap().unwrap().id, "ghsa");
    let streams = database.texts(STREAMS, "repository rhel-7-server-rpms");
    assert_eq!(streams.unwrap(), [["869"]]);
    let details = database.details("CVE-2022-38177").unwrap().unwrap();
    assert_eq!(
        details.title,
        "bind: memory leak in ECDSA DNSSEC verification code"
    );
    assert_eq!(details.references.len(), 5);
    assert_eq!(details.published, "2022-09-21T11:15:00Z");
    // ids of every publisher have ratings
    let suse = database.ratings("openSUSE-SU-2020:0062-1").unwrap();
    assert!(suse.iter().any(|it| it.source == "suse-cvrf"), "{suse:?}");
}

#[test]
fn what_makes_no_sense_costs_itself() {
    let bytes = root(&[
        (
            "alpine 3.99",
            &[
                ("musl/CVE-2024-0001", "{\"FixedVersion\":\"1.2-r3\"}"),
                ("musl/CVE-2024-0002", "{"),
                ("mu\nsl/CVE-2024-0003", "{}"),
            ],
        ),
        ("alpine 3.99x", &[]),
        ("debian 12", &[("CVE-2024-0001", "{}")]),
        (
            "martian 3",
            &[("musl/CVE-2024-0001", "{}"), ("musl/CVE-2024-0002", "{}")],
        ),
        (
            "vulnerability",
            &[
                ("CVE-2024-0001", "{\"Title\":7}"),
                ("CVE-2024-0002", "{\"Title\":\"t\"}"),
            ],
        ),
    ]);
    let imported = imported(bytes).unwrap();
    assert_eq!(
        imported.problems,
        [
            "alpine 3.99 / mu\nsl: a name is empty, too long or garbled",
            "alpine 3.99 / musl / CVE-2024-0002: its value is no JSON: EOF while parsing an object at line 1 column 1",
            "debian 12 / CVE-2024-0001: no value is known to stand there",
            "martian 3: it is none of the buckets that are known",
            "vulnerability / CVE-2024-0001: its value is no JSON: invalid type: integer `7`, expected a string at line 1 column 10",
        ]
    );
    let database = opened(&imported);
    let musl = database.advisories("alpine-3.99", "musl").unwrap();
    assert_eq!(musl.len(), 1);
    assert_eq!(
        database.details("CVE-2024-0002").unwrap().unwrap().title,
        "t"
    );
}

#[test]
fn a_database_without_advisories_is_none() {
    for bytes in [root(&[]), root(&[("vulnerability", &[("CVE-1", "{}")])])] {
        let error = imported(bytes).map(|_| ()).unwrap_err();
        assert_eq!(error, "bolt database: no bucket of advisories is in it");
    }
}

#[test]
fn a_flood_of_problems_is_counted() {
    let ids: Vec<String> = (0..300)
        .map(|number| format!("musl/CVE-{number}"))
        .collect();
    let values: Vec<(&str, &str)> = ids.iter().map(|id| (id.as_str(), "[")).collect();
    let imported = imported(root(&[("alpine 3.99", &values)])).unwrap();
    assert_eq!(
        (imported.problems.len(), imported.problem_count),
        (100, 300)
    );
}
