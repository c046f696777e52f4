//! Agreement with Trivy: its test database, its package lists, its findings.
//!
//! Source of truth: `conformance/trivy.tar.gz`, folders `fixtures/db` and `packages`.

use std::collections::BTreeMap;

use advisory::Database;
use advisory::write;
use model::{Advisory, Affected, OsFamily, Package, Rating, Severity, Status};
use yaml::Node;

use super::build::*;

#[test]
fn alpine_and_debian_agree_with_trivy() {
    let Some(path) = testkit::shared("conformance/trivy.tar.gz") else {
        return;
    };
    let files = testkit::members(&path).unwrap();
    let read = |name: &str| {
        let bytes = &files[&format!("trivy/{name}")];
        yaml::read_one(bytes, &yaml::Limits::default())
            .unwrap()
            .root
    };
    let database = database(&[
        read("fixtures/db/alpine.yaml"),
        read("fixtures/db/debian.yaml"),
        read("fixtures/db/vulnerability.yaml"),
    ]);
    for image in [
        "alpine-310",
        "alpine-39",
        "alpine-distroless",
        "debian-buster",
        "distroless-base",
    ] {
        let report = read(&format!("packages/{image}.json"));
        let os = &report.want("os").unwrap();
        let mut os = self::os(OsFamily::from_name(&text(os, "Family")), &text(os, "Name"));
        // Its file of repositories names edge, which Trivy prefers to the version.
        os.is_rolling = image == "alpine-distroless";
        let items = report.want("packages").unwrap().items();
        let packages: Vec<Package> = items.iter().map(|it| package(&os.family, it)).collect();
        let matched = find(Some(&os), &packages, &database);
        let found: Vec<String> = matched
            .findings
            .iter()
            .map(|it| {
                // Trivy does not say whose word it took if it is in none of its first places.
                let source = Some(it.severity_source.as_str()).filter(|it| *it != "ubuntu");
                let package = &packages[it.package];
                [
                    &package.name,
                    &it.id,
                    &it.fixed,
                    it.status.name(),
                    it.severity.name(),
                    source.unwrap_or_default(),
                ]
                .join(" ")
            })
            .collect();
        assert!(!found.is_empty());
        assert_eq!(
            found,
            items.iter().flat_map(findings).collect::<Vec<_>>(),
            "{image}"
        );
    }
}

fn findings(package: &Node) -> Vec<String> {
    let name = text(package, "name");
    let findings = package.want("findings").unwrap().items();
    let cells = |it: &Node| {
        it.items()
            .iter()
            .map(|it| it.as_str().unwrap().to_owned())
            .collect()
    };
    findings
        .iter()
        .map(|it| [vec![name.clone()], cells(it)].concat().join(" "))
        .collect()
}

fn package(family: &OsFamily, node: &Node) -> Package {
    let make = if *family == OsFamily::Alpine {
        apk
    } else {
        deb
    };
    make(
        &text(node, "name"),
        &text(node, "version"),
        &text(node, "source"),
    )
}

/// Makes a database of Trivy's buckets: `alpine 3.9`, `debian 10`, `vulnerability`.
fn database(files: &[Node]) -> Database {
    let mut shards = Vec::new();
    for bucket in files.iter().flat_map(Node::items) {
        let name = text(bucket, "bucket");
        let pairs = bucket.want("pairs").unwrap().items();
        if name == "vulnerability" {
            let rows: BTreeMap<_, _> = pairs
                .iter()
                .filter(|pair| text(pair, "key").starts_with("CVE-"))
                .map(|pair| (text(pair, "key"), ratings(pair)))
                .collect();
            shards.push(write::ratings(&about("severity", "all"), &rows).unwrap());
            continue;
        }
        let mut rows: BTreeMap<String, Vec<Advisory>> = BTreeMap::new();
        for package in pairs {
            let flaws = package.want("pairs").unwrap().items().iter().map(advisory);
            rows.entry(text(package, "bucket"))
                .or_default()
                .extend(flaws);
        }
        let shard = name.replace(' ', "-");
        shards.push(write::advisories(&about(&shard, &name), &rows).unwrap());
    }
    Database::from_bytes(write::database(&shards).unwrap()).unwrap()
}

fn advisory(pair: &Node) -> Advisory {
    let value = pair.want("value").unwrap();
    let fixed = value.get("FixedVersion").and_then(Node::text);
    Advisory {
        affected: fixed.map_or(Affected::Every, |it| Affected::Below(it.to_owned())),
        status: match value.get("Status").and_then(Node::as_int) {
            Some(7) => Status::EndOfLife,
            Some(other) => panic!("status {other}"),
            None => Status::Unknown,
        },
        severity: value.get("Severity").map(severity),
        ..every(&text(pair, "key"))
    }
}

fn ratings(pair: &Node) -> Vec<Rating> {
    let words = pair.at("/value/VendorSeverity").map(Node::entries);
    let rating = |entry: &yaml::Entry| Rating {
        source: entry.name.to_string(),
        severity: severity(&entry.value),
        score: None,
        vector: None,
        estimated: false,
    };
    words.unwrap_or_default().iter().map(rating).collect()
}

/// Reads `2` and `2.0`.
fn severity(node: &Node) -> Severity {
    let number = node.text().unwrap().trim_end_matches(".0");
    let number: usize = number.parse().unwrap();
    Severity::ALL[number]
}

fn text(node: &Node, name: &str) -> String {
    node.want(name).unwrap().text().unwrap().to_owned()
}
