//! Formats against reports that Trivy wrote of the same findings, where they are at hand.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::*;
use crate::filter;

static VARIABLES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let variables = [
        ("GITHUB_REF", "/ref/feature-1"),
        ("GITHUB_SHA", "39da54a1ff04120a31df8cbc94ce9ede251d21a3"),
        ("GITHUB_JOB", "integration"),
        ("GITHUB_RUN_ID", "1910764383"),
        ("GITHUB_WORKFLOW", "workflow-name"),
    ];
    let variables = variables.into_iter();
    variables
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
});

fn context() -> Context<'static> {
    Context {
        version: "dev",
        now: "2021-08-25T12:20:30.000000005Z".parse().unwrap(),
        variables: &VARIABLES,
        scanners: &[],
        severities: &[],
        table: TableMode {
            summary: true,
            detailed: true,
        },
        show_suppressed: false,
        list_packages: true,
        dependency_tree: false,
        is_terminal: false,
        template: "",
        folder: "",
        is_late: &|| false,
    }
}

fn written(name: &str, report: &Report, context: &Context<'_>) -> String {
    let format = formats().find(|format| format.name == name).unwrap();
    let mut out = Vec::new();
    write(format, report, context, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Returns the recorded files by their paths below `trivy/`.
fn recorded() -> Option<BTreeMap<String, Vec<u8>>> {
    let archive = testkit::shared("conformance/trivy.tar.gz")?;
    let members = testkit::members(&archive).unwrap();
    let files = members.into_iter();
    let files =
        files.filter_map(|(path, bytes)| Some((path.strip_prefix("trivy/")?.to_owned(), bytes)));
    Some(files.collect())
}

/// Returns a value whose lists stand in the order in which Trivy's own tests compare them, without what
/// is drawn at random.
fn comparable(mut value: Value) -> Value {
    let by = |list: Option<&mut Value>, keys: &[&str]| {
        if let Some(Value::Array(items)) = list {
            items.sort_by_key(|item| {
                keys.iter()
                    .map(|key| item[*key].to_string())
                    .collect::<Vec<_>>()
            });
        }
    };
    by(value.get_mut("packages"), &["name", "SPDXID"]);
    by(value.get_mut("files"), &["fileName"]);
    by(
        value.get_mut("relationships"),
        &["spdxElementId", "relatedSpdxElement", "relationshipType"],
    );
    by(value.get_mut("components"), &["name", "version"]);
    by(value.get_mut("vulnerabilities"), &["id"]);
    for path in [
        "/documentNamespace",
        "/serialNumber",
        "/creationInfo/created",
    ] {
        if let Some(drawn) = value.pointer_mut(path) {
            *drawn = Value::Null;
        }
    }
    value
}

/// Gives each name that is drawn at random a number by where it stands first.
fn renamed(text: &str) -> String {
    let uuid =
        regex::Regex::new("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").unwrap();
    let mut names: Vec<String> = Vec::new();
    let number = |found: &regex::Captures<'_>| {
        let name = found[0].to_owned();
        let at = names
            .iter()
            .position(|known| *known == name)
            .unwrap_or_else(|| {
                names.push(name);
                names.len() - 1
            });
        format!("uuid-{at}")
    };
    uuid.replace_all(text, number).into_owned()
}

#[test]
fn converted_reports_are_those_of_trivy() {
    let Some(files) = recorded() else {
        return;
    };
    for (input, format, want) in [
        (
            "goldens/alpine-310.json.golden",
            "sarif",
            "goldens/alpine-310.sarif.golden",
        ),
        (
            "goldens/npm.json.golden",
            "cyclonedx",
            "goldens/npm-cyclonedx.json.golden",
        ),
        (
            "fixtures/convert/npm.json.golden",
            "cyclonedx",
            "goldens/npm-cyclonedx.json.golden",
        ),
        (
            "fixtures/convert/npm-with-suppressed.json.golden",
            "json",
            "fixtures/convert/npm-with-suppressed.json.golden",
        ),
    ] {
        let mut report = Report::read(&files[input]).unwrap();
        filter(&mut report, &filter::Filter::default(), &|| false).unwrap();
        let context = Context {
            show_suppressed: true,
            ..context()
        };
        let got = renamed(&written(format, &report, &context));
        let want = renamed(&String::from_utf8_lossy(&files[want]));
        let value = |text: &str| comparable(serde_json::from_str(text).unwrap());
        assert_eq!(value(&got), value(&want), "{input} as {format}");
    }
}

#[test]
fn json_is_written_as_it_was_read() {
    let Some(files) = recorded() else {
        return;
    };
    let mut count = 0;
    let reports = files.iter().filter(|(path, _)| {
        path.ends_with(".json.golden")
            && !path.contains("cyclonedx")
            && !path.contains("spdx")
            && !path.contains(".cdx.")
    });
    for (path, bytes) in reports {
        let report = Report::read(bytes).unwrap_or_else(|why| panic!("{path}: {why}"));
        let context = Context {
            show_suppressed: true,
            ..context()
        };
        let text = written("json", &report, &context);
        let want = String::from_utf8_lossy(bytes);
        // older reports have what nobody said, too; what modules found has keys that nobody knows
        if want.contains("\"Layer\": {}") || want.contains("\"CustomResources\"") {
            continue;
        }
        assert_eq!(text.trim_end(), want.trim_end(), "{path}");
        count += 1;
    }
    assert!(count > 40, "{count}");
}

/// Returns the hash of a package of conda, as trivy.md §2.3 defines it.
fn uid(name: &str, version: &str, license: &str, file: &str, digest: &str) -> String {
    use ::report::go_hash::{Struct, finish, ordered, text};
    let mut package = Struct::named("Package");
    package.add("Name", text(name));
    package.add("Version", text(version));
    package.add("Licenses", ordered(0, text(license)));
    package.add("FilePath", text(file));
    package.add("Digest", text(digest));
    package.add("AnalyzedBy", text("conda-pkg"));
    let path = ordered(text("filePath"), text(file));
    format!("{:x}", finish(path ^ ordered(text("pkg"), package.hash())))
}

#[test]
fn spdx_is_that_of_trivy() {
    let Some(files) = recorded() else {
        return;
    };
    // the packages of the folder that Trivy scanned, as its document tells them
    let package = |name: &str, version: &str, license: &str, build: &str, sum: &str| {
        let file = format!("miniconda3/envs/testenv/conda-meta/{name}-{version}-{build}.json");
        let purl = format!("pkg:conda/{name}@{version}");
        json!({"Name": name, "Version": version, "Licenses": [license], "FilePath": file, "Digest": sum,
            "Identifier": {"PURL": purl, "UID": uid(name, version, license, &file, sum)}})
    };
    let openssl = "sha1:237db0da53131e4548cb1181337fa0f420299e1f";
    let pip = "sha1:a6a2db7668f1ad541d704369fc66c96a4415aa24";
    let packages = json!([
        package("openssl", "1.1.1q", "OpenSSL", "h7f8727e_0", openssl),
        package("pip", "22.2.2", "MIT", "py38h06a4308_0", pip),
    ]);
    let report = json!({"SchemaVersion": 2, "ArtifactName": "testdata/fixtures/repo/conda", "ArtifactType": "filesystem",
        "Results": [{"Target": "Conda", "Class": "lang-pkgs", "Type": "conda-pkg", "Packages": packages}]});
    let report = Report::read(report.to_string().as_bytes()).unwrap();
    let got = renamed(&written("spdx-json", &report, &context()));
    let want = &files["goldens/conda-spdx.json.golden"];
    let want = renamed(&String::from_utf8_lossy(want));
    let value = |text: &str| comparable(serde_json::from_str(text).unwrap());
    assert_eq!(value(&got), value(&want));
}

#[test]
fn the_table_is_that_of_trivy() {
    let Some(files) = recorded() else {
        return;
    };
    let mut report = Report::read(&files["goldens/centos-7.json.golden"]).unwrap();
    report.results[0].target = "centos-7 (centos 7.6.1810)".to_owned();
    let scanners = ["vuln", "secret"].map(ToOwned::to_owned);
    let context = Context {
        scanners: &scanners,
        ..context()
    };
    // as Trivy wrote it, trivy-outputs.md A.1
    let want = include_str!("table/sample.txt");
    assert_eq!(written("table", &report, &context), want);
}

/// A report with two findings in one package, and one that does not count.
fn small() -> Report {
    let vulnerability = |id: &str, severity: &str, fixed: &str| {
        json!({"VulnerabilityID": id, "PkgID": "b@1", "PkgName": "b", "InstalledVersion": "1", "FixedVersion": fixed,
            "Status": "fixed", "Severity": severity, "PublishedDate": "2026-01-02T03:04:05.6Z", "Title": format!("title of {id} \u{1b}[31m"), "PkgPath": "app/x.jar/y.jar"})
    };
    let package = |id: &str, indirect: bool, needs: &[&str]| json!({"ID": id, "Name": id, "Version": "1", "Indirect": indirect, "DependsOn": needs, "FilePath": "app/x.jar/y.jar"});
    let modified = json!({"Type": "vulnerability", "Status": "not_affected", "Statement": "", "Source": "vex.json",
        "Finding": vulnerability("CVE-3", "LOW", "")});
    let report = json!({"SchemaVersion": 2, "ArtifactName": "app", "Results": [{"Target": "Java", "Class": "lang-pkgs", "Type": "jar",
        "Packages": [package("a@1", false, &["b@1"]), package("b@1", true, &[])],
        "Vulnerabilities": [vulnerability("CVE-2", "HIGH", "2"), vulnerability("CVE-1", "LOW", "1.10"), vulnerability("CVE-1", "LOW", "1.9")],
        "ExperimentalModifiedFindings": [modified]}]});
    Report::read(report.to_string().as_bytes()).unwrap()
}

#[test]
fn tables_show_what_was_asked_for() {
    let mut report = small();
    filter(&mut report, &filter::Filter::default(), &|| false).unwrap();
    let scanners = ["vuln".to_owned()];
    let context = Context {
        scanners: &scanners,
        show_suppressed: true,
        dependency_tree: true,
        ..context()
    };
    let text = written("table", &report, &context);
    for want in [
        "│ app/x.jar │ jar  │        2        │",
        "Java (jar)\n==========\nTotal: 2 (UNKNOWN: 0, LOW: 1, MEDIUM: 0, HIGH: 1, CRITICAL: 0)",
        "│ b (x.jar) │ CVE-2         │ HIGH     │ fixed  │ 1                 │ 2             │ title of CVE-2 \\x1b[31m │",
        "│           │ CVE-1         │ LOW      │        │                   │ 1.9           │",
        "Dependency Origin Tree (Reversed)\n=================================\nJava\n└── b@1, (UNKNOWN: 0, LOW: 1, MEDIUM: 0, HIGH: 1, CRITICAL: 0)\n    └── a@1\n",
        "Suppressed Vulnerabilities (Total: 1)\n=====================================\n",
        "│ b       │ CVE-3         │ LOW      │ not_affected │ N/A       │ vex.json │",
    ] {
        assert!(text.contains(want), "{want}\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "{text}");
}

#[test]
fn filters_keep_what_counts() {
    let of = |change: &dyn Fn(&mut filter::Filter)| {
        let mut filter = filter::Filter::default();
        change(&mut filter);
        let mut report = small();
        crate::filter(&mut report, &filter, &|| false).unwrap();
        let found = &report.results[0].vulnerabilities;
        found
            .iter()
            .map(|it| format!("{} {} {}", it.id, it.severity, it.fixed_version))
            .collect::<Vec<_>>()
            .join(", ")
    };
    // of two that are the same the greater text wins
    assert_eq!(of(&|_| {}), "CVE-2 HIGH 2, CVE-1 LOW 1.9");
    assert_eq!(
        of(&|it| it.severities = vec!["HIGH".to_owned()]),
        "CVE-2 HIGH 2"
    );
    assert_eq!(of(&|it| it.ignored_statuses = vec!["fixed".to_owned()]), "");
    assert_eq!(
        of(&|it| it.severity_sources = vec!["nvd".to_owned()]),
        "CVE-1 UNKNOWN 1.9, CVE-2 UNKNOWN 2"
    );
    assert_eq!(
        of(&|it| it.severity_sources = vec!["nvd".to_owned(), "auto".to_owned()]),
        "CVE-2 HIGH 2, CVE-1 LOW 1.9"
    );
}

#[test]
fn what_a_distribution_says_of_a_package_is_not_replaced() {
    for (distribution, source, is_known, want) in [
        ("redhat", "redhat", None, "LOW redhat"),
        ("centos", "redhat", None, "LOW redhat"),
        ("debian", "debian", None, "LOW debian"),
        ("debian", "debian", Some(true), "LOW debian"),
        // its word on the flaw alone
        ("debian", "debian", Some(false), "HIGH nvd"),
        ("debian", "nvd", None, "HIGH nvd"),
        // what Ubuntu says is of the flaw
        ("ubuntu", "ubuntu", None, "HIGH nvd"),
    ] {
        let found = json!({"VulnerabilityID": "CVE-1", "Severity": "LOW", "SeveritySource": source, "VendorSeverity": {"nvd": 3}});
        let report = json!({"SchemaVersion": 2, "Results": [
            {"Target": "a", "Class": "os-pkgs", "Type": distribution, "Vulnerabilities": [found]}]});
        let mut report = Report::read(report.to_string().as_bytes()).unwrap();
        report.results[0].vulnerabilities[0].is_severity_of_package = is_known;
        let filter = filter::Filter {
            severity_sources: vec!["nvd".to_owned()],
            ..filter::Filter::default()
        };
        crate::filter(&mut report, &filter, &|| false).unwrap();
        let it = &report.results[0].vulnerabilities[0];
        let got = format!("{} {}", it.severity, it.severity_source);
        assert_eq!(got, want, "{distribution} {source}");
    }
}

/// Templates, and what they write.
const TEMPLATES: &[(&str, &str)] = &[
    (
        "{{ range . }}{{ .Target }} {{ len .Secrets }}{{ end }}",
        "Java 0",
    ),
    (
        "{{ with index . 0 }}{{ range .Vulnerabilities }}{{ .VulnerabilityID }}[{{ .PrimaryURL }}{{ (index .CVSS \"nvd\").V3Score }}] {{ end }}{{ end }}",
        "CVE-2[0] CVE-1[0] CVE-1[0] ",
    ),
    (
        "{{ \"a\" | upper | quote }} {{ trunc 2 \"abc\" }} {{ add 1 2 3 }} {{ default \"x\" \"\" }}",
        "\"A\" ab 6 x",
    ),
    (
        "{{ escapeXML \"<a>\" }} {{ escapeString \"<a>\" }} {{ endWithPeriod \"a\" }}",
        "&lt;a&gt; &lt;a&gt; a.",
    ),
    (
        "{{ regexFind \"[^\\\\s]+\" \"a b\" }} {{ join \",\" (list 1 2) }} {{ env \"GITHUB_JOB\" }} {{ appVersion }}",
        "a 1,2 integration dev",
    ),
    (
        "{{ now }} {{ getCurrentTime }}",
        "2021-08-25 12:20:30.000000005 +0000 UTC 2021-08-25T12:20:30.000000005Z",
    ),
    (
        "{{ now | date \"2006-01-02T15:04:05\" }} {{ htmlDate 0 }} {{ printf \"%q %05.1f\" \"a\" 2.25 }} {{ print 1 2 \"a\" }}",
        "2021-08-25T12:20:30 1970-01-01 \"a\" 002.2 1 2a",
    ),
    (
        "{{ with index (index . 0).Vulnerabilities 0 }}{{ .Vulnerability.Severity }} {{ .Severity }} {{ .PublishedDate }} {{ len .Vulnerability.References }} {{ .CVSS.nvd }} {{ .PublishedDate.Year }} {{ .PublishedDate.Format \"02/Jan\" }} {{ lt .PublishedDate.Year now.Year }}{{ end }}",
        "HIGH HIGH 2026-01-02 03:04:05.6 +0000 UTC 0 <no value> 2026 02/Jan false",
    ),
    (
        "{{ b64enc \"a\" }} {{ b64dec \"YQ==\" }} {{ sha256sum \"\" | trunc 8 }} {{ len uuidv4 }} {{ ne uuidv4 uuidv4 }}",
        "YQ== a e3b0c442 36 true",
    ),
    (
        "{{ ternary 1 2 true }} {{ has 3 (list 3) }} {{ toJson (dict \"a\" 1) }} {{ round 2.345 2 }}",
        "1 true {\"a\":1} 2.35",
    ),
    // structs have Trivy's keys in their order, and what is empty is left out
    (
        "{{ with index . 0 }}{{ index .Packages 1 | toJson }} {{ (index .ModifiedFindings 0).Status }}{{ end }}",
        "{\"ID\":\"b@1\",\"Name\":\"b@1\",\"Version\":\"1\",\"Indirect\":true,\"FilePath\":\"app/x.jar/y.jar\"} not_affected",
    ),
    (
        "{{ with index (index . 0).Vulnerabilities 0 }}{{ dict \"b\" . \"a\" .Vulnerability | toJson | replace \"\\\\u001b\" \"\" }}{{ end }}",
        "{\"a\":{\"Title\":\"title of CVE-2 [31m\",\"Severity\":\"HIGH\",\"PublishedDate\":\"2026-01-02T03:04:05.6Z\"},\
         \"b\":{\"VulnerabilityID\":\"CVE-2\",\"PkgID\":\"b@1\",\"PkgName\":\"b\",\"PkgPath\":\"app/x.jar/y.jar\",\
         \"InstalledVersion\":\"1\",\"FixedVersion\":\"2\",\"Status\":\"fixed\",\"Title\":\"title of CVE-2 [31m\",\
         \"Severity\":\"HIGH\",\"PublishedDate\":\"2026-01-02T03:04:05.6Z\"}}",
    ),
    (
        "{{ dict \"a\" \"<b>&\" | toJson }} {{ dict \"a\" \"<b>&\" | toRawJson }} {{ toPrettyJson (list 1 2.0) }}",
        "{\"a\":\"\\u003cb\\u003e\\u0026\"} {\"a\":\"<b>&\"} [\n  1,\n  2\n]",
    ),
    (
        "{{ toJson \"\\\\u003c \\\"\" }} {{ toRawJson \"\\\\u003c \\\" :\" }}",
        "\"\\\\u003c \\\"\" \"\\\\u003c \\\" :\"",
    ),
    ("[{{ nindent 2 \"a\\nb\" }}]", "[\n  a\n  b]"),
    (
        "{{ printf \"%s %q %5d %v %% [%s]\" (list \"a\" \"b\") (list \"a\") (list 1 2) (list 1) (dict \"k\" \"v\") }}",
        "[a b] [\"a\"] [    1     2] [1] % [map[k:v]]",
    ),
    (
        "{{ printf \"%T %T %T %T\" 1 \"a\" 1.5 (list \"a\") }} {{ printf \"%[1]d\" 1 }}|{{ printf \"%T %T %T\" \"a\" (list \"a\") (dict \"a\" 1.5) }}",
        "int string float64 []string 1|string []string map[string]float64",
    ),
    // an absent key is nothing, and what is absent has the zero value of its map
    (
        "{{ with index (index . 0).Vulnerabilities 0 }}[{{ .CVSS.nvd }} {{ .CVSS.nvd.V3Score }} {{ index .VendorSeverity \"nvd\" }} {{ (index .CVSS \"nvd\").V2Score }}]{{ end }}",
        "[<no value> <no value> 0 0]",
    ),
    (
        "{{ $d := dict \"a\" (dict \"b\" 1) }}{{ $d.a.b }} {{ $d.x }} {{ index $d \"x\" }} {{ if $d.a.c }}yes{{ end }}",
        "1 <no value> <no value> ",
    ),
    (
        "{{ $s := split \",\" \"a,b\" }}{{ $s._0 }}{{ $s._1 }} {{ pick (dict \"a\" 1 \"b\" 2) \"b\" \"c\" }} {{ omit (dict \"a\" 1 \"b\" 2) \"b\" }}",
        "ab map[b:2] map[a:1]",
    ),
    (
        "{{ pluck \"a\" (dict \"a\" 1) (dict \"b\" 2) (dict \"a\" 3) }} {{ dig \"a\" \"b\" 0 (dict \"a\" (dict \"b\" 1)) }} {{ dig \"a\" \"c\" 0 (dict \"a\" (dict)) }}",
        "[1 3] 1 0",
    ),
    (
        "{{ merge (dict \"a\" 1 \"m\" (dict \"x\" \"\")) (dict \"a\" 2 \"b\" 3 \"m\" (dict \"x\" 4 \"y\" 5)) }}",
        "map[a:1 b:3 m:map[x:4 y:5]]",
    ),
    (
        "{{ untilStep 0 6 2 }} {{ untilStep 3 0 -1 }} {{ untilStep 0 3 0 }} {{ seq 3 }} {{ seq -1 }} {{ seq 2 4 }} {{ seq 0 2 5 }} {{ seq 5 2 1 }}",
        "[0 2 4] [3 2 1] [] 1 2 3 1 0 -1 2 3 4 0 2 4 ",
    ),
    (
        "{{ range list \"1.2.3\" \"v1.10\" \"2.0.0\" \"1.5.0-rc1\" }}{{ semverCompare \"^1.2\" . }} {{ semverCompare \">= 1.3, < 2 || 1.2.3\" . }} {{ end }}{{ semverCompare \">=1.5.0-0\" \"1.5.0-rc1\" }}",
        "true true true true false false false false true",
    ),
    (
        "{{ kindOf (list 1) }} {{ kindOf nil }} {{ kindOf . }} {{ kindOf (dict) }} {{ kindIs \"int\" 1 }} {{ typeOf 1 }} {{ typeIs \"string\" 1 }}",
        "slice invalid slice map true int false",
    ),
    (
        "{{ quote nil \"a\\x1b\\n\\\"\" 1 }} {{ cat \"a\" nil \"b\" }} {{ join \",\" (list 1 nil 2) }} {{ join \",\" \"a\" }}",
        "\"a\\x1b\\n\\\"\" \"1\" a b 1,2 a",
    ),
    (
        "{{ any 0 \"a\" }} {{ all 0 \"a\" }} {{ mustToJson (list 1) }} {{ mustRegexMatch \"a\" \"a\" }} {{ trimall \"x\" \"xax\" }} {{ biggest 1 2 }}",
        "true false [1] true a 2",
    ),
    (
        "{{ wrap 5 \"aa bb cccccccc d ee\" }}",
        "aa bb\ncccccccc\nd ee",
    ),
    (
        "{{ (fromJson \"{\\\"a\\\": [1]}\").a }} {{ base \"a/b/c.txt\" }} {{ base \"\" }} {{ compact (list 1 \"\" 0 \"a\") }} {{ camelcase \"http_server-x\" }} {{ plural \"one\" \"many\" 1 }} {{ plural \"one\" \"many\" 2 }}",
        "[1] c.txt . [1 a] HttpServerX one many",
    ),
];

/// Templates that are refused, and why.
const REFUSED: &[(&str, &str)] = &[
    ("{{ frob }}", "frob"),
    ("{{ range", "template"),
    ("{{ repeat 99999999 \"aaaa\" }}", "longer"),
    ("{{ div 1 0 }}", "bounds"),
    (
        "{{ range . }}{{ .Taregt }}{{ end }}",
        "can't evaluate field Taregt",
    ),
    // an absent key beside it changes nothing
    (
        "{{ with index (index . 0).Vulnerabilities 0 }}[{{ .CVSS.nvd }}]{{ .Titel }}{{ end }}",
        "can't evaluate field Titel",
    ),
    (
        "{{ with index (index . 0).Vulnerabilities 0 }}{{ .title }}{{ end }}",
        "can't evaluate field title",
    ),
    ("{{ dig \"a\" (dict) }}", "dig"),
    ("{{ semverCompare \">= ?\" \"1\" }}", "semverCompare"),
    (
        "{{ $x := dict \"a\" 1 }}{{ range until 40 }}{{ $x = dict \"a\" $x \"b\" $x }}{{ end }}{{ merge $x $x }}",
        "longer",
    ),
    ("{{ date \"2006\" \"x\" }}", "no time"),
    // what doubles forty times
    (
        "{{ $x := \"a\" }}{{ range until 40 }}{{ $x = print $x $x }}{{ end }}",
        "longer",
    ),
    (
        "{{ $x := \"a\" }}{{ range until 40 }}{{ $x = printf \"%s%s\" $x $x }}{{ end }}",
        "longer",
    ),
    (
        "{{ $x := list 1 }}{{ range until 40 }}{{ $x = list $x $x }}{{ end }}{{ join \",\" $x }}",
        "longer",
    ),
    (
        "{{ $x := list 1 }}{{ range until 40 }}{{ $x = list $x $x }}{{ end }}{{ toJson $x }}",
        "longer",
    ),
    (
        "{{ $x := list 1 }}{{ range until 40 }}{{ $x = concat $x $x }}{{ end }}",
        "longer",
    ),
];

#[test]
fn templates_call_functions_and_see_every_field() {
    for (template, want) in TEMPLATES {
        let context = Context {
            template,
            ..context()
        };
        assert_eq!(written("template", &small(), &context), *want, "{template}");
    }
    for (template, want) in REFUSED {
        let format = formats().find(|format| format.name == "template").unwrap();
        let context = Context {
            template,
            ..context()
        };
        let error = write(format, &small(), &context, &mut Vec::new()).unwrap_err();
        assert!(error.to_string().contains(want), "{template}: {error}");
    }
}

/// Documents are told apart by these numbers, and what is said of one is said of no other.
#[test]
fn documents_of_other_packages_have_other_numbers() {
    let numbers = |report: &Report| {
        let bill: Value = serde_json::from_str(&written("cyclonedx", report, &context())).unwrap();
        let spdx: Value = serde_json::from_str(&written("spdx-json", report, &context())).unwrap();
        [&bill["serialNumber"], &spdx["documentNamespace"]].map(ToString::to_string)
    };
    let report = small();
    assert_eq!(numbers(&report), numbers(&report.clone()));
    let mut filtered = report.clone();
    filtered.results[0].vulnerabilities.clear();
    assert_eq!(numbers(&report), numbers(&filtered));
    let change: [fn(&mut Report); 4] = [
        |it| it.artifact_name = "other".to_owned(),
        |it| it.artifact_id = "sha256:1".to_owned(),
        |it| it.results[0].packages[0].version = "2".to_owned(),
        |it| it.results[0].target = "b".to_owned(),
    ];
    for change in change {
        let mut other = report.clone();
        change(&mut other);
        let (ours, theirs) = (numbers(&report), numbers(&other));
        assert!(ours[0] != theirs[0] && ours[1] != theirs[1], "{other:?}");
    }
}

#[test]
fn what_older_and_odd_reports_leave_out_is_told() {
    let finding = |id: &str, severity: &str| json!({"VulnerabilityID": id, "PkgName": "b", "Severity": severity});
    let report = json!({"SchemaVersion": 2, "Results": [{"Target": "a", "Class": "lang-pkgs", "Type": "npm",
        "Packages": [{"Name": "a"}, {"Name": "b", "Indirect": true}, {"Name": "c", "Relationship": "indirect"},
            {"Name": "d", "Indirect": true, "Relationship": "direct"}],
        "Vulnerabilities": [finding("CVE-1", "LOW"), finding("CVE-2", ""), finding("CVE-3", "ODD")]}]});
    let mut report = Report::read(report.to_string().as_bytes()).unwrap();
    let snapshot: Value = serde_json::from_str(&written("github", &report, &context())).unwrap();
    let resolved = &snapshot["manifests"]["a"]["resolved"];
    let ways = ["a", "b", "c", "d"].map(|name| resolved[name]["relationship"].as_str().unwrap());
    assert_eq!(ways, ["direct", "indirect", "indirect", "direct"]);
    filter(&mut report, &filter::Filter::default(), &|| false).unwrap();
    assert_eq!(report.results[0].vulnerabilities[1].severity, "UNKNOWN");
    let table = written("table", &report, &context());
    assert!(table.contains("Total: 3 (UNKNOWN: 2, LOW: 1,"), "{table}");
}

#[test]
fn rules_that_were_kept_are_counted_and_no_findings() {
    let rule = |id: &str, status: &str, severity: &str| json!({"ID": id, "Status": status, "Severity": severity});
    let (bad, good) = (rule("A", "FAIL", "HIGH"), rule("B", "PASS", "LOW"));
    for (rules, ids, summary) in [
        (
            json!([bad, good]),
            "A",
            json!({"Successes": 1, "Failures": 1}),
        ),
        (
            json!([good, good]),
            "",
            json!({"Successes": 2, "Failures": 0}),
        ),
        (
            json!([rule("C", "FAIL", "HIGH")]),
            "C",
            json!({"Successes": 0, "Failures": 1}),
        ),
        (json!([rule("D", "EXCEPTION", "HIGH")]), "", Value::Null),
        (json!([]), "", Value::Null),
    ] {
        let report = json!({"SchemaVersion": 2, "Results": [{"Target": "Dockerfile", "Class": "config", "Misconfigurations": rules,
            "MisconfSummary": {"Successes": 7, "Failures": 7}}]});
        let mut report = Report::read(report.to_string().as_bytes()).unwrap();
        filter(&mut report, &filter::Filter::default(), &|| false).unwrap();
        let found = &report.results[0];
        let got: String = found
            .misconfigurations
            .iter()
            .map(|it| it.id.as_str())
            .collect();
        assert_eq!(got, ids, "{rules}");
        assert_eq!(
            serde_json::to_value(&found.misconf_summary).unwrap(),
            summary,
            "{rules}"
        );
    }
}

/// What a template makes JSON of is what the report has.
#[test]
fn targets_become_the_json_that_they_were() {
    let recorded = recorded().unwrap_or_default();
    let reports = recorded
        .iter()
        .filter(|(path, _)| path.ends_with(".json.golden"));
    let reports = reports.filter_map(|(_, bytes)| Report::read(bytes).ok());
    for report in reports.chain([small()]) {
        let mut results = report.results.clone();
        for found in &mut results {
            // a description is told as it stands, and a status by its number
            let known = found.vulnerabilities.iter_mut();
            known
                .filter(|it| it.status == "unknown")
                .for_each(|it| it.status.clear());
        }
        let mut want = Vec::new();
        ::report::write_go_json(&results, &mut want).unwrap();
        let context = Context {
            template: "{{ . | toPrettyJson }}\n",
            ..context()
        };
        let got = written("template", &report, &context);
        assert_eq!(
            got,
            String::from_utf8(want).unwrap(),
            "{}",
            report.artifact_name
        );
    }
}

/// What packages are called cannot add lines of its own, nor act on a terminal.
#[test]
fn evil_names_stay_within_their_line_of_spdx() {
    let name = "p\nx</te</text>xt>\nRelationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-Evil\u{1b}[2J\u{202e}";
    let report = json!({
        "SchemaVersion": 2, "ArtifactName": "a",
        "Results": [{"Target": "a", "Class": "os-pkgs", "Type": "alpine",
            "Packages": [{"ID": "p@1", "Name": name, "Version": "1"}]}],
    });
    let report = Report::read(report.to_string().as_bytes()).unwrap();
    let text = written("spdx", &report, &context());
    assert!(text.contains("SPDXRef-Evil"), "{text}");
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    let mut is_quoted = false;
    for line in text.lines() {
        let is_forged = line.starts_with("Relationship:") && line.contains("Evil");
        assert!(is_quoted || !is_forged, "{text}");
        is_quoted = (is_quoted || line.contains("<text>")) && !line.contains("</text>");
    }
}

#[test]
fn what_is_far_too_long_ends() {
    use std::io::Write as _;
    let mut out = Vec::new();
    let mut capped = Capped {
        out: &mut out,
        room: 3,
    };
    assert!(capped.write_all(b"abc").is_ok());
    let error = capped.write_all(b"d").unwrap_err().to_string();
    assert!(error.contains("far too long"), "{error}");
}
