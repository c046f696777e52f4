//! Proves that any report of Trivy's form can be filtered and written in every format, and that what is
//! written as JSON is read back the same.
//!
//! An input is a report; behind a first line of its own, a statement of a publisher or an ignore file.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::date;
use trivy::{Context, Filter, Ignored, Report, TableMode, Vex};

/// Reads `input` as a report, a statement and an ignore file, and writes the report.
///
/// # Panics
/// If a table steers a terminal, or JSON that was written says something else.
pub fn check(input: &[u8]) {
    let today = date(2026, 11, 26);
    let _ = Ignored::read_yaml("x.yaml", input, Timestamp::UNIX_EPOCH);
    let (ignored, _) = Ignored::read_lines("x", &String::from_utf8_lossy(input), today);
    let vex: Vec<Vex> = Vex::read("x.json", input, &|| false).into_iter().collect();
    let Ok(mut report) = Report::read(input) else {
        return;
    };
    let _ = trivy::apply(&mut report, &vex, &|| false);
    let filter = Filter {
        ignored,
        ..Filter::default()
    };
    let _ = trivy::filter(&mut report, &filter, &|| false);
    for format in trivy::formats() {
        let written = written(format.name, &report);
        match format.name {
            "table" => {
                let steers = |c: char| c.is_control() && !matches!(c, '\n' | '\r');
                assert!(!written.contains(steers), "{written:?}");
            }
            "json" => {
                let again = Report::read(written.as_bytes()).map(|it| self::written("json", &it));
                assert_eq!(again.as_deref(), Ok(written.as_str()), "JSON is read back");
            }
            _ => {}
        }
    }
}

fn written(name: &str, report: &Report) -> String {
    let scanners = ["vuln", "misconfig", "secret", "license"].map(str::to_owned);
    let context = Context {
        version: "dev",
        now: Timestamp::UNIX_EPOCH,
        variables: &BTreeMap::new(),
        scanners: &scanners,
        severities: &[],
        table: TableMode {
            summary: true,
            detailed: true,
        },
        show_suppressed: true,
        list_packages: true,
        dependency_tree: true,
        is_terminal: false,
        template: "{{ range . }}{{ range .Vulnerabilities }}{{ .Title | printf \"%q\" }}{{ end }}{{ end }}",
        folder: "",
        is_late: &|| false,
    };
    let mut out = Vec::new();
    let format = trivy::formats().find(|format| format.name == name);
    if let Some(format) = format {
        // a template may find a value that it cannot print
        let _ = trivy::write(format, report, &context, &mut out);
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Returns a report with something of everything, and statements about it.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let report = r#"{"SchemaVersion": 2, "ArtifactName": "a", "ArtifactType": "container_image", "Metadata": {"OS": {"Family": "debian", "Name": "12"},
        "RepoDigests": ["a@sha256:00"], "ImageConfig": {"config": {"Labels": {"x": "y"}}}}, "Results": [{"Target": "a (debian 12)", "Class": "os-pkgs",
        "Type": "debian", "Packages": [{"ID": "b@1", "Name": "b", "Version": "1", "Identifier": {"PURL": "pkg:deb/debian/b@1?arch=amd64"},
        "DependsOn": ["c@1"], "Digest": "sha1:00", "Licenses": ["MIT", "odd"]}, {"ID": "c@1", "Name": "c", "Indirect": true, "DependsOn": ["b@1"]}],
        "Vulnerabilities": [{"VulnerabilityID": "CVE-1", "PkgID": "c@1", "PkgName": "c", "Severity": "HIGH", "Title": "x", "References": ["https://x"],
        "CVSS": {"nvd": {"V3Score": 7.5, "V3Vector": "CVSS:3.1/AV:N"}}, "VendorSeverity": {"nvd": 3}, "SeveritySource": "nvd"}],
        "ExperimentalModifiedFindings": [{"Type": "vulnerability", "Status": "fixed", "Finding": {"VulnerabilityID": "CVE-2"}}]},
        {"Target": "/a", "Class": "secret", "Secrets": [{"RuleID": "r", "Severity": "LOW", "Code": {"Lines": [{"Number": 1, "Content": "*", "IsCause": true}]}}]}]}"#;
    let openvex = r#"{"@context": "https://openvex.dev/ns", "statements": [{"vulnerability": {"name": "CVE-1"}, "status": "not_affected", "products": [{"@id": "pkg:deb/debian/b"}]}]}"#;
    let csaf = r#"{"document": {"csaf_version": "2.0"}, "product_tree": {"branches": [{"product": {"product_id": "b",
        "product_identification_helper": {"purl": "pkg:deb/debian/b"}}}]}, "vulnerabilities": [{"cve": "CVE-1", "product_status": {"fixed": ["b"]}}]}"#;
    let yaml = "vulnerabilities:\n- id: CVE-1\n  paths: ['**/*.jar']\n  purls: ['pkg:deb/debian/b']\n  expired_at: 2027-01-01\n";
    let lines = "# why\nCVE-1 exp:2027-01-01\nCVE-2\n";
    [report, openvex, csaf, yaml, lines]
        .map(|text| text.as_bytes().to_vec())
        .into()
}
