//! Red Hat and its kin, with advisories as they stand in Trivy's database: which of several counts.
//!
//! Source of truth: `trivy.md` §2.5 and §4.3; the verdicts were written by hand.

use matching::Input;
use model::{Limits, Manner, Os, OsFamily, Package, PackageFormat};

use super::build::*;

/// The streams that an image of release 8 is of.
const ABOUT: [[&str; 4]; 2] = [
    [
        "Red Hat CPE",
        "repository",
        "rhel-8-for-x86_64-baseos-rpms",
        "[1, 3]",
    ],
    [
        "Red Hat CPE",
        "cpe",
        "1",
        "\"cpe:/o:redhat:enterprise_linux:8\"",
    ],
];

const OLD: (&str, &str) = (
    "RHSA-2020:1",
    r#"{"Entries": [{"FixedVersion": "0:9-1", "Affected": [1], "Cves": [{"ID": "CVE-1", "Severity": 4}]}]}"#,
);
const NEW: (&str, &str) = (
    "RHSA-2021:1",
    r#"{"Entries": [{"FixedVersion": "0:25-1", "Affected": [1], "Cves": [{"ID": "CVE-1", "Severity": 2}]}]}"#,
);
const OPEN: (&str, &str) = (
    "CVE-1",
    r#"{"Entries": [{"Affected": [3], "Cves": [{"Severity": 3}], "Status": 5}, {"Affected": [1], "Status": 6}]}"#,
);

#[test]
fn one_advisory_on_a_flaw_counts_with_all_that_it_says() {
    let unrated = (
        "RHSA-2022:1",
        r#"{"Entries": [{"FixedVersion": "0:30-1", "Affected": [1], "Cves": [{"ID": "CVE-1"}]}]}"#,
    );
    for (installed, said, want) in [
        (
            "11-1",
            &[OLD, NEW][..],
            "25-1 fixed MEDIUM by redhat [\"RHSA-2021:1\"]",
        ),
        (
            "5-1",
            &[OLD, NEW],
            "25-1 fixed MEDIUM by redhat [\"RHSA-2021:1\"]",
        ),
        (
            "11-1",
            &[OPEN, NEW],
            "25-1 fixed MEDIUM by redhat [\"RHSA-2021:1\"]",
        ),
        ("25-1", &[OPEN, OLD, NEW], ""),
        ("11-1", &[OPEN], " will_not_fix HIGH by redhat []"),
        (
            "11-1",
            &[NEW, unrated],
            "30-1 fixed UNKNOWN by redhat [\"RHSA-2022:1\"]",
        ),
    ] {
        let rows = said
            .iter()
            .map(|&(key, value)| ["Red Hat", "curl", key, value]);
        let rows: Vec<[&str; 4]> = rows.chain(ABOUT).collect();
        check(
            &os(OsFamily::RedHat, "8.5"),
            (installed, "x86_64"),
            &rows,
            want,
        );
    }
}

#[test]
fn the_list_of_all_releases_is_no_rolling_one() {
    let rows: Vec<[&str; 4]> = [["Red Hat", "curl", OLD.0, OLD.1]]
        .into_iter()
        .chain(ABOUT)
        .collect();
    check(&os(OsFamily::RedHat, "8.5"), ("11-1", "x86_64"), &rows, "");
    let edge = Os {
        repository: "edge".to_owned(),
        ..alpine("3.20.1")
    };
    let rows = [[
        "alpine edge",
        "curl",
        "CVE-1",
        r#"{"FixedVersion": "8.0-r2"}"#,
    ]];
    let packages = [apk("curl", "8.0-r1", "curl")];
    let gaps = gap_lines(&find(Some(&edge), &packages, &bolted(&rows))).join("\n");
    assert!(gaps.contains("from the repositories of edge"), "{gaps}");
    assert!(!gaps.contains("has no releases"), "{gaps}");
}

#[test]
fn rockys_entries_are_for_the_architectures_that_they_name() {
    let rows = [
        [
            "rocky 8",
            "curl",
            "CVE-1",
            r#"{"Entries": [{"FixedVersion": "2-1", "Arches": ["x86_64"]}]}"#,
        ],
        [
            "rocky 8",
            "curl",
            "CVE-2",
            r#"{"Entries": [{"FixedVersion": "2-1", "Arches": ["noarch"]}]}"#,
        ],
        [
            "Oracle Linux 8",
            "curl",
            "CVE-1",
            r#"{"Entries": [{"FixedVersion": "2-1", "Arches": ["x86_64"]}]}"#,
        ],
    ];
    for (family, arch, want) in [
        (OsFamily::Rocky, "x86_64", "CVE-1"),
        (OsFamily::Rocky, "noarch", "CVE-2"),
        // a list that does not tell the architecture
        (OsFamily::Rocky, "", "CVE-1 CVE-2"),
        // those are of the release, whatever of it a package is for
        (OsFamily::Oracle, "noarch", "CVE-1"),
    ] {
        let package = rpm("1-1", arch);
        let matched = find(Some(&os(family.clone(), "8.5")), &[package], &bolted(&rows));
        let ids: Vec<&str> = matched.findings.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids.join(" "), want, "{family} {arch}");
    }
}

fn rpm(version: &str, arch: &str) -> Package {
    Package {
        arch: arch.to_owned(),
        maintainer: "Red Hat, Inc.".to_owned(),
        ..package(PackageFormat::Rpm, "", "curl", version, "curl")
    }
}

/// Both manners say the same of one package: what holds the fix, and who says what.
fn check(os: &Os, (version, arch): (&str, &str), rows: &[[&str; 4]], want: &str) {
    let database = bolted(rows);
    let packages = [rpm(version, arch)];
    for manner in [Manner::Own, Manner::Trivy] {
        let input = Input {
            os: Some(os),
            packages: &packages,
            layers: &[],
            limits: &Limits::default(),
            manner,
        };
        let matched = matching::find(&input, &database, "2026-12-01".parse().unwrap());
        let told = matched.findings.iter().map(|it| {
            let (status, source) = (it.status.name(), &it.severity_source);
            format!(
                "{} {status} {} by {source} {:?}",
                it.fixed, it.severity, it.vendor_ids
            )
        });
        let told: Vec<String> = told.collect();
        assert_eq!(told.join("\n"), want, "{version} {manner:?}");
        let gaps = gap_lines(&matched).join("\n");
        assert!(!gaps.contains("has no releases"), "{gaps}");
    }
}
