//! Ids, each with what Trivy or a specification says it is.

use super::*;
use crate::outputs::tests::{clean, full};

#[test]
fn prefers_the_name_that_was_typed() {
    let mut image = clean().image.unwrap();
    image.tags = ["alpine:1", "docker.io/library/other:2"]
        .map(ToOwned::to_owned)
        .into();
    for (typed, want) in [
        ("two-tags.tar", "alpine:1"),
        ("other:2", "docker.io/library/other:2"),
        ("unknown:3", "alpine:1"),
        ("other.tgz", "alpine:1"),
    ] {
        assert_eq!(reference(&image, typed), Some(want), "{typed}");
    }
    image.tags = vec!["not a name".to_owned()];
    assert_eq!(reference(&image, "alpine:1"), None);
}

#[test]
fn report_ids_are_uuids_of_version_7_that_depend_on_the_content() {
    let id = report_id(&clean()).unwrap();
    // 2026-11-24T11:00:00Z is 1795518000000 ms, in hex 01a20d36 6b80.
    assert!(id.starts_with("01a20d36-6b80-7"), "{id}");
    assert!(
        matches!(id.as_bytes()[19], b'8' | b'9' | b'a' | b'b'),
        "{id}"
    );
    assert_eq!(id.len(), 36);
    assert_eq!(id, report_id(&clean()).unwrap());
    assert_ne!(id, report_id(&full()).unwrap());
}

#[test]
fn finds_the_page_of_an_id() {
    for (id, want) in [
        ("CVE-2024-1", "https://avd.aquasec.com/nvd/cve-2024-1"),
        (
            "GHSA-aaaa-bbbb-cccc",
            "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
        ),
        (
            "RUSTSEC-2024-0001",
            "https://osv.dev/vulnerability/RUSTSEC-2024-0001",
        ),
        (
            "TEMP-0000000-ABCDEF",
            "https://security-tracker.debian.org/tracker/TEMP-0000000-ABCDEF",
        ),
        ("DSA-1-1", ""),
        ("CVE", ""),
    ] {
        assert_eq!(primary_url(id, "debian", &[]), want);
    }
}

#[test]
fn a_reference_is_the_page_if_it_is_of_the_finding_s_own_source() {
    let references = [
        "https://access.redhat.com/errata/1",
        "https://www.debian.org/security/dsa-1",
        "http://www.debian.org/security/dsa-1",
        "https://hackerone.com/reports/1",
        "https://groups.google.com/g/rails",
    ]
    .map(ToOwned::to_owned);
    for (source, want) in [
        ("debian", "http://www.debian.org/security/dsa-1"),
        ("nodejs-security-wg", "https://hackerone.com/reports/1"),
        ("ruby-advisory-db", "https://groups.google.com/g/rails"),
        // its references are others'
        ("ubuntu", ""),
        ("ghsa", ""),
        ("", ""),
    ] {
        assert_eq!(
            primary_url("DSA-1-1", source, &references),
            want,
            "{source}"
        );
    }
}
