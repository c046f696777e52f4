//! Packages of languages, and the advisories of the built-in data.

use advisory::Database;
use advisory::write;
use model::{Advisory, Affected, Language, PackageFormat, Range, Status, Upper};

use super::build::*;

#[test]
fn records_of_one_id_count_together_and_reports_only_where_nobody_else_tells() {
    let ghsa = [
        ("minimist", within("GHSA-1", "0", "0.2.4")),
        ("minimist", within("GHSA-1", "1.0.0", "1.2.6")),
    ];
    let observed = [
        ("minimist", within("GHSA-1", "0", "1.2.6")),
        ("minimist", within("GHSA-2", "0", "0.2.1")),
    ];
    let bytes = [("ghsa-npm", &ghsa), ("ghsa-observed-npm", &observed)]
        .into_iter()
        .flat_map(|(shard, rows)| shards(shard, rows).into_iter().take(1))
        .collect::<Vec<_>>();
    let database = Database::from_bytes(write::database(&bytes).unwrap()).unwrap();
    for (version, want) in [
        ("0.2.0", "GHSA-1 0.2.4, GHSA-2 0.2.1"),
        ("0.2.3", "GHSA-1 0.2.4"),
        ("0.9.0", ""),
        ("1.2.5", "GHSA-1 1.2.6"),
        ("1.2.6", ""),
    ] {
        assert_eq!(
            found(Language::NodePkg, "minimist", version, &database),
            want,
            "{version}"
        );
    }
}

#[test]
fn capitals_do_not_hide_a_package() {
    let database = Database::embedded().unwrap();
    for (language, name, version, want) in [
        (
            Language::NuGet,
            "Newtonsoft.Json",
            "12.0.3",
            "CVE-2024-21907 13.0.1",
        ),
        (
            Language::Jar,
            "xerces:xercesImpl",
            "2.12.1",
            "CVE-2022-23437 2.12.2",
        ),
    ] {
        let found = found(language, name, version, &database);
        assert!(found.contains(want), "{name}: {found}");
    }
}

fn within(id: &str, introduced: &str, fixed: &str) -> Advisory {
    let range = Range {
        introduced: introduced.to_owned(),
        upper: Upper::Fixed(fixed.to_owned()),
    };
    Advisory::new(id, Affected::Ranges(vec![range]), Status::Fixed)
}

fn found(language: Language, name: &str, version: &str, database: &Database) -> String {
    let package = package(
        PackageFormat::Language(language),
        "app",
        name,
        version,
        name,
    );
    let findings = find(None, &[package], database).findings;
    let lines = findings.iter().map(|it| format!("{} {}", it.id, it.fixed));
    lines.collect::<Vec<_>>().join(", ")
}
