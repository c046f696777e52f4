//! The built-in facts, held against truths that were looked up by hand in the publishers' pages.

use advisory::Database;
use model::{Group, Severity};

use super::build::*;

/// Bookworm's changelogs name CVE-2024-0727 with 3.0.13-1~deb12u1, CVE-2023-0286 with 3.0.8-1.
#[test]
fn debian_is_matched_by_what_its_changelogs_name() {
    let cases = [
        (
            "3.0.11-1~deb12u1",
            "CVE-2024-0727",
            Some("3.0.13-1~deb12u1"),
        ),
        ("3.0.13-1~deb12u1", "CVE-2024-0727", None),
        ("3.0.11-1~deb12u1", "CVE-2023-0286", None),
        (
            "3.0.11-1~deb12u1",
            "CVE-2023-5363",
            Some("3.0.11-1~deb12u2"),
        ),
    ];
    let database = Database::embedded().unwrap();
    for (version, id, fixed) in cases {
        let packages = [deb("libssl3", version, "openssl")];
        let matched = find(Some(&debian("12.4")), &packages, &database);
        let found = matched.findings.iter().find(|it| it.id == id);
        assert_eq!(
            found.map(|it| it.fixed.as_str()),
            fixed,
            "{id} in {version}"
        );
    }
}

/// The entry of openssh that fixed CVE-2024-6387 in bookworm names no CVE. The facts are blind
/// there, so every match on Debian must say that they are.
#[test]
fn the_blind_spots_of_debians_facts_are_told() {
    let database = Database::embedded().unwrap();
    let packages = [
        deb("binutils", "2.40-2", "binutils"),
        deb("golang-1.19-go", "1.19.8-2", "golang-1.19"),
        deb("openssh-server", "1:9.2p1-2+deb12u2", "openssh"),
        deb("shop", "1.0", "shop"),
    ];
    let matched = find(Some(&debian("12.5")), &packages, &database);
    assert!(!matched.findings.iter().any(|it| it.id == "CVE-2024-6387"));
    let gaps = gap_lines(&matched);
    for want in [
        "uncovered debian-12: the advisories on debian-12 tell what was fixed until 2026-11-19",
        "uncovered debian-12: security support is limited for 2 packages of debian: binutils, golang-1.19",
        "uncovered debian-12: nobody looked for fixes in the changelogs of 1 package of debian: shop",
    ] {
        assert!(
            gaps.iter().any(|gap| gap.starts_with(want)),
            "{want}: {gaps:#?}"
        );
    }
}

/// A shop on Alpine 3.18 as it came out: OpenSSL 3.1.0-r4, curl 8.1.2-r0, a C library, nginx.
#[test]
fn a_storefront_on_alpine() {
    let database = Database::embedded().unwrap();
    let packages = [
        apk("busybox", "1.36.0-r9", "busybox"),
        apk("libcrypto3", "3.0.7-r0", "openssl"),
        apk("libssl3", "3.0.7-r0", "openssl"),
        apk("linux-headers", "6.3-r0", "linux-headers"),
        apk("nginx", "1.22.0-r0", "nginx"),
        apk("zlib", "1.2.13-r1", "zlib"),
    ];
    let matched = find(Some(&alpine("3.18.0")), &packages, &database);
    let found = |package: &str, id: &str| {
        matched
            .findings
            .iter()
            .find(|it| packages[it.package].name == package && it.id == id)
    };
    // The origin's fix holds for each of its packages: 3.0.8-r0 for CVE-2023-0286.
    for package in ["libcrypto3", "libssl3"] {
        let finding = found(package, "CVE-2023-0286").unwrap();
        assert_eq!(finding.fixed, "3.0.8-r0");
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(finding.publisher, "alpine");
    }
    // zlib 1.2.12-r2 fixed CVE-2022-37434.
    assert!(found("zlib", "CVE-2022-37434").is_none());
    // nginx 1.22.1-r0 fixed both.
    assert!(found("nginx", "CVE-2022-41741").is_some());
    assert!(found("nginx", "CVE-2022-41742").is_some());
    assert!(matched.eol.unwrap().is_past);
}

/// A shop on Debian 11: Dirty Pipe hides in headers only.
#[test]
fn a_storefront_on_debian() {
    let database = Database::embedded().unwrap();
    let packages = [
        deb("curl", "7.74.0-1.3+deb11u1", "curl"),
        deb("libc6", "2.31-13+deb11u2", "glibc"),
        deb("linux-libc-dev", "5.10.70-1", "linux"),
        deb("zlib1g", "1:1.2.11.dfsg-2", "zlib"),
    ];
    let matched = find(Some(&debian("11.1")), &packages, &database);
    let found = |package: &str, id: &str| {
        matched
            .findings
            .iter()
            .find(|it| packages[it.package].name == package && it.id == id)
    };
    // DSA-5218-1: zlib 1:1.2.11.dfsg-2+deb11u2.
    let zlib = found("zlib1g", "CVE-2022-37434").unwrap();
    assert_eq!(zlib.fixed, "1:1.2.11.dfsg-2+deb11u2");
    assert_eq!(zlib.vendor_ids, ["DSA-5218-1"]);
    assert_eq!(zlib.severity, Severity::Critical);
    // DSA-5092-1, in CISA's catalogue.
    let dirty_pipe = found("linux-libc-dev", "CVE-2022-0847").unwrap();
    assert_eq!(dirty_pipe.group, Some(Group::KernelHeaders));
    assert!(dirty_pipe.kev.is_some());
    assert!(dirty_pipe.epss.is_some());
    assert!(matched.eol.unwrap().is_past);
    let publishers: Vec<&str> = matched
        .data
        .iter()
        .map(|it| it.publisher.as_str())
        .collect();
    assert!(publishers.contains(&"Debian") && publishers.contains(&"CISA KEV"));
}
