//! Agreement with Trivy on every distribution and language, with its own test database imported.
//!
//! Source of truth: `conformance/trivy-db.tar.gz`, and the findings in `packages` of
//! `conformance/trivy.tar.gz`, which are those of the goldens.

use std::collections::BTreeMap;
use std::io::Cursor;

use advisory::bolt::Bolt;
use advisory::{Database, trivy, write};
use model::{Build, Language, OsFamily, Package, PackageFormat};
use serde_json::Value;

use super::build::*;

/// Trivy's test database, and the files of the other archive.
fn data() -> Option<(Database, BTreeMap<String, Vec<u8>>)> {
    let database = testkit::shared("conformance/trivy-db.tar.gz")?;
    let files = testkit::shared("conformance/trivy.tar.gz")?;
    let files = testkit::members(&files).ok()?;
    Some((imported(&testkit::members(&database).ok()?), files))
}

fn imported(files: &BTreeMap<String, Vec<u8>>) -> Database {
    let mut bolt = Bolt::open(Cursor::new(&files["db/trivy.db"])).unwrap();
    let imported = trivy::import(&mut bolt, None).unwrap();
    Database::from_bytes(write::database(&imported.shards).unwrap()).unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

fn format(family: &OsFamily) -> PackageFormat {
    match family.name() {
        "alpine" => PackageFormat::Apk,
        "debian" | "ubuntu" => PackageFormat::Dpkg,
        _ => PackageFormat::Rpm,
    }
}

#[test]
fn every_distribution_agrees_with_trivy() {
    let Some((database, files)) = data() else {
        return;
    };
    let mut seen = 0;
    for (path, bytes) in &files {
        let Some(image) = path.strip_prefix("trivy/packages/") else {
            continue;
        };
        let report: Value = serde_json::from_slice(bytes).unwrap();
        let family = OsFamily::from_name(text(&report["os"], "Family"));
        let items = report["packages"].as_array().unwrap();
        if items.is_empty() {
            continue;
        }
        let mut os = os(family.clone(), text(&report["os"], "Name"));
        // what is listed here are packages; its file of repositories is among the synthetic roots
        if image == "alpine-distroless.json" {
            "edge".clone_into(&mut os.repository);
        }
        let packages: Vec<Package> = items
            .iter()
            .map(|item| Package {
                build: (image == "ubi-7.json").then(|| Build {
                    content_sets: Vec::new(),
                    nvr: "ubi7-container-7.7-140".to_owned(),
                    arch: "x86_64".to_owned(),
                }),
                ..listed(item, format(&family))
            })
            .collect();
        let matched = find(Some(&os), &packages, &database);
        let found: Vec<String> = matched
            .findings
            .iter()
            .map(|it| {
                [
                    packages[it.package].name.as_str(),
                    &it.id,
                    &it.fixed,
                    it.status.name(),
                    it.severity.name(),
                    &it.severity_source,
                ]
                .join(" ")
            })
            .collect();
        let expected: Vec<String> = items.iter().flat_map(lines_of).collect();
        // Where the database names no source for a bucket, Trivy does not know whose advisory it is,
        // and takes the NVD's word instead of the publisher's.
        let unnamed = |line: &String| match image {
            "ubuntu-gp2-x86-vm.json" => line.replace("HIGH nvd", "MEDIUM ubuntu"),
            _ => line.clone(),
        };
        let expected: Vec<String> = expected.iter().map(unnamed).collect();
        assert_eq!(found, expected, "{image}");
        seen += found.len();
    }
    assert!(seen > 30, "{seen}");
}

fn listed(item: &Value, format: PackageFormat) -> Package {
    let text = |name| text(item, name);
    Package {
        arch: text("arch").to_owned(),
        ..package(format, "", text("name"), text("version"), text("source"))
    }
}

fn lines_of(item: &Value) -> Vec<String> {
    let findings = item["findings"].as_array().unwrap();
    let line = |finding: &Value| {
        let cells = finding.as_array().unwrap().iter();
        let cells: Vec<&str> = cells.map(|cell| cell.as_str().unwrap()).collect();
        format!("{} {}", text(item, "name"), cells.join(" "))
    };
    findings.iter().map(line).collect()
}

/// Goldens whose findings are not those of the database alone: a severity from another source was
/// asked for, or findings were filtered out.
const OTHERWISE: [&str; 5] = [
    "alpine-39-high-critical.json.golden",
    "gomod-skip.json.golden",
    "npm-ubuntu-severity.json.golden",
    "spring4shell-jre11.json.golden",
    "spring4shell-jre8.json.golden",
];

#[test]
fn every_language_agrees_with_trivy() {
    let Some((database, files)) = data() else {
        return;
    };
    let mut seen = BTreeMap::new();
    for (path, bytes) in &files {
        let Some(golden) = path.strip_prefix("trivy/goldens/") else {
            continue;
        };
        if !golden.ends_with(".json.golden") || OTHERWISE.contains(&golden) {
            continue;
        }
        let Ok(report) = serde_json::from_slice::<Value>(bytes) else {
            continue;
        };
        let results = report["Results"].as_array().into_iter().flatten();
        for result in results.filter(|it| it["Class"] == "lang-pkgs") {
            let (found, expected) = compare(result, &database);
            assert_eq!(found, expected, "{golden}");
            *seen.entry(text(result, "Type").to_owned()).or_insert(0) += found.len();
        }
    }
    // every ecosystem that the test database knows something of
    for language in [
        "bundler",
        "bun",
        "cargo",
        "cocoapods",
        "composer",
        "composer-vendor",
        "gemspec",
        "gomod",
        "npm",
        "nuget",
        "pip",
        "pipenv",
        "pom",
        "sbt",
        "swift",
        "uv",
        "yarn",
    ] {
        let count = seen.get(language).copied().unwrap_or(0);
        assert!(count > 0 || language == "bundler", "{language}: {seen:?}");
    }
}

/// Returns what is found in the packages of a result, and what Trivy found.
fn compare(result: &Value, database: &Database) -> (Vec<String>, Vec<String>) {
    let name = text(result, "Type");
    let language = Language::ALL.iter().find(|it| it.name() == name);
    let language = *language.unwrap_or_else(|| panic!("{name}"));
    let theirs = result["Vulnerabilities"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let mut packages: BTreeMap<(String, String), Package> = BTreeMap::new();
    let listed = result["Packages"].as_array().into_iter().flatten();
    let listed = listed.map(|it| (it["Name"].as_str(), it["Version"].as_str()));
    let with_flaws = theirs.iter();
    let with_flaws = with_flaws.map(|it| (it["PkgName"].as_str(), it["InstalledVersion"].as_str()));
    for (name, version) in listed.chain(with_flaws) {
        let (name, version) = (name.unwrap(), version.unwrap_or_default());
        let package = package(PackageFormat::Language(language), "", name, version, name);
        packages.insert((name.to_owned(), version.to_owned()), package);
    }
    let packages: Vec<Package> = packages.into_values().collect();
    let matched = find(None, &packages, database);
    let found = matched.findings.iter().map(|it| {
        let package = &packages[it.package];
        let source = it.source.as_ref().map_or("", |source| &source.id);
        let cells = [
            &package.name,
            &package.version,
            &it.id,
            &it.fixed,
            it.status.name(),
            it.severity.name(),
            &it.severity_source,
            source,
        ];
        cells.join(" ")
    });
    let expected = theirs.iter().map(|it| {
        let cell = |name: &str| it[name].as_str().unwrap_or_default();
        let source = it["DataSource"]["ID"].as_str().unwrap_or_default();
        let cells = [
            cell("PkgName"),
            cell("InstalledVersion"),
            cell("VulnerabilityID"),
            cell("FixedVersion"),
            cell("Status"),
            cell("Severity"),
            cell("SeveritySource"),
            source,
        ];
        cells.join(" ")
    });
    let (mut found, mut expected): (Vec<String>, Vec<String>) =
        (found.collect(), expected.collect());
    // one file may be named in several places, and the same package be in several files
    for lines in [&mut found, &mut expected] {
        lines.sort();
        lines.dedup();
    }
    (found, expected)
}
