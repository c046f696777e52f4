//! `seaworthy compat trivy`: Trivy's command line, formats, files and exit codes.

use serde_json::{Value, json};
use testkit::push;

use crate::images::{shop, shop_sandbox};
use crate::program::{Sandbox, list};

/// Runs it, and returns the exit code, standard output, and the last line of its log.
fn run(sandbox: &Sandbox, arguments: &str) -> (i32, String, String) {
    let run = sandbox.run(&format!("compat trivy {arguments}"));
    let last = run.stderr.lines().last().unwrap_or_default().to_owned();
    (run.code.unwrap(), run.stdout, last)
}

/// Arguments, exit code, what standard output says, and how the log ends.
const CASES: &[(&str, i32, &str, &str)] = &[
    ("--version", 0, "Version: 0.74.0+seaworthy.", ""),
    ("version -f json", 0, "{\"Version\":\"0.74.0+", ""),
    ("--version -f json", 0, "{\"Version\":\"0.74.0+", ""),
    (
        "-f json image --input shop.tar",
        1,
        "",
        "\"--format\" stands behind the command",
    ),
    ("version --severity HIGH", 1, "", "unknown flag: --severity"),
    ("version x", 1, "", "unknown command \"x\" for \"trivy\""),
    ("", 0, "Usage: trivy", ""),
    (
        "image",
        1,
        "Usage: trivy image",
        "FATAL\tFatal error\tRequire at least 1 argument",
    ),
    (
        "image a b",
        1,
        "",
        "FATAL\tFatal error\tmultiple targets cannot be specified",
    ),
    (
        "image --frob --input shop.tar",
        1,
        "Usage: trivy image",
        "unknown flag: --frob",
    ),
    (
        "image -Z",
        1,
        "Usage: trivy image",
        "unknown shorthand flag: 'Z' in -Z",
    ),
    (
        "frob",
        1,
        "Usage: trivy",
        "unknown command \"frob\" for \"trivy\"",
    ),
    (
        "sbom x.json",
        1,
        "Usage: trivy",
        "command \"sbom\" is not supported by seaworthy yet",
    ),
    (
        "image --input shop.tar --server x",
        1,
        "",
        "flag --server is not supported by seaworthy yet",
    ),
    (
        "image --input shop.tar --reset",
        1,
        "",
        "FATAL\tFatal error\tremoved flag (\"--reset\")",
    ),
    (
        "image --input shop.tar --timeout 5",
        1,
        "",
        "invalid argument \"5\" for \"--timeout\" flag: time: missing unit in duration \"5\"",
    ),
    (
        "image --input shop.tar --vuln-severity-source nvd,bogus",
        1,
        "",
        "invalid argument \"[nvd bogus]\" for \"--vuln-severity-source\" flag: must be one of [\"nvd\" ",
    ),
    (
        "image --input shop.tar --detection-priority comprehensive",
        1,
        "",
        "flag --detection-priority=comprehensive is not supported by seaworthy yet",
    ),
    (
        "image --input shop.tar -q --detection-priority precise --exit-code 7",
        7,
        "",
        "",
    ),
    (
        "image --input shop.tar --scanners misconfig",
        1,
        "",
        "scanner \"misconfig\" is not supported by seaworthy yet",
    ),
    (
        "image --input shop.tar --scanners vuln,none",
        1,
        "",
        "invalid argument \"[vuln none]\" for \"--scanners\" flag: must be one of [\"vuln\" \"misconfig\" ",
    ),
    (
        "fs --exit-on-eol 1 .",
        1,
        "Usage: trivy filesystem",
        "unknown flag: --exit-on-eol",
    ),
    (
        "image --input shop.tar -q --report summary --pkg-relationships unknown,root,workspace,direct,indirect --exit-code 7",
        7,
        "",
        "",
    ),
    (
        "image --input shop.tar --report short",
        1,
        "",
        "flag --report=short is not supported by seaworthy yet",
    ),
    (
        "image --input shop.tar -s critical",
        1,
        "",
        "must be one of [\"UNKNOWN\" \"LOW\" \"MEDIUM\" \"HIGH\" \"CRITICAL\"]",
    ),
    (
        "image --input shop.tar -f xml",
        1,
        "",
        "invalid argument \"xml\" for \"--format\" flag: must be one of",
    ),
    (
        "image --input shop.tar --ignorefile none",
        1,
        "",
        "ignore file none: No such file",
    ),
    (
        "image --input none.tar",
        1,
        "",
        "FATAL\tFatal error\tnone.tar",
    ),
    (
        "image --input shop.tar -q",
        0,
        "shop.tar (alpine 3.10.4)\n========================\nTotal: ",
        "",
    ),
    (
        "image --input shop.tar --quiet --exit-code 7",
        7,
        "CVE-2020-1967",
        "",
    ),
    (
        "image --input shop.tar -q --exit-code 7 --severity UNKNOWN",
        0,
        "Target",
        "",
    ),
    (
        "image --input shop.tar -q --exit-on-eol 6 --exit-code 7",
        6,
        "",
        "",
    ),
    (
        "image --input shop.tar -q --pkg-types library --exit-code 7",
        0,
        "Target",
        "",
    ),
    (
        "-q image --input shop.tar --timeout 0.5h --skip-db-update --parallel 0 --exit-code 7",
        7,
        "",
        "",
    ),
    (
        "image shop/other --input shop.tar -q --exit-code 7",
        7,
        "",
        "",
    ),
    ("clean", 1, "", "no clean option is specified"),
    ("clean -q --all", 0, "", ""),
    ("clean -q=1 --all=T", 0, "", ""),
    ("clean --quiet=FALSE -q --all=0 --all=True", 0, "", ""),
    (
        "clean --all=maybe",
        1,
        "",
        "invalid value 'maybe' for '--all",
    ),
    ("convert", 1, "", "Require at least 1 argument"),
    ("convert shop.tar", 1, "", "shop.tar: json decode error"),
];

#[test]
fn command_lines_are_taken_as_trivy_takes_them() {
    let sandbox = shop_sandbox();
    for (arguments, code, stdout, log) in CASES {
        let got = run(&sandbox, arguments);
        assert_eq!(got.0, *code, "{arguments}: {got:?}");
        assert!(got.1.contains(stdout), "{arguments}: {}", got.1);
        assert!(got.2.contains(log), "{arguments}: {}", got.2);
    }
}

#[test]
fn an_image_of_a_layout_is_named_behind_the_folder() {
    let sandbox = Sandbox::new();
    let pushed = push(&shop()).unwrap();
    for (digest, bytes) in &pushed.blobs {
        let path = format!("layout/blobs/sha256/{}", digest.to_hex());
        sandbox.write(&path, bytes.clone());
    }
    let mut described = pushed.descriptor(pushed.top);
    described["mediaType"] = "application/vnd.oci.image.manifest.v1+json".into();
    described["annotations"] = json!({"org.opencontainers.image.ref.name": "v1.4"});
    sandbox.write("layout/oci-layout", "{\"imageLayoutVersion\": \"1.0.0\"}");
    let index = json!({"schemaVersion": 2, "manifests": [described]});
    sandbox.write("layout/index.json", index.to_string());
    let (top, none) = (
        pushed.top.to_string(),
        "sha256:".to_owned() + &"0".repeat(64),
    );
    for (input, code) in [
        ("layout".to_owned(), 7),
        ("layout:v1.4".to_owned(), 7),
        (format!("layout@{top}"), 7),
        ("layout:v9".to_owned(), 1),
        (format!("layout@{none}"), 1),
        ("nowhere:v1.4".to_owned(), 1),
    ] {
        let arguments = format!("image --input {input} --exit-code 7 -f json");
        let (got, stdout, log) = run(&sandbox, &arguments);
        assert_eq!(got, code, "{input}: {log}");
        if code == 7 {
            // an input is called as it was typed
            let report: Value = serde_json::from_str(&stdout).unwrap();
            assert_eq!(report["ArtifactName"], *input);
        }
    }
}

#[test]
fn files_of_the_users_own_are_not_read_without_an_end() {
    let sandbox = shop_sandbox();
    let sparse = |name: &str, megabytes: u64| {
        sandbox.write(name, "");
        sandbox.shell(&format!("truncate -s {megabytes}M {name}"));
    };
    sparse("ignore.txt", 5);
    sparse("config.yaml", 2);
    sparse("vex.json", 33);
    sparse("report.json", 129);
    sparse("long.tpl", 5);
    for (arguments, limit) in [
        ("image --input shop.tar --ignorefile ignore.txt", "4194304"),
        ("image --input shop.tar --config config.yaml", "1048576"),
        ("image --input shop.tar --vex vex.json", "33554432"),
        ("image --input shop.tar -f template -t @long.tpl", "4194304"),
        ("convert report.json", "134217728"),
    ] {
        let (code, _, log) = run(&sandbox, arguments);
        assert_eq!(code, 1, "{arguments}");
        assert!(log.contains(limit), "{arguments}: {log}");
    }
}

#[test]
fn variables_and_files_set_flags() {
    let sandbox = shop_sandbox().with("TRIVY_EXIT_CODE", "5");
    let code = |arguments: &str| run(&sandbox, arguments).0;
    assert_eq!(code("image --input shop.tar -q"), 5);
    assert_eq!(code("image --input shop.tar -q --exit-code 0"), 0);
    // the nearer one wins: flag, variable, file
    sandbox.write(
        "trivy.yaml",
        "exit-code: 9\nseverity: [UNKNOWN]\nimage:\n  input: shop.tar\n",
    );
    assert_eq!(code("image -q"), 0);
    assert_eq!(code("image -q --severity CRITICAL,HIGH"), 5);
    assert_eq!(code("image -q --config none.yaml"), 1);
    sandbox.write("other.yaml", "severity: HIGH\n");
    assert_eq!(code("image -q --input shop.tar --config other.yaml"), 5);
    let alias = shop_sandbox().with("TRIVY_SECURITY_CHECKS", "secret");
    assert_eq!(run(&alias, "image -q --input shop.tar --exit-code 3").0, 0);
}

#[test]
fn what_is_ignored_is_told_where_it_is_asked_for() {
    let sandbox = shop_sandbox();
    let ids = |arguments: &str| {
        let (_, stdout, _) = run(
            &sandbox,
            &format!("image -q --input shop.tar -f json {arguments}"),
        );
        let report: Value = serde_json::from_str(&stdout).unwrap();
        let found = list(&report, "/Results/0/Vulnerabilities");
        let ids = found
            .iter()
            .map(|it| it["VulnerabilityID"].as_str().unwrap().to_owned());
        let gone = list(&report, "/Results/0/ExperimentalModifiedFindings").len();
        (ids.collect::<Vec<_>>(), gone)
    };
    let (all, gone) = ids("");
    assert!(all.len() > 1 && gone == 0, "{all:?}");
    let first = &all[0];
    sandbox.write(
        ".trivyignore",
        format!("# why\n{first} exp:2027-01-01 since\n"),
    );
    assert_eq!(ids(""), (all[1..].to_vec(), 0));
    assert_eq!(ids("--show-suppressed"), (all[1..].to_vec(), 1));
    sandbox.write(".trivyignore", format!("{first} exp:2026-01-01\n"));
    assert_eq!(ids("--show-suppressed"), (all.clone(), 0));
    let purls = "purls: ['pkg:apk/alpine/openssl@1.1.1d-r2']";
    sandbox.write(
        "x.yaml",
        format!("vulnerabilities:\n- id: {first}\n  {purls}\n  statement: not called\n"),
    );
    assert_eq!(
        ids("--ignorefile x.yaml --show-suppressed"),
        (all[1..].to_vec(), 1)
    );
    let vex = format!(
        r#"{{"@context": "https://openvex.dev/ns/v0.2.0", "statements": [{{"vulnerability": {{"name": "{first}"}}, "status": "not_affected",
            "justification": "inline_mitigations_already_exist", "products": [{{"@id": "pkg:apk/alpine/openssl"}}]}}]}}"#
    );
    sandbox.write("vex.json", vex);
    sandbox.write("idle.json", r#"{"@context": "https://openvex.dev/ns", "statements": [{"vulnerability": {"name": "CVE-1"}, "status": "affected"}]}"#);
    assert_eq!(
        ids("--vex vex.json --show-suppressed"),
        (all[1..].to_vec(), 1)
    );
    let log = sandbox
        .run("compat trivy image --input shop.tar --vex idle.json")
        .stderr;
    assert!(log.contains("WARN\t[vex] A statement fits nothing in the report\tstatement=\"idle.json: CVE-1 (affected)\""), "{log}");
    sandbox.write(
        "bill.json",
        r#"{"bomFormat": "CycloneDX", "vulnerabilities": []}"#,
    );
    let refused = run(&sandbox, "image --input shop.tar --vex bill.json");
    let why = "VEX error: unable to load VEX: CycloneDX VEX can be used with CycloneDX SBOM";
    assert!(refused.0 == 1 && refused.2.contains(why), "{refused:?}");
}

#[test]
fn reports_are_converted_into_what_a_scan_would_have_written() {
    let sandbox = shop_sandbox();
    let scan = |arguments: &str| {
        run(
            &sandbox,
            &format!("image -q --input shop.tar --scanners vuln {arguments}"),
        )
        .1
    };
    sandbox.write("report.json", scan("-f json"));
    for format in [
        "json",
        "sarif",
        "cyclonedx",
        "spdx-json",
        "spdx",
        "github",
        "cosign-vuln",
        "table",
    ] {
        let converted = run(
            &sandbox,
            &format!("convert -q report.json --scanners vuln --format {format}"),
        )
        .1;
        let scanned = scan(&format!("--format {format}"));
        assert!(!converted.is_empty(), "{format}");
        assert_eq!(converted, scanned, "{format}");
    }
    let arguments = "convert -q report.json --scanners vuln,license,vulnerability,config";
    let (code, summary, _) = run(&sandbox, arguments);
    let head = summary.lines().find(|line| line.contains("Target"));
    let names: Vec<&str> = head.unwrap_or_default().split_whitespace().collect();
    let want = "│ Target │ Type │ Vulnerabilities │ Licenses │ Misconfigurations │";
    assert_eq!((code, names.join(" ").as_str()), (0, want), "{summary}");
    sandbox.write("ids.tpl", "{{ range . }}{{ range .Vulnerabilities }}{{ .VulnerabilityID | lower }} {{ .PkgPath }}{{ (index .CVSS \"none\").V3Score }};{{ end }}{{ end }}");
    let text = scan("-f template -t @ids.tpl");
    assert!(text.starts_with("cve-2020-1967 0;"), "{text}");
    assert_eq!(
        run(&sandbox, "image -q --input shop.tar -f template -t {{").0,
        1
    );
    let (code, _, log) = run(
        &sandbox,
        "image -q --input shop.tar -f template -t {{frob}}",
    );
    assert!(code == 1 && log.contains("frob"), "{log}");
}

#[test]
fn the_version_tells_of_the_databases_in_the_cache() {
    let sandbox = shop_sandbox()
        .with("TRIVY_CACHE_DIR", "kept")
        .with("TRIVY_FORMAT", "json");
    let day = |day: u8| format!("2021-08-{day}T12:20:30Z");
    let (updated, next) = (day(25), day(26));
    let metadata = format!(
        "{{\"Version\": 2, \"UpdatedAt\": {updated:?}, \"NextUpdate\": {next:?}, \"DownloadedAt\": {next:?}}}"
    );
    sandbox.write("kept/db/metadata.json", &metadata);
    // what is set for scans is no matter
    sandbox.write("trivy.yaml", "ignore-policy: x.rego\nformat: json\n");
    let text = "Vulnerability DB:\n  Version: 2\n  UpdatedAt: 2021-08-25 12:20:30 +0000 UTC\n";
    let json = "\"VulnerabilityDB\":{\"Version\":2,\"NextUpdate\":\"2021-08-26T12:20:30Z\",";
    for (arguments, told) in [
        ("version", text),
        ("--version", text),
        ("-v", text),
        ("version -f json", json),
        ("-v --format=json", json),
    ] {
        let got = run(&sandbox, arguments);
        assert!(got.0 == 0 && got.1.contains(told), "{arguments}: {got:?}");
    }
}

#[test]
fn the_name_of_the_program_decides() {
    let sandbox = shop_sandbox();
    let run = sandbox.shell("ln -s \"$0\" trivy && ./trivy --version");
    assert!(
        run.stdout.starts_with("Version: 0.74.0+seaworthy."),
        "{run:?}"
    );
    let run = sandbox.shell("ln -s \"$0\" trivy.old && ./trivy.old --version");
    assert!(run.stdout.starts_with("seaworthy "), "{run:?}");
}
