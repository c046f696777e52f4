//! `seaworthy compat trivy`: whose severity counts, by what an advisory says of a package and a record of a flaw.
//!
//! Source of truth: trivy.md §2.5.

use serde_json::json;

use crate::program::{Sandbox, list};
use crate::trivy_data::{bucket, value, write_root};

/// A package of Debian and one of Alpine, each with a flaw of whose severity the advisory tells, and one of
/// which the record alone does.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("debian/etc/debian_version", "10.1\n");
    sandbox.write(
        "debian/var/lib/dpkg/status",
        "Package: bash\nStatus: install ok installed\nVersion: 5.0-4\nArchitecture: amd64\n\n",
    );
    sandbox.write("alpine/etc/alpine-release", "3.10.2\n");
    sandbox.write(
        "alpine/lib/apk/db/installed",
        "P:bash\nV:5.0.0-r0\nA:x86_64\no:bash\n\n",
    );
    let advisories = |severity: u8| {
        let fix = json!({"FixedVersion": "9"});
        let rated = json!({"FixedVersion": "9", "Severity": severity});
        let flaws = [
            ("CVE-1", value(&fix)),
            ("CVE-2", value(&rated)),
            ("CVE-3", value(&fix)),
        ];
        bucket(&[("bash", bucket(&flaws))])
    };
    let source = |id: &str| value(&json!({"ID": id, "Name": id, "URL": "https://x.example"}));
    let record = |by_source| value(&json!({"Severity": "CRITICAL", "VendorSeverity": by_source}));
    let root = bucket(&[
        ("alpine 3.10", advisories(1)),
        ("debian 10", advisories(1)),
        (
            "data-source",
            bucket(&[
                ("alpine 3.10", source("alpine")),
                ("debian 10", source("debian")),
            ]),
        ),
        (
            "vulnerability",
            bucket(&[
                ("CVE-1", record(json!({"debian": 1, "nvd": 3, "ubuntu": 2}))),
                ("CVE-2", record(json!({"debian": 4, "nvd": 3, "ubuntu": 2}))),
                // that nobody knows is a word
                ("CVE-3", record(json!({"debian": 0, "nvd": 3}))),
            ]),
        ),
    ]);
    write_root(&sandbox, root);
    sandbox
}

#[test]
fn severities_are_of_whom_was_asked_for() {
    let sandbox = sandbox();
    for (folder, sources, want) in [
        ("debian", "auto", "LOW debian, LOW debian, UNKNOWN debian"),
        ("debian", "nvd", "HIGH nvd, LOW debian, HIGH nvd"),
        ("debian", "ubuntu", "MEDIUM ubuntu, LOW debian, UNKNOWN "),
        ("debian", "nvd,ubuntu", "HIGH nvd, LOW debian, HIGH nvd"),
        // an advisory of Alpine's says nothing of severities
        ("alpine", "auto", "HIGH nvd, HIGH nvd, HIGH nvd"),
        ("alpine", "ubuntu", "MEDIUM ubuntu, MEDIUM ubuntu, UNKNOWN "),
    ] {
        let run = sandbox.run(&format!(
            "compat trivy rootfs -q --scanners vuln -f json --cache-dir cache --vuln-severity-source {sources} {folder}"
        ));
        let report = run.json();
        let mut found = list(&report, "/Results/0/Vulnerabilities").to_vec();
        found.sort_by_key(|it| it["VulnerabilityID"].to_string());
        let text =
            |it: &serde_json::Value, key: &str| it[key].as_str().unwrap_or_default().to_owned();
        let got: Vec<String> = found
            .iter()
            .map(|it| [text(it, "Severity"), text(it, "SeveritySource")].join(" "))
            .collect();
        assert_eq!(got.join(", "), want, "{folder} {sources}: {}", run.stderr);
    }
}
