//! Small images and databases for tests.

use std::collections::BTreeMap;
use std::io::Cursor;

use advisory::bolt::Bolt;
use advisory::write::{self, About};
use advisory::{Database, trivy};
use matching::{Input, Matched};
use model::{
    Advisory, Affected, Eol, ImagePath, Layer, Limits, Os, OsFamily, Package, PackageFormat,
    Rating, Severity, Status,
};
use testkit::{BoltBucket, BoltItem};

/// Runs a match on the first of December 2026.
pub(crate) fn find(os: Option<&Os>, packages: &[Package], database: &Database) -> Matched {
    find_in(os, packages, &[], database)
}

pub(crate) fn find_in(
    os: Option<&Os>,
    packages: &[Package],
    layers: &[Layer],
    database: &Database,
) -> Matched {
    let input = Input {
        os,
        packages,
        layers,
        limits: &Limits::default(),
        manner: model::Manner::Own,
    };
    matching::find(&input, database, "2026-12-01".parse().unwrap())
}

/// Writes findings as lines: `package id installed -> fixed status SEVERITY by source`.
pub(crate) fn lines(matched: &Matched, packages: &[Package]) -> Vec<String> {
    matched
        .findings
        .iter()
        .map(|finding| {
            format!(
                "{} {} {} -> {} {} {} by {}",
                packages[finding.package].name,
                finding.id,
                finding.installed,
                finding.fixed,
                finding.status.name(),
                finding.severity,
                finding.severity_source
            )
        })
        .collect()
}

/// Writes gaps as lines: `kind place: why`.
pub(crate) fn gap_lines(matched: &Matched) -> Vec<String> {
    matched
        .gaps
        .iter()
        .map(|gap| format!("{} {}: {}", gap.kind.name(), gap.place, gap.why))
        .collect()
}

pub(crate) fn os(family: OsFamily, version: &str) -> Os {
    Os {
        pretty_name: format!("{family} {version}"),
        family,
        version: version.to_owned(),
        like: Vec::new(),
        is_rolling: false,
        repository: String::new(),
        told_by: "etc/os-release".to_owned(),
    }
}

pub(crate) fn debian(version: &str) -> Os {
    os(OsFamily::Debian, version)
}

pub(crate) fn alpine(version: &str) -> Os {
    os(OsFamily::Alpine, version)
}

/// A Debian package of the source package `source` at the same version.
pub(crate) fn deb(name: &str, version: &str, source: &str) -> Package {
    package(
        PackageFormat::Dpkg,
        "var/lib/dpkg/status",
        name,
        version,
        source,
    )
}

pub(crate) fn apk(name: &str, version: &str, source: &str) -> Package {
    package(
        PackageFormat::Apk,
        "lib/apk/db/installed",
        name,
        version,
        source,
    )
}

pub(crate) fn package(
    format: PackageFormat,
    path: &str,
    name: &str,
    version: &str,
    source: &str,
) -> Package {
    Package {
        name: name.to_owned(),
        version: version.to_owned(),
        arch: "amd64".to_owned(),
        format,
        path: ImagePath::new(path.as_bytes()),
        source_name: source.to_owned(),
        source_version: version.to_owned(),
        module: String::new(),
        build: None,
        licenses: Vec::new(),
        maintainer: String::new(),
        depends_on: Vec::new(),
        digest: String::new(),
        files: Vec::new(),
        checksummed_files: 0,
        layer: 0,
    }
}

/// A database of Trivy's, imported: bucket, package, flaw, value.
pub(crate) fn bolted(rows: &[[&str; 4]]) -> Database {
    let mut root = BoltBucket::new();
    for [bucket, package, flaw, value] in rows {
        let names = root
            .entry(bucket.as_bytes().to_vec())
            .or_insert_with(|| BoltItem::Bucket(BoltBucket::new()));
        let BoltItem::Bucket(names) = names else {
            panic!("{bucket}");
        };
        let flaws = names
            .entry(package.as_bytes().to_vec())
            .or_insert_with(|| BoltItem::Bucket(BoltBucket::new()));
        let BoltItem::Bucket(flaws) = flaws else {
            panic!("{package}");
        };
        let value = BoltItem::Value(value.as_bytes().to_vec());
        flaws.insert(flaw.as_bytes().to_vec(), value);
    }
    let bytes = testkit::bolt(4096, &root);
    let imported = trivy::import(&mut Bolt::open(Cursor::new(bytes)).unwrap(), None).unwrap();
    assert_eq!(imported.problems, [""; 0]);
    Database::from_bytes(write::database(&imported.shards).unwrap()).unwrap()
}

/// A database with one shard of advisories by package.
pub(crate) fn database(shard: &str, rows: &[(&str, Advisory)]) -> Database {
    Database::from_bytes(write::database(&shards(shard, rows)).unwrap()).unwrap()
}

/// The shards of [`database`]: these advisories, two ratings, one end of life.
pub(crate) fn shards(shard: &str, rows: &[(&str, Advisory)]) -> Vec<Vec<u8>> {
    let mut packages: BTreeMap<String, Vec<Advisory>> = BTreeMap::new();
    for (package, advisory) in rows {
        let advisories = packages.entry((*package).to_owned()).or_default();
        advisories.push(advisory.clone());
    }
    let rated = BTreeMap::from([(
        "CVE-2024-0001".to_owned(),
        vec![
            rating("nvd", Severity::High),
            rating("redhat", Severity::Low),
        ],
    )]);
    let cycles = BTreeMap::from([
        ("11".to_owned(), eol("2024-08-14", Some("2026-08-31"))),
        ("12".to_owned(), eol("2026-07-11", Some("2028-06-30"))),
        ("13".to_owned(), eol("2028-08-09", Some("2030-06-30"))),
    ]);
    let ubuntu = BTreeMap::from([("20.04".to_owned(), eol("2025-05-31", None))]);
    let products = BTreeMap::from([("debian".to_owned(), cycles), ("ubuntu".to_owned(), ubuntu)]);
    vec![
        write::advisories(&about(shard, "Somebody"), &packages).unwrap(),
        write::ratings(&about("severity", "NVD"), &rated).unwrap(),
        write::eol(&about("eol", "endoflife.date"), &products).unwrap(),
    ]
}

pub(crate) fn about(name: &str, publisher: &str) -> About {
    About {
        name: name.to_owned(),
        publisher: publisher.to_owned(),
        newest: "2026-11-19".parse().ok(),
        licence: "facts".to_owned(),
        knows_unfixed: true,
    }
}

pub(crate) fn below(id: &str, fixed: &str) -> Advisory {
    Advisory::new(id, Affected::Below(fixed.to_owned()), Status::Fixed)
}

pub(crate) fn every(id: &str) -> Advisory {
    Advisory::new(id, Affected::Every, Status::Affected)
}

pub(crate) fn never(id: &str) -> Advisory {
    Advisory::new(id, Affected::Never, Status::NotAffected)
}

fn rating(source: &str, severity: Severity) -> Rating {
    Rating {
        source: source.to_owned(),
        severity,
        score: None,
        vector: None,
        estimated: false,
    }
}

fn eol(regular: &str, extended: Option<&str>) -> Eol {
    Eol {
        regular: regular.parse().ok(),
        extended: extended.and_then(|day| day.parse().ok()),
        codename: String::new(),
        latest: String::new(),
    }
}
