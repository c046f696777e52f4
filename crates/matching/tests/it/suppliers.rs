//! Packages that Root.io and Seal rebuilt, with advisories as they stand in Trivy's database.
//!
//! Source of truth: trivy.md §4.3, and the records of Trivy's own tests of these publishers, which are
//! the rows here; the verdicts were written by hand.

use matching::Input;
use model::{Limits, Manner, Os, OsFamily, Package, PackageFormat};

use super::build::*;

/// Bucket, package, flaw, value.
const ROWS: [[&str; 4]; 9] = [
    [
        "debian 12",
        "openssl",
        "CVE-2024-0002",
        r#"{"FixedVersion": "9"}"#,
    ],
    [
        "debian 12",
        "seal-wget",
        "CVE-2024-0003",
        r#"{"FixedVersion": "9"}"#,
    ],
    [
        "root.io debian 12",
        "openssl",
        "CVE-2024-13176",
        r#"{"VulnerableVersions": ["<3.0.15-1~deb12u1.root.io.1", ">3.0.15-1~deb12u1.root.io.1 <3.0.16-1~deb12u1"],
            "PatchedVersions": ["3.0.15-1~deb12u1.root.io.1", "3.0.16-1~deb12u1"]}"#,
    ],
    [
        "root.io debian 12",
        "pam",
        "CVE-2024-10041",
        r#"{"VulnerableVersions": ["<1.5.2-6+deb12u1.root.io.3"], "PatchedVersions": ["1.5.2-6+deb12u1.root.io.3"], "Severity": 2}"#,
    ],
    [
        "root.io alpine 3.19",
        "less",
        "CVE-2024-32487",
        r#"{"VulnerableVersions": ["<643-r00072"], "PatchedVersions": ["643-r00072"]}"#,
    ],
    [
        "seal debian",
        "seal-wget",
        "CVE-2024-10524",
        r#"{"VulnerableVersions": [">=1.21-1+deb11u1, <1.21-1+deb11u1+sp999", ">=1.22-2+deb12u1, <1.22-2+deb12u1+sp999"],
            "PatchedVersions": ["1.21-1+deb11u1+sp999", "1.22-2+deb12u1+sp999"]}"#,
    ],
    [
        "seal alpine",
        "seal-zlib",
        "CVE-2023-6992",
        r#"{"VulnerableVersions": [">=1.2.8-r2, <1.2.8-r25341999"], "PatchedVersions": ["1.2.8-r25341999"]}"#,
    ],
    [
        "seal Red Hat 6",
        "seal-wget",
        "CVE-2024-10524",
        r#"{"VulnerableVersions": [">=1.12-10.el6, <1.12-10.el6+sp999"], "PatchedVersions": ["1.12-10.el6+sp999"]}"#,
    ],
    ["seal Red Hat 6", "seal-bash", "CVE-2024-0004", "{}"],
];

#[test]
fn rebuilt_packages_are_held_against_their_suppliers_words() {
    let rpm = |name: &str, version: &str| package(PackageFormat::Rpm, "", name, version, name);
    let fixed = "3.0.15-1~deb12u1.root.io.1, 3.0.16-1~deb12u1";
    check(
        &os(OsFamily::Debian, "12.5"),
        &[
            deb("libssl3", "3.0.15-1~deb12u1.root.io.0", "openssl"),
            deb("libpam0g", "1.5.2-6+deb12u1", "pam"),
        ],
        &[
            "libpam0g CVE-2024-10041 1.5.2-6+deb12u1 -> 1.5.2-6+deb12u1.root.io.3 fixed MEDIUM by rootio",
            &format!(
                "libssl3 CVE-2024-13176 3.0.15-1~deb12u1.root.io.0 -> {fixed} fixed UNKNOWN by "
            ),
        ],
    );
    check(
        &os(OsFamily::Debian, "12.5"),
        &[deb("libssl3", "3.0.15-1~deb12u1.root.io.1", "openssl")],
        &[],
    );
    check(
        &os(OsFamily::Alpine, "3.19.1"),
        &[apk("less", "643-r00071", "less"), apk("x", "1-r10071", "x")],
        &["less CVE-2024-32487 643-r00071 -> 643-r00072 fixed UNKNOWN by "],
    );
    check(
        &os(OsFamily::Debian, "12.5"),
        &[
            deb("seal-wget", "1.22-2+deb12u1", "seal-wget"),
            deb("libssl3", "3.0.15-1", "openssl"),
        ],
        &[
            "libssl3 CVE-2024-0002 3.0.15-1 -> 9 fixed UNKNOWN by ",
            "seal-wget CVE-2024-10524 1.22-2+deb12u1 -> 1.21-1+deb11u1+sp999, 1.22-2+deb12u1+sp999 fixed UNKNOWN by ",
        ],
    );
    check(
        &os(OsFamily::Debian, "12.5"),
        &[deb("seal-wget", "1.22-2+deb12u1+sp999", "seal-wget")],
        &[],
    );
    check(
        &os(OsFamily::CentOs, "8.9"),
        &[rpm("seal-wget", "1.12-10.el6"), rpm("Seal-Bash", "1-1.el6")],
        &["seal-wget CVE-2024-10524 1.12-10.el6 -> 1.12-10.el6+sp999 fixed UNKNOWN by "],
    );
    check(
        &os(OsFamily::Oracle, "6.9"),
        &[rpm("seal-bash", "1:1-1.el6")],
        &["seal-bash CVE-2024-0004 1:1-1.el6 ->  affected UNKNOWN by "],
    );
}

#[test]
fn what_a_database_does_not_know_of_suppliers_is_a_gap() {
    let with = |rows: &[(&str, model::Advisory)]| database("debian-12", rows);
    let packages = [
        deb("libssl3", "3.0.15-1.root.io.1", "openssl"),
        deb("seal-wget", "1.22-2", "seal-wget"),
    ];
    let known = with(&[("openssl", below("CVE-2024-0002", "9"))]);
    let matched = find(Some(&debian("12")), &packages, &known);
    assert_eq!(
        lines(&matched, &packages),
        ["libssl3 CVE-2024-0002 3.0.15-1.root.io.1 -> 9 fixed UNKNOWN by "]
    );
    let gaps = gap_lines(&matched).join("\n");
    for want in ["Root.io rebuilt packages", "Seal publishes 1 package with"] {
        assert!(gaps.contains(want), "{gaps}");
    }
}

/// Both manners say the same of packages that a supplier knows.
fn check(os: &Os, packages: &[Package], want: &[&str]) {
    let database = bolted(&ROWS);
    for manner in [Manner::Own, Manner::Trivy] {
        let input = Input {
            os: Some(os),
            packages,
            layers: &[],
            limits: &Limits::default(),
            manner,
        };
        let matched = matching::find(&input, &database, "2026-12-01".parse().unwrap());
        assert_eq!(lines(&matched, packages), want, "{manner:?}");
    }
}
