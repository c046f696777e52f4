//! Builds of modules, of which one release has several streams.

use matching::{Input, Meaning};
use model::{Limits, Manner, OsFamily, Package, PackageFormat};

use super::build::*;

fn npm(version: &str, module: &str) -> Package {
    Package {
        module: module.to_owned(),
        arch: "x86_64".to_owned(),
        maintainer: "Rocky".to_owned(),
        ..package(PackageFormat::Rpm, "", "npm", version, "nodejs")
    }
}

const RELEASES: [(OsFamily, &str); 3] = [
    (OsFamily::Alma, "alma-8"),
    (OsFamily::Rocky, "rocky-8"),
    (OsFamily::Oracle, "oracle-oval-8"),
];

const OLD: &str = "1:8.19.2-1.16.18.1.3.module+el8.7.0+1";
const OF_16: &str = "1:8.19.4-1.16.20.2.8.module+el8.9.0+1";
const OF_18: &str = "1:9.5.0-1.18.14.2.2.module+el8.7.0+2";
const LATER_18: &str = "1:9.6.0-1.18.16.1.1.module+el8.8.0+1";
const PLAIN: &str = "1:6.1-2.el8";
const LABEL: &str = "nodejs:16:8:rhel8";

/// What is installed with its label, the name that fixes are kept under with these, the fix that it is told to
/// lack, and whether there is a gap.
type Row = (
    [&'static str; 2],
    (&'static str, &'static [&'static str]),
    &'static str,
    bool,
);

/// Builds of two streams and a later one of either, which begin alike.
const ALIKE_16: &str = "1:8.19.2-1.16.18.1.3.module+el8.7.0+1131";
const ALIKE_18: &str = "1:8.19.2-1.18.12.1.2.module+el8.7.0+1130";
const ALIKE: &[&str] = &[ALIKE_16, ALIKE_18];

const ROWS: [Row; 17] = [
    // nobody tells the stream, and the versions do
    ([OLD, ""], ("npm", &[OF_16]), OF_16, false),
    ([OLD, ""], ("npm", &[OF_16, OF_18]), OF_16, false),
    // a build that is fixed is not held against the next stream
    ([OF_16, ""], ("npm", &[OF_16, OF_18]), "", false),
    // and where only another one is told, it may be the same
    ([OLD, ""], ("npm", &[OF_18]), "", true),
    ([LATER_18, ""], ("npm", &[OF_18]), "", false),
    // the label of the package tells it, and the name under which the fix is kept
    ([OLD, LABEL], ("nodejs:16::npm", &[OF_18]), OF_18, false),
    ([OLD, LABEL], ("nodejs:18::npm", &[OF_18]), "", false),
    ([OLD, LABEL], ("npm", &[OF_16, PLAIN]), OF_16, false),
    // of fixes that begin alike, a build that is one holds it, one below all lacks the lowest, and one in
    // between may hold it or not
    ([ALIKE_16, ""], ("npm", ALIKE), "", false),
    ([ALIKE_18, ""], ("npm", ALIKE), "", false),
    ([OLD, ""], ("npm", ALIKE), ALIKE_16, false),
    (
        ["1:8.19.2-1.17.1.module+el8.7.0+1", ""],
        ("npm", ALIKE),
        "",
        true,
    ),
    (
        ["1:8.19.3-1.16.module+el8.8.0+1", ""],
        ("npm", ALIKE),
        "",
        false,
    ),
    (
        ["1:8.19.3-1.16.module+el8.8.0+1", ""],
        ("npm", &[ALIKE_16, OF_16]),
        "",
        true,
    ),
    // plain builds
    (["1:6.1-1.el8", ""], ("npm", &[OF_16]), "", false),
    (["1:6.1-1.el8", ""], ("npm", &[OF_16, PLAIN]), PLAIN, false),
    ([OLD, ""], ("npm", &["1:9.1-1.el8"]), "", false),
];

/// A fix is one of its stream only, and of plain builds only if it is one itself.
#[test]
fn a_fix_of_a_module_is_one_for_builds_of_its_stream() {
    for ([installed, module], (key, fixes), found, is_gap) in ROWS {
        for (family, shard) in &RELEASES {
            let rows = fixes.iter().map(|fix| (key, below("CVE-2030-1", fix)));
            let rows: Vec<_> = rows.collect();
            let packages = [npm(installed, module)];
            let os = os(family.clone(), "8.9");
            let matched = find(Some(&os), &packages, &database(shard, &rows));
            let fixed: Vec<&str> = matched.findings.iter().map(|it| &*it.fixed).collect();
            let what = format!("{shard} {installed} {fixes:?}");
            assert_eq!(fixed.join(" "), found, "{what}");
            let gaps = gap_lines(&matched).join("\n");
            let says = gaps.contains("1 flaw: CVE-2030-1");
            assert_eq!(says, is_gap, "{what}: {gaps}");
        }
    }
}

/// Red Hat keeps fixes of modules under the names of their streams.
#[test]
fn a_build_of_a_module_of_red_hats_needs_its_stream() {
    let of_16 = "1:8.19.4-1.16.20.2.8.module+el8.9.0+1";
    let modular = "1:8.19.2-1.16.18.1.3.module+el8.7.0+1";
    let plain = "1:8.19.4-2.el8";
    for (installed, module, key, fixed, found, is_gap) in [
        (
            modular,
            "nodejs:16:8:rhel8",
            "nodejs:16::npm",
            of_16,
            of_16,
            false,
        ),
        (
            modular,
            "nodejs:18:8:rhel8",
            "nodejs:16::npm",
            of_16,
            "",
            false,
        ),
        (modular, "nodejs:16:8:rhel8", "npm", plain, "", false),
        (modular, "", "npm", plain, "", true),
        (modular, "", "nodejs:16::npm", of_16, "", true),
        ("1:6.1-1.el8", "", "npm", of_16, "", false),
        ("1:6.1-1.el8", "", "npm", plain, plain, false),
    ] {
        let packages = [npm(installed, module)];
        let entry = format!(
            r#"{{"Entries": [{{"FixedVersion": "{fixed}", "Affected": [1], "Cves": [{{"ID": "CVE-2030-1", "Severity": 3}}]}}]}}"#
        );
        let rows = [
            ["Red Hat", key, "RHSA-2030:1", &entry],
            [
                "Red Hat CPE",
                "repository",
                "rhel-8-for-x86_64-baseos-rpms",
                "[1]",
            ],
            [
                "Red Hat CPE",
                "cpe",
                "1",
                "\"cpe:/o:redhat:enterprise_linux:8\"",
            ],
        ];
        let matched = find(
            Some(&os(OsFamily::RedHat, "8.9")),
            &packages,
            &bolted(&rows),
        );
        let fixes: Vec<&str> = matched.findings.iter().map(|it| &*it.fixed).collect();
        let gaps = gap_lines(&matched).join("\n");
        let what = format!("{installed} {module} {key}: {gaps}");
        assert_eq!(fixes.join(" "), found, "{what}");
        assert_eq!(
            gaps.contains("which stream of its module"),
            is_gap,
            "{what}"
        );
    }
}

/// Trivy leaves out or compares all of them (`trivy.md` §4.3).
#[test]
fn trivy_knows_labels_only() {
    let fix = "1:9.5.0-1.18.14.2.2.module_el8.7.0+2";
    for (family, shard, installed, want) in [
        (OsFamily::Alma, "alma-8", "1:9.1-1.18.module_el8.6.0+1", 0),
        (OsFamily::Rocky, "rocky-8", "1:6.1-1.el8", 1),
        (OsFamily::Oracle, "oracle-oval-8", "1:6.1-1.el8", 1),
    ] {
        let packages = [npm(installed, "")];
        let input = Input {
            os: Some(&os(family, "8.9")),
            packages: &packages,
            layers: &[],
            limits: &Limits::default(),
            manner: Manner::Trivy,
        };
        let database = database(shard, &[("npm", below("CVE-2030-1", fix))]);
        let matched = matching::find(&input, &database, "2026-12-01".parse().unwrap());
        assert_eq!(matched.findings.len(), want, "{shard} {installed}");
    }
}

#[test]
fn why_nothing_is_told_is_told() {
    let packages = [
        "1:8.1-1.16.module+el8",
        "1:9.1-1.18.module+el8",
        "1:6.1-1.el8",
    ];
    let packages = packages.map(|version| npm(version, ""));
    let input = Input {
        os: Some(&os(OsFamily::Rocky, "8.9")),
        packages: &packages,
        layers: &[],
        limits: &Limits::default(),
        manner: Manner::Own,
    };
    let fix = "1:9.1-2.18.module+el8";
    let database = database("rocky-8", &[("npm", below("CVE-2030-1", fix))]);
    let told = matching::why(&input, &database, "CVE-2030-1").unwrap();
    let meanings: Vec<Meaning> = told.into_iter().map(|it| it.meaning).collect();
    let unclear = "nobody tells which streams of the module the fix and the package are of";
    let want = [
        Meaning::Unclear(unclear.to_owned()),
        Meaning::Affected(fix.to_owned()),
        Meaning::Other,
    ];
    assert_eq!(meanings, want);
}

#[test]
fn why_a_build_that_is_a_fix_is_not_told_of_is_told() {
    let packages = [ALIKE_16, "1:8.19.2-1.17.1.module+el8.7.0+1"].map(|version| npm(version, ""));
    let input = Input {
        os: Some(&os(OsFamily::Rocky, "8.9")),
        packages: &packages,
        layers: &[],
        limits: &Limits::default(),
        manner: Manner::Own,
    };
    let rows = ALIKE.iter().map(|fix| ("npm", below("CVE-2030-1", fix)));
    let rows: Vec<_> = rows.collect();
    let told = matching::why(&input, &database("rocky-8", &rows), "CVE-2030-1").unwrap();
    let meanings: Vec<Meaning> = told.into_iter().map(|it| it.meaning).collect();
    let unclear = "nobody tells which streams of the module the fix and the package are of";
    let want = [
        Meaning::Fixed(ALIKE_16.to_owned()),
        Meaning::Other,
        Meaning::Unclear(unclear.to_owned()),
        Meaning::Unclear(unclear.to_owned()),
    ];
    assert_eq!(meanings, want);
}
