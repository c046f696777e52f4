//! Agreement with reports that Trivy wrote: key for key, in order.
//!
//! Facts (names, versions, digests, severities) are taken from each expected report and put into
//! the model; everything that is derived from them (ids, URLs, hashes, splits, order of keys, what
//! is left out) must come out as Trivy has it.

mod expected;
mod ordered;

use std::collections::BTreeMap;

use model::{Limits, Report};
use proptest::prelude::*;

use super::*;
use crate::outputs::tests::{clean, foreign_text, full, hostile, text};
use ordered::Ordered;

/// Returns the members of a test archive whose names end so, by name.
fn members(archive: &str, end: &str) -> BTreeMap<String, String> {
    let Some(path) = testkit::shared(archive) else {
        return BTreeMap::new();
    };
    let file = io::BufReader::new(std::fs::File::open(path).unwrap());
    let limits = Limits::default();
    let tar = archive::decode(archive::Codec::Gzip, file, &limits).unwrap();
    let mut tar = archive::Tar::new(tar, &limits);
    let mut found = BTreeMap::new();
    while let Some(member) = tar.next_member().unwrap() {
        let name = String::from_utf8(member.path.clone()).unwrap();
        if name.ends_with(end) {
            let bytes = archive::read_at_most(&mut tar.data(), 1 << 24).unwrap();
            found.insert(name, String::from_utf8(bytes).unwrap());
        }
    }
    found
}

/// Returns the reports that Trivy wrote about images and roots of the formats that we read.
fn expected_reports() -> BTreeMap<String, Ordered> {
    let mut files = members("conformance/trivy.tar.gz", ".json");
    files.retain(|name, _| name.contains("/expected/") || name.ends_with(".expected.json"));
    files.extend(members("conformance/trivy-images.tar.gz", ".expected.json"));
    let mut reports = BTreeMap::new();
    for (name, text) in files {
        let report: Ordered = serde_json::from_str(&text).unwrap();
        if report.get("exit_code").is_none() && expected::is_of_our_formats(&report) {
            reports.insert(name, report);
        }
    }
    reports
}

fn written(report: &Report) -> Ordered {
    serde_json::from_str(&text("json", report, &View::default())).unwrap()
}

#[test]
fn agrees_with_trivy_key_for_key() {
    let reports = expected_reports();
    for (name, want) in &reports {
        let report = expected::to_model(want);
        let mut got = written(&report);
        for ours in ["ReportID", "CreatedAt", "Seaworthy"] {
            assert!(got.remove(ours).is_some(), "{name}: no {ours}");
        }
        let want = expected::without_what_we_lack(want.clone());
        assert_eq!(got.first_difference(&want), None, "{name}");
    }
    assert!(
        reports.is_empty() || reports.len() > 25,
        "{}",
        reports.len()
    );
}

#[test]
fn formats_as_trivy_does_byte_for_byte() {
    let goldens = members("conformance/trivy.tar.gz", ".json.golden");
    let mut reports = 0;
    for (name, golden) in &goldens {
        let value: Ordered = serde_json::from_str(golden).unwrap();
        if value.get("SchemaVersion").is_none() {
            continue;
        }
        reports += 1;
        let mut out = Vec::new();
        go_json::write(&value, &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        let lines = out.lines().zip(golden.lines());
        assert_eq!(
            lines.clone().find(|(got, want)| got != want),
            None,
            "{name}"
        );
        assert_eq!(out.trim_end().len(), golden.trim_end().len(), "{name}");
    }
    assert!(goldens.is_empty() || reports > 45, "{reports}");
}

#[test]
fn what_is_ours_stands_last_and_is_complete() {
    let mut report = full();
    report.findings[0].aliases = vec!["GHSA-xxxx".to_owned()];
    report.origin = model::DataOrigin::Signed {
        by: model::Signature {
            key: "5f0cadd1a3b7c9e2".to_owned(),
            generation: 7,
            created: "2026-11-25T12:00:00Z".parse().unwrap(),
            expires: "2026-12-25T12:00:00Z".parse().unwrap(),
        },
        is_trusted: true,
    };
    let view = View {
        hidden: model::Hidden {
            by_severity: 3,
            by_status: 4,
            exploited: 2,
        },
        ..View::default()
    };
    let text = text("json", &report, &view);
    let (_, ours) = text.split_once("  \"Seaworthy\": ").unwrap();
    let (ours, end) = ours.rsplit_once("\n}").unwrap();
    assert_eq!(end, "\n");
    assert_eq!(ours, include_str!("tests/seaworthy.json").trim_end());
}

#[test]
fn a_clean_report_still_says_what_was_examined() {
    let report = written(&clean());
    let ours = report.get("Seaworthy").unwrap();
    assert_eq!(ours.get("Gaps"), Some(&Ordered::List(Vec::new())));
    let packages = ours.get("Examined").unwrap().get("Packages").unwrap();
    assert_eq!(packages.get("dpkg"), Some(&Ordered::Number(1.into())));
}

#[test]
fn leaves_out_packages_on_demand_but_never_findings() {
    let view = View {
        packages: PackageList::None,
        ..View::default()
    };
    let text = text("json", &full(), &view);
    assert!(!text.contains("\"AnalyzedBy\""));
    assert_eq!(text.matches("\"PkgIdentifier\"").count(), 5);
}

#[test]
fn a_target_without_anything_has_no_results() {
    let mut report = clean();
    report.os = None;
    report.image = None;
    report.packages.clear();
    let report = written(&report);
    assert_eq!(report.get("Results"), None);
    assert_eq!(report.get("Metadata"), None);
    assert_eq!(report.get("ArtifactID"), None);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 50,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_text_comes_back_as_it_was(foreign in foreign_text()) {
        let text = text("json", &hostile(&foreign), &View::default());
        let must_be_escaped =
            |c: char| (c < ' ' && c != '\n') || "<>&\u{2028}\u{2029}".contains(c);
        prop_assert_eq!(text.chars().find(|c| must_be_escaped(*c)), None);
        let report: Ordered = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(report.text("ArtifactName"), &foreign);
        let gaps = report.get("Seaworthy").unwrap().list("Gaps").to_vec();
        prop_assert_eq!(gaps[0].text("Why"), &foreign);
    }
}

#[test]
fn the_source_of_a_finding_is_told_but_red_hat() {
    let source = |id: &str| model::DataSource {
        id: id.to_owned(),
        name: "N".to_owned(),
        ..model::DataSource::default()
    };
    for (publisher, source, want) in [
        ("debian", None, "debian"),
        ("ghsa", Some(source("glad")), "glad"),
        ("root.io", Some(source("rootio")), "rootio"),
        ("", None, ""),
        ("redhat", None, ""),
        ("redhat", Some(source("redhat-oval")), ""),
    ] {
        let mut report = full();
        for finding in &mut report.findings {
            publisher.clone_into(&mut finding.publisher);
            finding.source = source.clone().map(std::sync::Arc::new);
        }
        let got: serde_json::Value =
            serde_json::from_str(&text("json", &report, &View::default())).unwrap();
        let id = got.pointer("/Results/0/Vulnerabilities/0/DataSource/ID");
        let id = id.and_then(serde_json::Value::as_str).unwrap_or_default();
        assert_eq!(id, want, "{publisher}");
    }
}
