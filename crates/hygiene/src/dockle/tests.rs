//! Dockle's own verdicts on its recorded images are what we must say, too.

use model::{EntryKind, Limits};
use serde_json::Value;

use super::*;

fn recorded(name: &str) -> Option<Value> {
    let path = testkit::shared("conformance/dockle.tar.gz")?;
    let members = testkit::members(&path).unwrap();
    Some(serde_json::from_slice(&members[name]).unwrap())
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn files(case: &Value) -> Files {
    let mut files = Files::default();
    for layer in items(&case["layers"]) {
        for entry in items(layer) {
            let kind = match text(entry, "type") {
                "file" => EntryKind::File,
                "dir" => EntryKind::Folder,
                "symlink" => EntryKind::Symlink,
                _ => EntryKind::HardLink,
            };
            let mode = u16::from_str_radix(text(entry, "mode"), 8).unwrap();
            let name = text(entry, "path").as_bytes();
            files.add(name, Entry { kind, mode }, &Limits::default());
            if is_account_file(name) && kind == EntryKind::File {
                files.add_content(name, text(entry, "content").as_bytes().to_vec());
            }
        }
        files.end_layer();
    }
    files
}

/// Reads the options that the cases use, as the command line reads them.
fn options(case: &Value) -> (Options, Level) {
    let mut options = Options::default();
    let mut exit_level = Level::Warn;
    let arguments: Vec<&str> = items(&case["args"])
        .iter()
        .filter_map(Value::as_str)
        .collect();
    for pair in arguments.chunks(2) {
        let value = pair.get(1).copied().unwrap_or_default().to_owned();
        match pair[0] {
            "-i" => _ = options.ignored.insert(value),
            "--accept-key" => _ = options.accepted_keys.insert(value),
            "--sensitive-word" => options.sensitive_words.push(value),
            "-af" => _ = options.accepted_files.insert(value),
            "--sensitive-file" => options.sensitive_files.push(value),
            "--sensitive-file-extension" => options.sensitive_extensions.push(value),
            "-l" | "--exit-level" => exit_level = Level::of_option(&value),
            "-c" | "--exit-code" => {}
            other => panic!("{other}"),
        }
    }
    let list = |name: &str| {
        let values = case["env"][name].as_str().unwrap_or_default().split(',');
        values
            .filter(|value| !value.is_empty())
            .map(ToOwned::to_owned)
    };
    options.accepted_keys.extend(list("DOCKLE_ACCEPT_KEYS"));
    options.ignored.extend(list("DOCKLE_IGNORES"));
    options.has_content_trust = case["env"]["DOCKER_CONTENT_TRUST"] == "1";
    (options, exit_level)
}

fn verdict(case: &Value) -> (Verdict, Level) {
    let config = serde_json::json!({"config": case["config"], "history": case["history"]});
    let config: ImageConfig = serde_json::from_value(config).unwrap();
    let (options, level) = options(case);
    let subject = Subject {
        config: &config,
        shown: &config,
        files: &files(case),
        name: None,
    };
    (judge(&subject, &options), level)
}

/// Sorts the alerts of each code: their order is random in Dockle.
fn sorted(mut report: Value) -> Value {
    for detail in report["details"].as_array_mut().unwrap() {
        let alerts = detail["alerts"].as_array_mut().unwrap();
        alerts.sort_by_key(ToString::to_string);
    }
    report
}

#[test]
fn verdicts_are_dockles() {
    let Some(cases) = recorded("cases.json") else {
        return;
    };
    let mut wrong = Vec::new();
    for case in items(&cases) {
        let (verdict, level) = verdict(case);
        let got = sorted(serde_json::from_str(&forms::to_json(&verdict).unwrap()).unwrap());
        let code = items(&case["args"])
            .iter()
            .skip_while(|it| *it != "-c" && *it != "--exit-code");
        let code: u64 = code
            .skip(1)
            .find_map(|it| it.as_str()?.parse().ok())
            .unwrap_or(0);
        let exit = if verdict.reaches(level) { code } else { 0 };
        // where Dockle panics, an answer is all that can be asked for
        let is_panic = case["failure"] == "panic";
        let want = (&case["expected"], case["exit"].as_u64().unwrap());
        if !is_panic && (&got, exit) != (&sorted(want.0.clone()), want.1) {
            wrong.push(format!(
                "{}\n{got}\n{}\n{exit} {}",
                case["name"], want.0, want.1
            ));
        }
    }
    assert!(items(&cases).len() > 100);
    assert!(
        wrong.is_empty(),
        "{} differ: {}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn texts_are_dockles_byte_for_byte() {
    let (Some(cases), Some(texts)) = (recorded("cases.json"), recorded("text.json")) else {
        return;
    };
    let cases: BTreeMap<&str, &Value> = items(&cases)
        .iter()
        .map(|it| (text(it, "name"), it))
        .collect();
    let mut seen = 0;
    for want in items(&texts) {
        // some of the recorded cases are held back
        let Some(case) = cases.get(text(want, "case")) else {
            continue;
        };
        let (verdict, _) = verdict(case);
        let got = match text(want, "format") {
            "json" => forms::to_json(&verdict).unwrap(),
            "sarif" => forms::to_sarif(&verdict).unwrap(),
            _ => forms::to_list(&verdict, false),
        };
        assert_eq!(got, text(want, "stdout"), "{}", want["case"]);
        seen += 1;
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn a_name_without_a_tag_means_latest() {
    let config = ImageConfig::default();
    for (name, want) in [
        (None, false),
        (Some("nginx"), true),
        (Some("nginx:latest"), true),
        (Some("r.example:5000/nginx"), true),
        (Some("r.example:5000/nginx:1"), false),
        (Some("nginx@sha256:0"), false),
    ] {
        let files = Files::default();
        let subject = Subject {
            config: &config,
            shown: &config,
            files: &files,
            name,
        };
        let verdict = judge(&subject, &Options::default());
        let has = verdict.counting().any(|it| it.code.id == "DKL-DI-0006");
        assert_eq!(has, want, "{name:?}");
    }
}

/// Each is answered, and an alert a line is all that grows.
#[test]
fn what_is_made_to_hurt_is_answered() {
    let line = |at: usize| format!("RUN apt-get update && A_TOKEN=x{at} sudo apk add b");
    let long = "A_TOKEN='x' && ".repeat(70_000);
    let quotes = "A_TOKEN=\"".repeat(100_000);
    let accounts = "a::1:1\n".repeat(100_000);
    for (why, lines, user, want) in [
        (
            "history",
            (0..100_000).map(line).collect(),
            "app",
            "DKL-DI-0001",
        ),
        ("one line", vec![long], "app", "CIS-DI-0010"),
        ("quotes", vec![quotes], "", "CIS-DI-0001"),
        ("accounts", Vec::new(), "root", "DKL-LI-0002"),
        (
            "a user beyond numbers",
            Vec::new(),
            "4294967296",
            "CIS-DI-0006",
        ),
    ] {
        let step = |line: String| model::History {
            created_by: line,
            ..model::History::default()
        };
        let config = ImageConfig {
            history: lines.into_iter().map(step).collect(),
            config: model::ContainerConfig {
                user: user.to_owned(),
                entrypoint: vec!["a".repeat(1 << 20)],
                ..model::ContainerConfig::default()
            },
            ..ImageConfig::default()
        };
        let mut files = Files::default();
        let entry = Entry {
            kind: EntryKind::File,
            mode: 0o644,
        };
        files.add(b"etc/passwd", entry, &Limits::default());
        files.add_content(b"etc/passwd", accounts.clone().into_bytes());
        files.end_layer();
        let subject = Subject {
            config: &config,
            shown: &config,
            files: &files,
            name: None,
        };
        let verdict = judge(&subject, &Options::default());
        assert!(verdict.counting().any(|it| it.code.id == want), "{why}");
    }
}
