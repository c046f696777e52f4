//! Reports to test with, and what every output format must do.

pub(crate) mod hygiene;

use std::sync::Arc;
use std::time::Instant;

use jiff::civil::date;
use model::{
    DataAge, Digest, EolNotice, Epss, Finding, Gap, GapKind, Group, Image, ImageConfig, ImagePath,
    Kev, Layer, Os, OsFamily, Package, PackageFormat, Part, Platform, Rating, Severity, Status,
    Target, TargetKind,
};

use model::Report;
use proptest::prelude::*;

use super::*;
use crate::{Answer, View};

pub(crate) fn os(family: OsFamily, version: &str) -> Os {
    Os {
        pretty_name: format!("{family} {version}"),
        family,
        version: version.to_owned(),
        like: Vec::new(),
        is_rolling: false,
        repository: String::new(),
        told_by: "etc/os-release".to_owned(),
    }
}

pub(crate) fn package(format: PackageFormat, name: &str, version: &str) -> Package {
    Package {
        name: name.to_owned(),
        version: version.to_owned(),
        arch: "amd64".to_owned(),
        format,
        path: ImagePath::new(b"var/lib/dpkg/status"),
        source_name: name.to_owned(),
        source_version: version.to_owned(),
        module: String::new(),
        build: None,
        licenses: Vec::new(),
        maintainer: String::new(),
        depends_on: Vec::new(),
        digest: String::new(),
        files: Vec::new(),
        checksummed_files: 0,
        layer: 0,
    }
}

/// A finding without a fix that nobody rated.
pub(crate) fn finding(id: &str, package: usize) -> Finding {
    Finding {
        id: id.to_owned(),
        aliases: Vec::new(),
        vendor_ids: Vec::new(),
        package,
        installed: "1.0-1".to_owned(),
        fixed: String::new(),
        fixed_for_some: String::new(),
        status: Status::Affected,
        severity: Severity::Unknown,
        severity_source: String::new(),
        is_severity_estimated: false,
        is_severity_of_package: false,
        ratings: Vec::new(),
        kev: None,
        epss: None,
        publisher: "debian".to_owned(),
        source: None,
        since: None,
        details: None,
        part: Part::Unknown,
        group: None,
    }
}

/// A report of an image in which nothing was found and nothing stayed unseen.
pub(crate) fn clean() -> Report {
    let digest = |byte| Digest::new([byte; 32]);
    Report {
        target: Target {
            name: "registry.example/shop/api:1.4".to_owned(),
            kind: TargetKind::Image,
        },
        created: "2026-11-24T11:00:00Z".parse().unwrap(),
        image: Some(Image {
            id: digest(0x6f),
            manifest: Some(digest(0x9a)),
            config: ImageConfig {
                created: "2026-10-14T08:00:00Z".to_owned(),
                ..ImageConfig::default()
            },
            platform: Platform::new("linux", "amd64"),
            layers: [
                (1, true, "ADD rootfs.tar /"),
                (2, false, "RUN apt-get install"),
            ]
            .map(|(byte, is_base, created_by)| Layer {
                digest: digest(byte),
                stored_bytes: 40_000_000,
                is_compressed: true,
                diff_id: digest(byte + 0x10),
                tar_bytes: 107_000_000,
                created_by: created_by.to_owned(),
                is_base: Some(is_base),
            })
            .to_vec(),
            tags: vec!["registry.example/shop/api:1.4".to_owned()],
            digests: Vec::new(),
        }),
        os: Some(os(OsFamily::Debian, "12.5")),
        eol: Some(EolNotice {
            date: date(2028, 6, 30),
            is_past: false,
            regular_end: Some(date(2026, 6, 10)),
            source: "endoflife.date".to_owned(),
        }),
        packages: vec![package(PackageFormat::Dpkg, "bash", "5.2.15-2")],
        is_matched: true,
        findings: Vec::new(),
        gaps: Vec::new(),
        data: vec![
            DataAge {
                publisher: "debian".to_owned(),
                newest: Some(date(2026, 11, 23)),
            },
            DataAge {
                publisher: "kev".to_owned(),
                newest: Some(date(2026, 11, 20)),
            },
        ],
        waived: Vec::new(),
        leaks: None,
        waived_leaks: Vec::new(),
        hygiene: None,
        origin: model::DataOrigin::BuiltIn,
    }
}

/// A report with one of everything.
pub(crate) fn full() -> Report {
    let mut report = clean();
    report.packages = ["bash", "libssl3", "linux-libc-dev", "perl-base"]
        .map(|name| package(PackageFormat::Dpkg, name, "1.0-1"))
        .to_vec();
    report.packages[1].source_name = "openssl".to_owned();
    report.packages[3].layer = 1;
    report.findings = findings();
    report.gaps = vec![Gap::new(
        GapKind::Unread,
        "usr/lib/sysimage/rpm/rpmdb.sqlite",
        "no reader for rpm databases exists yet",
        "packages of the rpm database",
    )];
    report
}

fn findings() -> Vec<Finding> {
    let rating = |source: &str, severity| Rating {
        source: source.to_owned(),
        severity,
        score: None,
        vector: None,
        estimated: false,
    };
    let fixable = Finding {
        fixed: "3.0.13-1+deb12u1".to_owned(),
        status: Status::Fixed,
        severity: Severity::High,
        severity_source: "debian".to_owned(),
        ratings: vec![
            Arc::new(rating("debian", Severity::High)),
            Arc::new(rating("nvd", Severity::Medium)),
        ],
        epss: Some(Epss(2_100)),
        part: Part::Base,
        ..finding("CVE-2024-0727", 1)
    };
    let exploited = Finding {
        fixed: "5.36.0-7+deb12u2".to_owned(),
        status: Status::Fixed,
        severity: Severity::Critical,
        severity_source: "nvd".to_owned(),
        kev: Some(Kev {
            added: Some(date(2026, 1, 2)),
            due: Some(date(2026, 1, 23)),
            is_ransomware: true,
        }),
        epss: Some(Epss(97_565)),
        part: Part::Own,
        ..finding("CVE-2026-1111", 3)
    };
    let unfixable = Finding {
        severity: Severity::Low,
        is_severity_estimated: true,
        part: Part::Base,
        ..finding("CVE-2019-18276", 0)
    };
    let header = |id| Finding {
        severity: Severity::High,
        group: Some(Group::KernelHeaders),
        part: Part::Own,
        ..finding(id, 2)
    };
    vec![
        unfixable,
        fixable,
        header("CVE-2025-0001"),
        header("CVE-2025-0002"),
        exploited,
    ]
}

/// Texts of up to twelve characters, half of them controls and marks that turn the order of reading.
pub(crate) fn foreign_text() -> impl Strategy<Value = String> {
    let char = prop_oneof![
        4 => any::<char>(),
        3 => proptest::char::range('\0', '\u{a0}'),
        1 => proptest::char::range('\u{2000}', '\u{206f}'),
    ];
    proptest::collection::vec(char, 0..12).prop_map(String::from_iter)
}

/// Returns a report in which everything that an image or a feed may write is this text.
pub(crate) fn hostile(text: &str) -> Report {
    let mut report = full();
    let foreign = || text.to_owned();
    report.target.name = foreign();
    report.origin = model::DataOrigin::Signed {
        by: model::Signature {
            key: foreign(),
            generation: 7,
            created: report.created,
            expires: report.created,
        },
        is_trusted: false,
    };
    report.gaps = vec![Gap::new(GapKind::Unparsed, text, text, text)];
    for data in &mut report.data {
        data.publisher = foreign();
    }
    if let Some(eol) = &mut report.eol {
        eol.source = foreign();
    }
    if let Some(os) = &mut report.os {
        os.family = OsFamily::Other(foreign());
        os.version = foreign();
    }
    if let Some(image) = &mut report.image {
        image.platform.os = foreign();
        image.platform.architecture = foreign();
        image.platform.variant = foreign();
        image.config.created = foreign();
        image.tags = vec![foreign()];
        for layer in &mut image.layers {
            layer.created_by = foreign();
        }
    }
    for package in &mut report.packages {
        package.name = foreign();
        package.version = foreign();
        package.source_name = foreign();
        package.path = ImagePath::new(text.as_bytes());
    }
    for finding in &mut report.findings {
        *finding = Finding {
            id: foreign(),
            installed: foreign(),
            fixed: foreign(),
            severity_source: foreign(),
            ratings: vec![Arc::new(Rating {
                source: foreign(),
                severity: finding.severity,
                score: None,
                vector: None,
                estimated: false,
            })],
            ..finding.clone()
        };
    }
    report
}

pub(crate) fn text(output: &str, report: &Report, view: &View) -> String {
    let mut out = Vec::new();
    let answers = Answers {
        each: &[(Answer::Image(report), *view)],
        is_list: false,
    };
    crate::write(output.parse().unwrap(), &answers, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_format_is_found_by_its_name() {
    assert!(formats().is_sorted());
    for name in formats() {
        assert_eq!(name.parse::<Output>().unwrap().name, name);
    }
    let unknown = "xml".parse::<Output>().unwrap_err().to_string();
    assert!(
        unknown.starts_with("`xml` is none of the formats "),
        "{unknown}"
    );
    assert!(formats().all(|name| unknown.contains(name)), "{unknown}");
}

#[test]
fn every_format_says_the_same_twice_and_ends_with_one_newline() {
    for name in formats() {
        for report in [clean(), full()] {
            let once = text(name, &report, &View::default());
            assert_eq!(once, text(name, &report, &View::default()), "{name}");
            assert!(once.ends_with('\n') && !once.ends_with("\n\n"), "{name}");
        }
    }
}

#[test]
fn every_format_writes_ten_thousand_findings_in_time() {
    let mut report = full();
    report.findings = report
        .findings
        .iter()
        .cycle()
        .take(10_000)
        .cloned()
        .collect();
    for name in formats() {
        #[expect(clippy::disallowed_methods, reason = "a budget is a time")]
        let start = Instant::now();
        let _text = text(name, &report, &View::default());
        // A second is the budget of an optimised build; this is a debug build on a busy machine.
        assert!(start.elapsed().as_secs() < 10, "{name}");
    }
}
