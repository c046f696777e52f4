//! `seaworthy compat trivy`: which data is used, what of it is told, and which settings hold.

use std::fs::{File, FileTimes};
use std::time::SystemTime;

use serde_json::{Value, json};
use testkit::{BoltBucket, BoltItem, bolt};

use crate::images::shop_sandbox;
use crate::program::{Sandbox, list};

const SCAN: &str = "compat trivy image --input shop.tar --scanners vuln -f json --cache-dir cache";

pub(crate) fn bucket(items: &[(&str, BoltItem)]) -> BoltItem {
    let items = items.iter();
    let items = items.map(|(key, item)| (key.as_bytes().to_vec(), item.clone()));
    BoltItem::Bucket(items.collect())
}

pub(crate) fn value(json: &Value) -> BoltItem {
    BoltItem::Value(json.to_string().into_bytes())
}

/// A database of Trivy's that tells of these flaws of openssl, and has these records.
fn write_database(sandbox: &Sandbox, flaws: &[&str], records: &[(&str, Value)]) {
    let fix = value(&json!({"FixedVersion": "1.1.1d-r9"}));
    let flaws: Vec<(&str, BoltItem)> = flaws.iter().map(|id| (*id, fix.clone())).collect();
    let records: Vec<(&str, BoltItem)> = records.iter().map(|(id, it)| (*id, value(it))).collect();
    let source =
        value(&json!({"ID": "alpine", "Name": "Alpine Secdb", "URL": "https://x.example"}));
    let root = bucket(&[
        ("alpine 3.10", bucket(&[("openssl", bucket(&flaws))])),
        ("data-source", bucket(&[("alpine 3.10", source)])),
        ("vulnerability", bucket(&records)),
    ]);
    write_root(sandbox, root);
}

/// Writes a database of Trivy's into the cache folder.
pub(crate) fn write_root(sandbox: &Sandbox, root: BoltItem) {
    let BoltItem::Bucket(root) = root else {
        panic!("no bucket");
    };
    let root: BoltBucket = root;
    sandbox.write("cache/db/trivy.db", bolt(4096, &root));
    let metadata = json!({"Version": 2, "UpdatedAt": "2026-11-20T00:00:00Z", "NextUpdate": "2099-01-01T00:00:00Z"});
    sandbox.write("cache/db/metadata.json", metadata.to_string());
    // as whoever restores a cache sets them
    let times = FileTimes::new().set_modified(SystemTime::UNIX_EPOCH);
    for name in ["cache/db/trivy.db", "cache/db/metadata.json"] {
        let file = File::options()
            .write(true)
            .open(sandbox.path(name))
            .unwrap();
        file.set_times(times).unwrap();
    }
}

/// Returns the findings of a scan, and its log.
fn scanned(sandbox: &Sandbox, options: &str) -> (Vec<Value>, String) {
    let run = sandbox.run(&format!("{SCAN} {options}"));
    assert_eq!(run.code, Some(0), "{run:?}");
    let found = list(&run.json(), "/Results/0/Vulnerabilities").to_vec();
    (found, run.stderr)
}

fn ids(found: &[Value]) -> Vec<&str> {
    let ids = found.iter();
    ids.filter_map(|it| it["VulnerabilityID"].as_str())
        .collect()
}

#[test]
fn what_was_made_of_a_database_is_of_its_bytes() {
    let sandbox = shop_sandbox();
    let record = json!({"Severity": "HIGH"});
    for id in ["CVE-2020-0001", "CVE-2020-0002", "CVE-2020-0001"] {
        // of one size and with the same times
        write_database(&sandbox, &[id], &[(id, record.clone())]);
        for _again in 0..2 {
            assert_eq!(ids(&scanned(&sandbox, "").0), [id]);
        }
    }
    let made = || {
        let entries = std::fs::read_dir(sandbox.path("cache/db")).unwrap();
        entries.count()
    };
    // both files of Trivy's, what is made of them, and the note of their digest
    assert_eq!(made(), 4);
    sandbox.run("compat trivy clean --vuln-db --cache-dir cache");
    assert_eq!(made(), 0);
}

#[test]
fn a_finding_without_a_record_has_no_details() {
    let sandbox = shop_sandbox();
    let known = json!({"Severity": "LOW", "Title": "t"});
    write_database(
        &sandbox,
        &["CVE-2020-0001", "CVE-2020-0002"],
        &[("CVE-2020-0001", known)],
    );
    let (found, log) = scanned(&sandbox, "");
    assert_eq!(ids(&found), ["CVE-2020-0001", "CVE-2020-0002"]);
    assert_eq!(
        found[0]["PrimaryURL"],
        "https://avd.aquasec.com/nvd/cve-2020-0001"
    );
    for key in [
        "PrimaryURL",
        "VendorSeverity",
        "CVSS",
        "Title",
        "SeveritySource",
    ] {
        assert_eq!(found[1].get(key), None, "{key}");
    }
    assert_eq!(found[1]["Severity"], "UNKNOWN");
    let lines: Vec<&str> = log
        .lines()
        .filter_map(|line| line.split_once("WARN\t"))
        .map(|(_, text)| text)
        .collect();
    let bare = r#"Unable to get vulnerability details (CVE may be rejected)	err="failed to get the vulnerability \"CVE-2020-0002\": no vulnerability details for CVE-2020-0002""#;
    assert_eq!(lines.first(), Some(&bare), "{log}");
    assert!(
        lines[1].starts_with("Using severities from other vendors for some vulnerabilities. Read "),
        "{log}"
    );
    assert!(
        log.contains("INFO\t[db] Data of advisories\torigin=\"unsigned\""),
        "{log}"
    );
}

#[test]
fn what_is_configured_for_all_commands_holds() {
    let sandbox = shop_sandbox();
    write_database(&sandbox, &["CVE-2020-0001"], &[]);
    assert_eq!(sandbox.run("db keygen site.key").code, Some(0));
    assert_eq!(sandbox.run("db export plain.swdb").code, Some(0));
    assert_eq!(
        sandbox
            .run("db sign plain.swdb --key site.key --out signed.swdb")
            .code,
        Some(0)
    );
    let key = "db-key: [site.key.pub]\n";
    let refused = ": it is not signed, and a key is configured (--db-key)";
    for (configuration, why) in [
        (key.to_owned(), "built in"),
        (format!("{key}db: plain.swdb\n"), "plain.swdb"),
        ("db-kay: x\n".to_owned(), "`db-kay` is no option"),
    ] {
        sandbox.write("seaworthy.yaml", &configuration);
        let run = sandbox.run(SCAN);
        assert_eq!((run.code, &*run.stdout), (Some(1), ""), "{configuration}");
        assert!(run.stderr.contains(why), "{configuration}: {}", run.stderr);
        let is_refused = run.stderr.contains(refused);
        assert_eq!(is_refused, configuration.starts_with(key), "{}", run.stderr);
    }
    sandbox.write("seaworthy.yaml", format!("{key}db: signed.swdb\n"));
    let log = scanned(&sandbox, "").1;
    assert!(
        log.contains("[db] Data of advisories\torigin=\"signed by key "),
        "{log}"
    );
    // one that is in its place is used in the place of Trivy's, which is told
    sandbox.write("seaworthy.yaml", key);
    assert_eq!(sandbox.run("db import signed.swdb").code, Some(0));
    let log = scanned(&sandbox, "").1;
    assert!(
        log.contains("WARN\t[db] Trivy's database is not signed and a key is configured"),
        "{log}"
    );
    assert!(log.contains("origin=\"signed by key "), "{log}");
}

/// What `--generate-default-config` of Trivy 0.74 writes, as far as its commands are here.
const DEFAULTS: &str = r#"
cacert: ""
debug: false
insecure: false
quiet: false
timeout: 5m0s
cache: {backend: "fs", ttl: 0s, redis: {ca: "", cert: "", key: "", tls: false}}
clean: {all: false, checks-bundle: false, java-db: false, scan-cache: false, vex-repo: false, vuln-db: false}
server: {addr: "", custom-headers: [], listen: "localhost:4954", token: "", token-header: "Trivy-Token"}
db:
  download-java-only: false
  download-only: false
  java-repository: [java.example/db:1]
  java-skip-update: false
  no-progress: false
  repository: [trivy.example/db:2]
  skip-update: false
image:
  docker: {host: ""}
  image-config-scanners: []
  input: ""
  max-size: ""
  platform: ""
  podman: {host: ""}
  removed-pkgs: false
  source: [docker, containerd, podman, remote]
license: {confidenceLevel: 0.9, full: false, ignored: [], notice: [MIT]}
pkg:
  include-dev-deps: false
  relationships: [unknown, root, workspace, direct, indirect]
  types: [os, library]
registry: {mirrors: , password: [], password-stdin: false, token: "", username: []}
dependency-tree: false
exit-code: 0
exit-on-eol: 0
format: "table"
ignore-policy: ""
ignorefile: ".trivyignore"
list-all-pkgs: true
output: ""
output-plugin-arg: ""
report: "all"
severity: [UNKNOWN, LOW, MEDIUM, HIGH, CRITICAL]
table-mode: [summary, detailed]
template: ""
scan:
  compliance: ""
  show-suppressed: false
  detection-priority: "precise"
  disable-telemetry: false
  distro: ""
  file-patterns: []
  offline: false
  parallel: 5
  rekor-url: "https://rekor.example"
  sbom-sources: []
  scanners: [vuln, secret]
  skip-dirs: []
  skip-files: []
  skip-version-check: false
secret: {config: "trivy-secret.yaml"}
vulnerability: {ignore-status: [], ignore-unfixed: false, severity-source: [auto], skip-vex-repo-update: false, vex: []}
"#;

#[test]
fn a_file_of_defaults_asks_for_nothing() {
    let sandbox = shop_sandbox();
    std::fs::create_dir(sandbox.path("root")).unwrap();
    let commands = [
        "image --input shop.tar",
        "rootfs root",
        "fs root",
        "image --input shop.tar -f json",
    ];
    let outputs = || {
        let outputs = commands.map(|command| {
            let run = sandbox.run(&format!("compat trivy {command}"));
            assert_eq!(run.code, Some(0), "{command}: {}", run.stderr);
            run.stdout
        });
        outputs.map(|text| {
            text.lines()
                .filter(|line| !line.contains("ReportID"))
                .collect::<String>()
        })
    };
    let without = outputs();
    sandbox.write("trivy.yaml", DEFAULTS);
    assert_eq!(outputs(), without);
    // what Trivy finds there by itself, and we do not read, is told
    sandbox.write("trivy-secret.yaml", "disable-rules: [x]\n");
    let log = sandbox.run("compat trivy image --input shop.tar").stderr;
    assert!(
        log.contains("WARN\t[secret] The configuration of secrets is not supported"),
        "{log}"
    );
    sandbox.write("trivy.yaml", "ignorefile: .trivyignore2\n");
    assert_eq!(
        sandbox.run("compat trivy image --input shop.tar").code,
        Some(1)
    );
}
