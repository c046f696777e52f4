//! The JSON report against Trivy's own on the same archives and folders with the same database, value
//! for value.
//!
//! Compared is all but `EOSL` (the clocks and the sources differ), ids made of the time, and our own
//! key. Every difference that stays is in [`KEPT`], or in [`RIGHT`]; one that vanishes must leave it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::program::Sandbox;

/// A case, the one place in the report where it differs, and why ours stays as it is.
type Row = (&'static str, &'static str, &'static str);

/// Where ours is right: `--compat trivy` differs in none of them.
const RIGHT: &[Row] = &[
    (
        "db-hardlink.tar",
        "only ours: /Results/0/Packages",
        HIDDEN_DATABASE,
    ),
    (
        "db-hardlink.tar",
        "only ours: /Results/0/Vulnerabilities",
        HIDDEN_DATABASE,
    ),
    (
        "db-symlink.tar",
        "only ours: /Results/0/Packages",
        HIDDEN_DATABASE,
    ),
    (
        "db-symlink.tar",
        "only ours: /Results/0/Vulnerabilities",
        HIDDEN_DATABASE,
    ),
    (
        "alpine-distroless",
        "only ours: /Results/0/Vulnerabilities/CVE-2022-24765 3d5b2b2a00e10054/DataSource",
        NO_SOURCE,
    ),
    (
        "ubuntu-gp2-x86-vm",
        "only ours: /Results/0/Vulnerabilities/CVE-2022-3715 4324eebb6708b815/DataSource",
        NO_SOURCE,
    ),
    (
        "ubuntu-gp2-x86-vm",
        "differs: /Results/0/Vulnerabilities/CVE-2022-3715 4324eebb6708b815/Severity",
        NO_SOURCE,
    ),
    (
        "ubuntu-gp2-x86-vm",
        "differs: /Results/0/Vulnerabilities/CVE-2022-3715 4324eebb6708b815/SeveritySource",
        NO_SOURCE,
    ),
];

/// Where ours differs with `--compat trivy`, too.
const KEPT: &[Row] = &[
    ("dir-replaced-by-file.tar", "only theirs: /Results/1", GONE),
    (
        "dir-replaced-by-symlink.tar",
        "only theirs: /Results/1",
        GONE,
    ),
    (
        "test_image_tag.oci@tag-0.0.1",
        "differs: /ArtifactName",
        "ours is chosen by argument, theirs by file name",
    ),
    ("busybox-with-lockfile", "only theirs: /Results", LANGUAGE),
    ("fluentd-gems", "only theirs: /Results/1", LANGUAGE),
    ("no-os.tar", "only theirs: /Results", LANGUAGE),
    (
        "secret-base-and-deleted.tar",
        "only ours: /Results/2",
        "Trivy leaves out the layers of the base image",
    ),
    ("secret-base-and-deleted.tar", CATEGORY, OWN_WORDS),
    ("secret-base-and-deleted.tar", CREATED_BY, BLANKS),
    ("secret-base-and-deleted.tar", SEVERITY, OWN_SEVERITY),
    ("secret-base-and-deleted.tar", TITLE, OWN_WORDS),
    ("secret-changed.tar", CATEGORY, OWN_WORDS),
    ("secret-changed.tar", CREATED_BY, BLANKS),
    ("secret-changed.tar", SEVERITY, OWN_SEVERITY),
    ("secret-changed.tar", TITLE, OWN_WORDS),
];
const CATEGORY: &str = "differs: /Results/1/Secrets/0/Category";
const CREATED_BY: &str = "differs: /Results/1/Secrets/0/Layer/CreatedBy";
const SEVERITY: &str = "differs: /Results/1/Secrets/0/Severity";
const TITLE: &str = "differs: /Results/1/Secrets/0/Title";
const BLANKS: &str = "blanks at the end of a line of history are cut";
const OWN_WORDS: &str = "our rules have families and titles of their own";
const OWN_SEVERITY: &str = "an id alone opens nothing: the key beside it is CRITICAL";
const HIDDEN_DATABASE: &str = "Trivy sees no database behind a link, so it finds no packages";
const NO_SOURCE: &str =
    "the database names no source of this bucket; we take the publisher's word all the same";
const GONE: &str = "Trivy lists a package of a folder that an upper layer replaced";
const LANGUAGE: &str = "packages of languages are not read yet";

#[test]
fn reports_and_findings_are_those_of_trivy() {
    score("", &[RIGHT, KEPT].concat());
}

#[test]
fn faults_are_those_of_trivy_with_compat_trivy() {
    score("--compat trivy", KEPT);
}

/// Compares all cases, run with more options, of which these rows differ.
fn score(options: &'static str, kept: &[Row]) {
    let mut score = Score {
        options,
        kept: kept.to_vec(),
        findings: (0, 0),
        files: (0, 0),
    };
    images(&mut score);
    layers(&mut score);
    folders(&mut score);
    let Score {
        findings, files, ..
    } = score;
    println!("{options} findings {} equal of {}", findings.0, findings.1);
    println!("{options} files {} equal of {}", files.0, files.1);
}

/// What is equal, of how many.
struct Score {
    options: &'static str,
    kept: Vec<Row>,
    findings: (usize, usize),
    files: (usize, usize),
}

fn images(score: &mut Score) {
    let Some(files) = unpacked("trivy-images", "trivy-images/") else {
        return;
    };
    compare_all(&files, ".expected.json", score, |name| {
        // `NAME@tag-TAG` is how the file names say `NAME:TAG`
        let (input, tag) = name.split_once("@tag-").unwrap_or((name, ""));
        format!("image --input {input} {tag}")
    });
}

fn layers(score: &mut Score) {
    let Some(files) = unpacked("trivy", "trivy/extra/layers/") else {
        return;
    };
    let files = files
        .into_iter()
        .map(|(name, bytes)| (name.replace(".expected.json", ".tar.expected.json"), bytes))
        .collect();
    compare_all(&files, ".expected.json", score, |name| {
        format!("image --input {name}")
    });
}

fn folders(score: &mut Score) {
    let (Some(mut files), Some(expected)) = (
        unpacked("trivy", "trivy/rootfs/"),
        unpacked("trivy", "trivy/expected/"),
    ) else {
        return;
    };
    files.extend(expected);
    compare_all(&files, ".json", score, |name| format!("rootfs {name}"));
}

/// Returns the files below a folder of a conformance archive.
fn unpacked(archive: &str, folder: &str) -> Option<BTreeMap<String, Vec<u8>>> {
    let archive = testkit::shared(&format!("conformance/{archive}.tar.gz"))?;
    let members = testkit::members(&archive).unwrap();
    let files = members
        .into_iter()
        .filter_map(|(path, bytes)| Some((path.strip_prefix(folder)?.to_owned(), bytes)));
    Some(files.collect())
}

/// Scans what each `NAME` + `suffix` file tells Trivy's report of.
fn compare_all(
    files: &BTreeMap<String, Vec<u8>>,
    suffix: &str,
    score: &mut Score,
    arguments: impl Fn(&str) -> String,
) {
    let sandbox = with_database().unwrap();
    for (name, bytes) in files {
        sandbox.write(name, bytes);
    }
    let cases = files.iter().filter(|(path, _)| !path.contains('/'));
    let mut compared = 0;
    for (path, bytes) in cases {
        let Some(name) = path.strip_suffix(suffix) else {
            continue;
        };
        compared += 1;
        let (arguments, options) = (arguments(name), score.options);
        let run = sandbox.run(&format!("{arguments} --db my.swdb -f json {options}"));
        let theirs: Value = serde_json::from_slice(bytes).unwrap();
        if theirs.get("exit_code").is_some() {
            assert_eq!(run.code, Some(3), "{name}: Trivy refuses it");
            continue;
        }
        let (ours, theirs) = (comparable(run.json()), comparable(theirs));
        score.add(&ours, &theirs);
        let got = differences(&ours, &theirs);
        let want = score
            .kept
            .iter()
            .filter(|row| row.0 == name)
            .map(|row| row.1.to_owned());
        assert_eq!(got, want.collect(), "{name}");
    }
    assert!(compared > 5, "{compared} reports");
}

/// A sandbox with Trivy's test database as `my.swdb`.
fn with_database() -> Option<Sandbox> {
    let sandbox = Sandbox::new();
    for (name, bytes) in unpacked("trivy-db", "db/")? {
        sandbox.write(&format!("db/{name}"), bytes);
    }
    let run = sandbox.run("db import trivy db --out my.swdb");
    let told = " of Trivy's database of 2021-08-25\n";
    assert!(run.code == Some(0) && run.stdout.ends_with(told), "{run:?}");
    Some(sandbox)
}

#[test]
fn a_release_without_usual_repositories_is_refused_with_compat_trivy() {
    let Some(sandbox) = with_database() else {
        return;
    };
    let line = "bash\t5.1-1\t1\t1\tM\t(none)\t1\tx86_64\t0\tbash-5.1-1.src.rpm\n";
    for (release, is_refused) in [("7.7", false), ("10.0", true)] {
        let text = format!("Red Hat Enterprise Linux release {release} (x)\n");
        sandbox.write("root/etc/redhat-release", text);
        sandbox.write("root/var/lib/rpmmanifest/container-manifest-2", line);
        let run = sandbox.run("rootfs root --db my.swdb");
        assert_eq!((run.code, &*run.stderr), (Some(0), ""), "{release}");
        let run = sandbox.run("rootfs root --db my.swdb --compat trivy");
        let why = "no repository is known from which bash@5.1-1 of Red Hat Enterprise Linux release 10.0 (x) comes";
        assert_eq!(run.stderr.contains(why), is_refused, "{}", run.stderr);
        assert_eq!(run.code, Some(if is_refused { 3 } else { 0 }), "{release}");
    }
}

impl Score {
    fn add(&mut self, ours: &Value, theirs: &Value) {
        self.files.0 += usize::from(ours == theirs);
        self.files.1 += 1;
        let (ours, theirs) = (findings(ours), findings(theirs));
        let equal = theirs.iter().filter(|&(key, it)| ours.get(key) == Some(it));
        self.findings.0 += equal.count();
        self.findings.1 += theirs.len();
    }
}

/// Returns the findings of all results by id and package.
fn findings(report: &Value) -> BTreeMap<&String, &Value> {
    let results = report.get("Results").and_then(Value::as_array);
    let lists = results.into_iter().flatten();
    let lists = lists.filter_map(|result| result.get("Vulnerabilities")?.as_object());
    let each = lists.flatten();
    each.filter(|(key, _)| *key != ORDER).collect()
}

/// Under which the keys of findings stand in their order.
const ORDER: &str = "order";

/// The goldens were made on 2021-08-25, and say who was past the end of life then.
#[test]
fn ends_of_life_are_those_of_trivy_with_compat_trivy() {
    let (Some(files), Some(goldens)) = (
        unpacked("trivy", "trivy/rootfs/"),
        unpacked("trivy", "trivy/goldens/"),
    ) else {
        return;
    };
    let sandbox = Sandbox::new().with("SOURCE_DATE_EPOCH", "1629894030");
    for (name, bytes) in &files {
        sandbox.write(name, bytes);
    }
    let roots = files.keys().filter_map(|path| path.split('/').next());
    let roots: BTreeSet<&str> = roots.collect();
    let mut past = BTreeMap::new();
    for root in roots {
        let Some(golden) = goldens.get(&format!("{root}.json.golden")) else {
            continue;
        };
        let theirs: Value = serde_json::from_slice(golden).unwrap();
        let run = sandbox.run(&format!("rootfs {root} -f json --compat trivy"));
        let eosl = |report: &Value| report.pointer("/Metadata/OS/EOSL") == Some(&Value::Bool(true));
        assert_eq!(eosl(&run.json()), eosl(&theirs), "{root}");
        *past.entry(eosl(&theirs)).or_insert(0) += 1;
    }
    assert!(
        past.values().all(|count| *count > 2) && past.len() == 2,
        "{past:?}"
    );
}

/// Removes what cannot be equal, and names findings, so that one more moves no others.
fn comparable(mut report: Value) -> Value {
    let object = report.as_object_mut().unwrap();
    for key in ["CreatedAt", "ReportID", "Seaworthy", "Trivy"] {
        object.remove(key);
    }
    if let Some(os) = report.pointer_mut("/Metadata/OS") {
        os.as_object_mut().unwrap().remove("EOSL");
    }
    let results = report.get_mut("Results").and_then(Value::as_array_mut);
    for result in results.into_iter().flatten() {
        if let Some(found) = result.get_mut("Vulnerabilities") {
            *found = named(found);
        }
    }
    report
}

/// Returns findings by id and package.
fn named(findings: &Value) -> Value {
    let key = |finding: &Value| {
        let uid = finding.pointer("/PkgIdentifier/UID");
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap().to_owned();
        format!("{} {}", text(finding.get("VulnerabilityID")), text(uid))
    };
    let findings = findings.as_array().unwrap().iter();
    let order: Vec<Value> = findings.clone().map(|it| key(it).into()).collect();
    let named = findings.map(|it| (key(it), it.clone()));
    let order = (ORDER.to_owned(), Value::Array(order));
    Value::Object(named.chain([order]).collect())
}

/// Returns where the values differ, each place as high up as one side has nothing there.
fn differences(ours: &Value, theirs: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut todo = vec![(String::new(), Some(ours), Some(theirs))];
    while let Some((place, ours, theirs)) = todo.pop() {
        match (ours, theirs) {
            (Some(Value::Object(ours)), Some(Value::Object(theirs))) => {
                let keys: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
                todo.extend(
                    keys.into_iter()
                        .map(|key| (format!("{place}/{key}"), ours.get(key), theirs.get(key))),
                );
            }
            (Some(Value::Array(ours)), Some(Value::Array(theirs))) => {
                let indices = 0..ours.len().max(theirs.len());
                todo.extend(indices.map(|n| (format!("{place}/{n}"), ours.get(n), theirs.get(n))));
            }
            (Some(ours), Some(theirs)) if ours == theirs => {}
            (Some(_), Some(_)) => drop(found.insert(format!("differs: {place}"))),
            (Some(_), None) => drop(found.insert(format!("only ours: {place}"))),
            (None, _) => drop(found.insert(format!("only theirs: {place}"))),
        }
    }
    found
}
