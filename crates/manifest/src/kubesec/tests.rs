//! kubesec's own reports on its test files and on ours are what we must say, too.

use std::collections::BTreeMap;

use serde_json::Value;

use super::*;

/// The files of the conformance data; none where it is not here.
fn data() -> Option<BTreeMap<String, Vec<u8>>> {
    let path = testkit::shared("conformance/kubesec.tar.gz")?;
    Some(testkit::members(&path).unwrap())
}

fn json(data: &BTreeMap<String, Vec<u8>>, name: &str) -> Value {
    serde_json::from_slice(&data[&format!("kubesec/{name}")]).unwrap()
}

fn built_in() -> Schemas {
    Schemas::new(None, Source::BuiltIn)
}

/// Replaces the reasons, which are not to be equal, by those of our rules, and the place of schemas.
fn comparable(text: &str) -> String {
    let mut out = String::new();
    let mut id = String::new();
    for line in text.lines() {
        let trimmed = line.trim();
        if let Some(rest) = trimmed.strip_prefix("\"id\": \"") {
            id = rest.trim_end_matches("\",").to_owned();
        }
        if trimmed.starts_with("\"reason\": ") {
            let (indent, _) = line.split_once(trimmed).unwrap();
            out.extend([indent, "\"reason\": ", &id, "\n"]);
        } else {
            out += &line.replace("file:///SCHEMAS/", "builtin:///");
            out += "\n";
        }
    }
    out
}

#[test]
fn reports_are_kubesecs_byte_for_byte() {
    let Some(data) = data() else { return };
    let expected = json(&data, "expected.json");
    let mut wrong = Vec::new();
    let schemas = built_in();
    for (file, want) in expected.as_object().unwrap() {
        let golden = &data[&format!("kubesec/golden/{file}.stdout")];
        let golden = String::from_utf8_lossy(golden);
        let name = file
            .strip_prefix("probes/")
            .map_or_else(|| file.replacen("assets/", "asset/", 1), ToOwned::to_owned);
        let rules: Vec<_> = RULES.iter().collect();
        let settings = Settings {
            file_name: &name,
            rules: &rules,
            schemas: &schemas,
            documents: Documents::AsKubesec,
            limits: yaml::Limits::default(),
        };
        let got = match scan(&data[&format!("kubesec/{file}")], &settings) {
            Ok(scan) => to_json(&scan.reports) + "\n",
            Err(error) => error.to_string().replacen("yaml:", "Yaml:", 1) + "\n",
        };
        let is_stable = !want.to_string().contains("\"unstable\":true");
        if comparable(&got) != comparable(&golden) && is_stable {
            wrong.push(format!("{file}\n{got}\n--- want\n{golden}"));
        }
    }
    assert!(expected.as_object().unwrap().len() > 100);
    assert!(
        wrong.is_empty(),
        "{} differ: {}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn rules_are_kubesecs() {
    let Some(data) = data() else { return };
    let want = json(&data, "print-rules.json");
    let got: Vec<Value> = sorted()
        .iter()
        .map(|rule| {
            serde_json::json!({
                "id": rule.id, "selector": rule.selector, "kinds": rule.kinds,
                "points": rule.points, "advise": rule.advise,
            })
        })
        .collect();
    let mut want: Vec<Value> = want.as_array().unwrap().clone();
    for (rule, ours) in want.iter_mut().zip(RULES) {
        let reason = rule.as_object_mut().unwrap().remove("reason").unwrap();
        assert!(
            !RULES.iter().any(|rule| rule.reason == reason),
            "{}",
            ours.id
        );
    }
    assert_eq!(got, want);
}
