//! Human verdicts on what scanners reported in real images: a true positive should be found, a
//! false one should not.
//!
//! Source of truth: `advisories/facts/match-labels`, 2024-09: image, CVE, binary package, version,
//! `TP`, `FP` or `??`. The labels name neither releases nor sources; both are told here.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};

use advisory::Database;
use model::{Os, Package};

use super::build::*;

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
fn findings_agree_with_the_labels() {
    let Some(labels) = labels() else { return };
    let database = Database::embedded().unwrap();
    let mut agreement = Agreement::default();
    let mut seen = BTreeMap::new();
    for (family, images) in [("alpine", &ALPINE[..]), ("debian", &DEBIAN[..])] {
        for label in &labels {
            let found = images.iter().find(|(image, _)| label.image.contains(image));
            let Some((_, release)) = found else { continue };
            let key = (family, release, &label.package, &label.version);
            let ids = seen
                .entry(key)
                .or_insert_with(|| ids(family, release, label, &database));
            // Without a revision or an advisory it is a package of another kind: a jar, a gem.
            if label.version.contains('-') && !ids.known.is_empty() {
                agreement.count(label, ids);
            }
        }
    }
    let Agreement {
        confirmed,
        missed,
        unknown,
        avoided,
        accused,
    } = agreement;
    println!(
        "true positives: {confirmed} confirmed, {} denied, {unknown} unknown to the facts; \
         false positives: {avoided} avoided, {} kept",
        missed.len(),
        accused.len()
    );
    assert!(confirmed > 600 && avoided > 150, "{confirmed} {avoided}");
    let missed: BTreeSet<_> = missed.iter().map(|(name, cve)| (&**name, &**cve)).collect();
    assert_eq!(missed, BTreeSet::from(WRONG_LABELS));
    let accused: BTreeSet<&str> = accused.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(accused, EXPLAINED.iter().map(|(name, _)| *name).collect());
}

/// How findings and labels agree.
#[derive(Debug, Default)]
struct Agreement {
    /// True positives that were found.
    confirmed: usize,
    /// True positives that the facts know for this source and release, and that were not found.
    missed: Vec<(String, String)>,
    /// True positives that the facts do not know: open problems, most of them.
    unknown: usize,
    /// False positives that were not found.
    avoided: usize,
    /// False positives that were found.
    accused: Vec<(String, String)>,
}

impl Agreement {
    fn count(&mut self, label: &Label, ids: &Ids) {
        let is_found = ids.found.contains(&label.cve);
        let what = (label.package.clone(), label.cve.clone());
        match (label.is_true, is_found) {
            (true, true) => self.confirmed += 1,
            (true, false) if ids.known.contains(&label.cve) => self.missed.push(what),
            (true, false) => self.unknown += 1,
            (false, false) => self.avoided += 1,
            (false, true) => self.accused.push(what),
        }
    }
}

/// The flaws that the facts know for a package's source, and those found in its version.
struct Ids {
    known: BTreeSet<String>,
    found: BTreeSet<String>,
}

fn ids(family: &str, release: &str, label: &Label, database: &Database) -> Ids {
    let (os, package) = target(family, release, label, database);
    let known = database.advisories(&format!("{family}-{release}"), &package.source_name);
    let matched = find(Some(&os), std::slice::from_ref(&package), database);
    Ids {
        known: known.unwrap().into_iter().map(|it| it.id).collect(),
        found: matched.findings.into_iter().map(|it| it.id).collect(),
    }
}

struct Label {
    image: String,
    cve: String,
    package: String,
    version: String,
    is_true: bool,
}

fn labels() -> Option<Vec<Label>> {
    let path = testkit::shared("advisories/facts/match-labels.tsv.zst")?;
    let file = std::fs::File::open(path).unwrap();
    let lines = BufReader::new(zstd::Decoder::new(file).unwrap()).lines();
    let mut seen = BTreeSet::new();
    Some(
        lines
            .map(Result::unwrap)
            .filter(|line| seen.insert(line.clone()))
            .filter_map(|line| {
                let cells: Vec<&str> = line.split('\t').collect();
                let is_true = match cells[5] {
                    "TP" => true,
                    "FP" => false,
                    _ => return None,
                };
                Some(Label {
                    image: cells[0].to_owned(),
                    cve: cells[2].to_owned(),
                    package: cells[3].to_owned(),
                    version: cells[4].to_owned(),
                    is_true,
                })
            })
            .collect(),
    )
}

fn target(family: &str, release: &str, label: &Label, database: &Database) -> (Os, Package) {
    let name = label.package.as_str();
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
