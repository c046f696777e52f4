//! Packages of distributions. The labels name neither releases nor sources; both are told here.

use std::collections::BTreeSet;

use advisory::Database;
use model::{Advisory, Manner, Os, OsFamily, Package, PackageFormat};

use super::{Agreement, Answer, Label, MANNERS, assert_told, labels, names};
use crate::build::{alpine, apk, deb, debian, os, package};

/// Images by the beginning of their digest, with the release that their C library or shell shows.
const DEBIAN: [(&str, &str); 10] = [
    ("debian@sha256:81e88820", "7"),
    ("node@sha256:af31633b", "8"),
    ("node@sha256:d8a88e8e", "9"),
    ("python@sha256:5e96e03a", "10"),
    ("postgres@sha256:1a67ab96", "10"),
    ("ghost@sha256:42137b9b", "11"),
    ("jenkins@sha256:6fd5699a", "11"),
    ("python3-debian11@sha256:69ae7f13", "11"),
    ("neo4j@sha256:fcfcbb02", "11"),
    ("spark@sha256:267d5a63", "11"),
];
const ALPINE: [(&str, &str); 15] = [
    ("test_images@sha256:01c78cee", "3.11"),
    ("test_images@sha256:0825acea", "3.12"),
    ("test_images@sha256:55c9ba4e", "3.12"),
    ("test_images@sha256:ba42ded8", "3.12"),
    ("test_images@sha256:c27b02c6", "3.12"),
    ("test_images@sha256:ff80ae5d", "3.12"),
    ("test_images@sha256:6749b150", "3.13"),
    ("postgres@sha256:3335d049", "3.13"),
    ("test_images@sha256:10008791", "3.14"),
    ("test_images@sha256:5763c8a2", "3.14"),
    ("test_images@sha256:d1819e59", "3.14"),
    ("test_images@sha256:fe242a3a", "3.14"),
    ("vault@sha256:09354ca0", "3.15"),
    ("grafana@sha256:a11c6829", "3.15"),
    ("test_images@sha256:e25a9a17", "3.18"),
];

const ALMA: [(&str, &str); 1] = [("almalinux@sha256:cd49d725", "8")];

/// Binary packages where findings and labels disagree, each with the reason.
const EXPLAINED: [(&str, &str); 9] = [
    // Advisories speak of the source; the labels look for the flawed code in each binary. Trivy
    // reports these as we do.
    ("libc-l10n", "glibc's code is not in it"),
    ("libgssapi-krb5-2", "the flaw is in the key server of krb5"),
    ("libk5crypto3", "the flaw is in the key server of krb5"),
    ("libkrb5support0", "the flaw is in the key server of krb5"),
    ("libudev1", "the flaw is elsewhere in systemd"),
    ("libuuid", "the flaw is elsewhere in util-linux"),
    ("locales", "glibc's code is not in it"),
    ("ssl_client", "the flaw is elsewhere in busybox"),
    // Here the verdicts are about a version.
    ("libsqlite3-0", "Debian fixed what the label calls harmless"),
];

/// Verdicts that contradict the publisher's own record.
const WRONG_LABELS: [(&str, &str); 1] =
    // Called vulnerable in 1.40.0-r1, the version that holds Alpine's fix.
    [("nghttp2-libs", "CVE-2020-11080")];

#[test]
fn findings_in_distributions_agree_with_the_labels() {
    let Some(labels) = labels() else { return };
    let database = Database::embedded().unwrap();
    let distributions = [
        ("Alpine", "alpine", &ALPINE[..]),
        ("Debian", "debian", &DEBIAN[..]),
        ("AlmaLinux", "alma", &ALMA[..]),
    ];
    for (rules, manner) in MANNERS {
        let mut missed = BTreeSet::new();
        let mut accused = BTreeSet::new();
        for (kind, family, images) in distributions {
            let mut agreement = Agreement::default();
            for label in &labels {
                let found = images.iter().find(|(image, _)| label.image.contains(image));
                let Some((_, release)) = found else { continue };
                let ids = ids(family, release, label, (&database, manner));
                // Without a revision or an advisory it is a package of another kind: a jar, a gem.
                if label.version.contains('-') && !ids.known.is_empty() {
                    agreement.count(label, ids.answer(label));
                }
            }
            assert_told(kind, rules, &agreement);
            missed.extend(agreement.missed.iter().cloned());
            accused.extend(agreement.accused().into_iter().map(str::to_owned));
        }
        let missed: BTreeSet<_> = missed.iter().map(|(name, cve)| (&**name, &**cve)).collect();
        assert_eq!(missed, BTreeSet::from(WRONG_LABELS));
        let accused: BTreeSet<_> = accused.iter().map(String::as_str).collect();
        assert_eq!(accused, names(&EXPLAINED));
    }
}

/// The flaws that the facts know for a package's source, and those found in its version.
struct Ids {
    known: BTreeSet<String>,
    found: BTreeSet<String>,
}

impl Ids {
    fn answer(&self, label: &Label) -> Answer {
        let is_in = |ids: &BTreeSet<String>| label.ids.iter().any(|id| ids.contains(id));
        match (is_in(&self.found), is_in(&self.known)) {
            (true, _) => Answer::Found,
            (false, true) => Answer::Denied,
            (false, false) => Answer::Unknown,
        }
    }
}

fn ids(family: &str, release: &str, label: &Label, (database, manner): (&Database, Manner)) -> Ids {
    let (os, package) = target(family, release, label, database);
    let key = if family == "alma" {
        &package.name
    } else {
        &package.source_name
    };
    let known = database.advisories(&format!("{family}-{release}"), key);
    let matched = super::find(Some(&os), &package, database, manner);
    let names = |it: &Advisory| {
        it.aliases
            .iter()
            .chain([&it.id])
            .cloned()
            .collect::<Vec<_>>()
    };
    Ids {
        known: known.unwrap().iter().flat_map(names).collect(),
        found: matched.findings.into_iter().map(|it| it.id).collect(),
    }
}

fn target(family: &str, release: &str, label: &Label, database: &Database) -> (Os, Package) {
    let name = label.package.as_str();
    if family == "alma" {
        let path = "var/lib/rpm/Packages";
        let mut package = package(PackageFormat::Rpm, path, name, &label.version, name);
        "AlmaLinux".clone_into(&mut package.maintainer);
        return (os(OsFamily::Alma, release), package);
    }
    if family == "alpine" {
        let source = ALPINE_SOURCES.iter().find(|(binary, _)| *binary == name);
        let source = source.map_or(name, |(_, source)| *source);
        return (alpine(release), apk(name, &label.version, source));
    }
    let rows = database.texts("debian-sources", name).unwrap();
    let listed = rows.first().and_then(|cells| cells.first());
    let old = DEBIAN_SOURCES.iter().find(|(binary, _)| *binary == name);
    let source = old
        .map(|(_, source)| *source)
        .or(listed.map(String::as_str));
    let mut package = deb(name, &label.version, source.unwrap_or(name));
    // A rebuild of the binary alone: `1.27.1-2+b1` is built from 1.27.1-2.
    if let Some((version, _)) = label.version.rsplit_once("+b") {
        package.source_version = version.to_owned();
    }
    (debian(release), package)
}

/// Binary packages of releases before bookworm, which the built-in table of sources lacks.
const DEBIAN_SOURCES: [(&str, &str); 3] = [
    ("libssl1.0.0", "openssl"),
    ("libssl1.0.2", "openssl"),
    ("libssl1.1", "openssl"),
];

const ALPINE_SOURCES: [(&str, &str); 14] = [
    ("busybox-binsh", "busybox"),
    ("gmp-dev", "gmp"),
    ("libcrypto1.1", "openssl"),
    ("libcurl", "curl"),
    ("libgmpxx", "gmp"),
    ("libssl1.1", "openssl"),
    ("libuuid", "util-linux"),
    ("nghttp2-libs", "nghttp2"),
    ("npm", "nodejs"),
    ("ruby-dev", "ruby"),
    ("ruby-libs", "ruby"),
    ("ruby-rake", "ruby"),
    ("sqlite-libs", "sqlite"),
    ("ssl_client", "busybox"),
];
