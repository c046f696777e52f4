//! The program as kubesec: its recorded runs, and its own test suite read as data.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::process::Stdio;

use serde_json::Value;

use crate::program::{Run, Sandbox, list, text};

/// Runs that are not compared whole, and why.
const NOT_COMPARED: &[(&str, &str)] = &[
    ("version", "the version is ours"),
    ("table format", "laid out alike, without colours"),
    ("sarif template", "the template is not among the data"),
    (
        "print-rules yaml",
        "folded where the reasons, which are ours, are longer",
    ),
    ("print-rules table", "padded to the reasons, which are ours"),
];

struct Peer {
    sandbox: Sandbox,
    data: BTreeMap<String, Vec<u8>>,
    /// Their reason and ours, by id.
    reasons: Vec<(String, String, String)>,
}

impl Peer {
    fn new() -> Option<Self> {
        let path = testkit::shared("conformance/kubesec.tar.gz")?;
        let data = testkit::members(&path).unwrap();
        let sandbox = Sandbox::new();
        for (name, bytes) in &data {
            if let Some(name) = name.strip_prefix("kubesec/assets/") {
                sandbox.write(&format!("asset/{name}"), bytes);
            }
        }
        let mut peer = Self {
            sandbox,
            data,
            reasons: Vec::new(),
        };
        let ours = peer.run(&["print-rules"], None, &[]);
        let ours: Value = serde_json::from_str(&ours.stdout).unwrap();
        let theirs = peer.json("print-rules.json");
        for (ours, theirs) in list(&ours, "").iter().zip(list(&theirs, "")) {
            let [id, theirs, ours] = [
                text(ours, "/id"),
                text(theirs, "/reason"),
                text(ours, "/reason"),
            ]
            .map(str::to_owned);
            peer.reasons.push((id, theirs, ours));
        }
        Some(peer)
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&self.data[&format!("kubesec/{name}")]).unwrap()
    }

    fn run(&self, arguments: &[&str], stdin: Option<&str>, variables: &[(&str, &str)]) -> Run {
        let input = self.sandbox.write("stdin", stdin.unwrap_or_default());
        let mut command = self.sandbox.command("");
        command
            .arg0("kubesec")
            .args(arguments)
            .envs(variables.iter().copied())
            .stdin(Stdio::from(File::open(input).unwrap()));
        let output = command.output().unwrap();
        let folder = fs::canonicalize(self.sandbox.path("."))
            .unwrap()
            .display()
            .to_string();
        let text = |bytes: &[u8]| {
            String::from_utf8_lossy(bytes)
                .replace(&format!("{folder}/SCHEMAS"), "/SCHEMAS")
                .replace("builtin:///", "file:///SCHEMAS/")
                .replace(&folder, "/CWD")
        };
        Run {
            code: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// Replaces the reasons of rules by their ids.
    fn comparable(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (id, theirs, ours) in &self.reasons {
            for reason in [theirs, ours] {
                text = text.replace(reason, &format!("<{id}>"));
            }
            text = text.replace(&format!("<{id}>."), &format!("<{id}>"));
        }
        text
    }
}

#[test]
fn runs_as_recorded() {
    let Some(peer) = Peer::new() else { return };
    let schemas = peer.json("schema/k8s-1.37.0-strict.json");
    let mut pod = schemas["files"]["pod-v1.json"].clone();
    pod["definitions"] = schemas["definitions"].clone();
    for version in ["master", "v1.37.0"] {
        let name = format!("SCHEMAS/{version}-standalone-strict/pod-v1.json");
        peer.sandbox.write(&name, pod.to_string());
    }
    let folder = peer.sandbox.path("SCHEMAS").display().to_string();
    for case in list(&peer.json("cli.json"), "") {
        let name = text(case, "/name");
        if NOT_COMPARED.iter().any(|(known, _)| *known == name) {
            continue;
        }
        let is_about_schemas = name.contains("schema");
        let mut arguments: Vec<&str> = list(case, "/args")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        if let Some(place) = arguments.iter().position(|word| *word == "/SCHEMAS") {
            if is_about_schemas {
                arguments[place] = &folder;
            } else {
                // as good as the files, and faster
                arguments.drain(place - 1..=place);
            }
        }
        let variables: Vec<(&str, &str)> = case["env"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (&**name, value.as_str().unwrap()))
            .map(|(name, value)| (name, if value == "/SCHEMAS" { &folder } else { value }))
            .collect();
        let run = peer.run(&arguments, case["stdin"].as_str(), &variables);
        assert_eq!(run.code.map(i64::from), case["exit"].as_i64(), "{name}");
        let want = peer.comparable(text(case, "/stdout"));
        assert_eq!(peer.comparable(&run.stdout), want, "{name}");
        let first = |text: &str| text.lines().next().unwrap_or_default().to_owned();
        assert_eq!(first(&run.stderr), first(text(case, "/stderr")), "{name}");
    }
}

#[test]
fn prints_the_rules_in_every_form() {
    let Some(peer) = Peer::new() else { return };
    let cases = peer.json("cli.json");
    let want = |name: &str| {
        let case = list(&cases, "").iter().find(|case| case["name"] == name);
        text(case.unwrap(), "/stdout").to_owned()
    };
    let parsed = |text: &str| {
        let mut rules = yaml::read_one(text.as_bytes(), &yaml::Limits::default())
            .unwrap()
            .root
            .to_json();
        for rule in rules.as_array_mut().unwrap() {
            rule["reason"] = Value::Null;
        }
        rules
    };
    let yaml = peer.run(&["print-rules", "-f", "yaml"], None, &[]).stdout;
    assert_eq!(parsed(&yaml), parsed(&want("print-rules yaml")));
    let cells = |text: &str| -> Vec<String> {
        let row = |line: &str| {
            let cells: Vec<&str> = line.split('|').collect();
            [cells[0], cells[2], cells[3]].join("|")
        };
        text.lines().map(row).collect()
    };
    let table = peer.run(&["print-rules", "-f", "table"], None, &[]).stdout;
    assert_eq!(cells(&table), cells(&want("print-rules table")));
}

#[test]
fn passes_kubesecs_own_tests() {
    let Some(peer) = Peer::new() else { return };
    let mut checked = 0;
    for case in list(&peer.json("bats.json"), "") {
        let name = text(case, "/name");
        if text(case, "/local") != "pass" || text(case, "/file") == "0_test_deps.bats" {
            continue;
        }
        let asset = list(case, "/assets").first().and_then(Value::as_str);
        let path = asset.map(|asset| format!("asset/{asset}"));
        let input = asset.map(|asset| {
            String::from_utf8(peer.data[&format!("kubesec/assets/{asset}")].clone()).unwrap()
        });
        let is_piped = name.contains("piped") || name.contains("redirected");
        let arguments = match &path {
            _ if is_piped && name.contains("/dev/stdin") => vec!["scan", "/dev/stdin"],
            _ if is_piped => vec!["scan", "-"],
            Some(path) => vec!["scan", path],
            None if name.contains("invalid file") => vec!["scan", "somefile.yaml"],
            None => vec!["scan"],
        };
        let run = peer.run(&arguments, input.as_deref().filter(|_| is_piped), &[]);
        for assertion in list(case, "/assertions").iter().filter_map(Value::as_str) {
            checked += usize::from(holds(assertion, &run, name));
        }
    }
    assert!(checked > 60, "{checked}");
}

/// Checks an assertion of the suite; false if it is about something that is not the program.
fn holds(assertion: &str, run: &Run, name: &str) -> bool {
    let output = format!("{}{}", run.stdout, run.stderr);
    let score = |is_meant: fn(i64) -> bool| {
        let mut scores = output.split("with a score of ").skip(1);
        scores.any(|rest| {
            let number = rest.split(' ').next().unwrap();
            is_meant(number.parse().unwrap())
        })
    };
    let is_good = match assertion {
        "assert_gt_zero_points" => score(|score| score > 0) && run.code == Some(0),
        "assert_zero_points" => score(|score| score == 0) && run.code != Some(0),
        "assert_lt_zero_points" => score(|score| score < 0) && run.code != Some(0),
        "assert_success" => run.code == Some(0),
        "assert_failure" | "assert_failure_local" => run.code != Some(0),
        "assert_file_not_found" => output.contains("no such file or directory"),
        "assert_invalid_input" => ["Invalid input", "error while parsing", "no such file"]
            .iter()
            .any(|text| output.contains(text)),
        _ => match assertion.split_once(' ') {
            Some(("assert_line", line)) => output.lines().any(|seen| line == format!("\"{seen}\"")),
            Some(("assert_output", "--regexp \"[mM]issing 'apiVersion' key\"")) => {
                output.contains("issing 'apiVersion' key")
            }
            Some(("assert_output", rest)) if rest.starts_with("--partial ") => {
                output.contains(rest.trim_start_matches("--partial ").trim_matches('"'))
            }
            _ => return false,
        },
    };
    assert!(is_good, "{name}: {assertion}: {run:?}");
    true
}

#[test]
fn says_what_kubesec_loses() {
    let sandbox = Sandbox::new();
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a}]}\n";
    sandbox.write("two.yaml", format!("{pod}--- # two\n{pod}"));
    let faithful = sandbox.run("scan two.yaml");
    assert_eq!(faithful.stdout.matches("\"object\"").count(), 1);
    assert_eq!(
        faithful.stderr,
        "note: two.yaml:6:1: kubesec does not see that a document begins here\n\
         note: --strict-documents judges all that Kubernetes sees\n"
    );
    let strict = sandbox.run("scan two.yaml --strict-documents");
    assert_eq!(strict.stdout.matches("\"object\"").count(), 2);
    assert_eq!(strict.stderr, "");
}
