//! Packages of languages, and the advisories of the built-in data.

use advisory::Database;
use advisory::write;
use matching::{Input, Matched};
use model::{Advisory, Affected, Language, Limits, Manner, PackageFormat, Range, Status, Upper};

use super::build::{package, shards};

#[test]
fn records_of_one_id_count_together_and_reports_only_where_nobody_else_tells() {
    let ghsa = [
        ("minimist", within("GHSA-1", "0", "0.2.4")),
        ("minimist", within("GHSA-1", "1.0.0", "1.2.6")),
        // what is missing is zero
        ("minimist", within("GHSA-3", "3", "3.1")),
    ];
    let observed = [
        ("minimist", within("GHSA-1", "0", "1.2.6")),
        ("minimist", within("GHSA-2", "0", "0.2.1")),
    ];
    let bytes = [("ghsa-npm", &ghsa[..]), ("ghsa-observed-npm", &observed)]
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
        ("3.0.0-rc.1", ""),
        ("3.0.5", "GHSA-3 3.1"),
        ("3.1.0", ""),
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

#[test]
fn a_patch_of_php_is_newer_than_what_it_patches_but_to_trivy() {
    let rows = [("magento/x", within("CVE-2024-0001", "2.4.6", "2.4.6-p3"))];
    let shard = shards("osv-packagist", &rows).into_iter().take(1);
    let database = Database::from_bytes(write::database(&shard.collect::<Vec<_>>()).unwrap());
    let database = database.unwrap();
    for (version, is_found) in [
        ("2.4.5-p9", false),
        ("2.4.6", true),
        ("2.4.6-p2", true),
        ("2.4.6-p3", false),
        ("2.4.7-beta1", false),
    ] {
        let own = found(Language::Composer, "magento/x", version, &database);
        assert_eq!(own.is_empty(), !is_found, "{version}");
    }
    let trivys = found_by(
        Manner::Trivy,
        (Language::Composer, "magento/x", "2.4.6"),
        &database,
    );
    assert_eq!(lines(&trivys), "");
}

/// Lists of versions hold what has no order, and so do packages.
#[test]
fn a_listed_version_is_found_by_its_text() {
    let listed = |id: &str, version: &str| {
        let range = Range {
            introduced: version.to_owned(),
            upper: Upper::LastAffected(version.to_owned()),
        };
        Advisory::new(id, Affected::Ranges(vec![range]), Status::Affected)
    };
    let rows = [
        ("pytz", listed("PYSEC-1", "2004d")),
        ("pytz", listed("PYSEC-2", "2004.1")),
    ];
    let shard = shards("osv-pypi", &rows).into_iter().take(1);
    let database = Database::from_bytes(write::database(&shard.collect::<Vec<_>>()).unwrap());
    let database = database.unwrap();
    for (version, want, gaps) in [
        ("2004d", "PYSEC-1 ", 1),
        ("2004.1.0", "PYSEC-2 ", 0),
        ("2004e", "", 1),
        ("2005", "", 0),
    ] {
        let asked = (Language::PythonPkg, "pytz", version);
        let matched = found_by(Manner::Own, asked, &database);
        assert_eq!(lines(&matched), want, "{version}");
        assert_eq!(matched.gaps.len(), gaps, "{version}: {:?}", matched.gaps);
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
    lines(&found_by(Manner::Own, (language, name, version), database))
}

fn found_by(
    manner: Manner,
    (language, name, version): (Language, &str, &str),
    database: &Database,
) -> Matched {
    let format = PackageFormat::Language(language);
    let packages = [package(format, "app", name, version, name)];
    let input = Input {
        os: None,
        packages: &packages,
        layers: &[],
        limits: &Limits::default(),
        manner,
    };
    matching::find(&input, database, "2026-12-01".parse().unwrap())
}

fn lines(matched: &Matched) -> String {
    let findings = matched.findings.iter();
    let lines = findings.map(|it| format!("{} {}", it.id, it.fixed));
    lines.collect::<Vec<_>>().join(", ")
}
