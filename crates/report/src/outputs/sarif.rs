//! SARIF 2.1.0, for code hosts and editors.
//!
//! Source of truth: the OASIS standard "Static Analysis Results Interchange Format 2.1.0". Waived
//! findings are there with their suppression; gaps are notifications of the tool; who vouches for the data is a
//! property of the run.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use model::{Gap, Severity};
use serde_json::{Value, json};

use super::Output;
use crate::problem::{Problem, gaps, problems, sentence};
use crate::text::safe;
use crate::{Answer, Answers, origin};

pub(super) static OUTPUT: Output = Output {
    name: "sarif",
    write,
};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

fn write(answers: &Answers<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let runs: Vec<Value> = answers.each.iter().map(|(answer, _)| run(answer)).collect();
    let document = json!({"$schema": SCHEMA, "version": "2.1.0", "runs": runs});
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn run(answer: &Answer<'_>) -> Value {
    let problems = problems(answer);
    let mut by_id = BTreeMap::new();
    for problem in &problems {
        let worst: &mut &Problem<'_> = by_id.entry(problem.id).or_insert(problem);
        if problem.severity > worst.severity {
            *worst = problem;
        }
    }
    let index: BTreeMap<&str, usize> = by_id.keys().copied().zip(0..).collect();
    let rules: Vec<Value> = by_id.values().map(|problem| rule(problem)).collect();
    let results: Vec<Value> = problems
        .iter()
        .map(|problem| result(problem, index.get(problem.id).copied().unwrap_or(0)))
        .collect();
    let notifications: Vec<Value> = gaps(answer).iter().map(notification).collect();
    let mut run = json!({
        "tool": {"driver": {
            "name": "seaworthy",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules,
        }},
        "columnKind": "unicodeCodePoints",
        "invocations": [{
            "executionSuccessful": true,
            "toolExecutionNotifications": notifications,
        }],
        "results": results,
    });
    if let (Some(origin), Some(fields)) = (origin::of_answer(answer), run.as_object_mut()) {
        fields.insert("properties".to_owned(), json!({"database": origin}));
    }
    run
}

/// A rule of ours says all it knows; an advisory has no more than its id.
fn rule(problem: &Problem<'_>) -> Value {
    let mut rule = json!({
        "id": problem.id,
        "shortDescription": {"text": problem.title},
        "defaultConfiguration": {"level": level(problem.severity)},
        "properties": {
            "security-severity": score(problem.severity),
            "tags": tags(problem),
        },
    });
    if let (Some(known), Some(fields)) = (&problem.about, rule.as_object_mut()) {
        let help = format!("{}. Fix: {}", known.concern, known.fix);
        fields.insert("fullDescription".to_owned(), json!({"text": known.concern}));
        fields.insert("help".to_owned(), json!({"text": help}));
    }
    rule
}

fn tags<'a>(problem: &Problem<'a>) -> Vec<&'a str> {
    let documents = problem.about.as_ref().map(|about| &about.documents);
    let documents = documents.into_iter().flatten().copied();
    std::iter::once("security").chain(documents).collect()
}

fn result(problem: &Problem<'_>, index: usize) -> Value {
    let (line, column) = problem.place;
    let mut result = json!({
        "ruleId": problem.id,
        "ruleIndex": index,
        "level": level(problem.severity),
        "message": {"text": safe(&problem.message)},
        "locations": [{
            "physicalLocation": {
                "artifactLocation": {"uri": uri(problem.file)},
                "region": {"startLine": line, "startColumn": column},
            },
            "logicalLocations": [{"fullyQualifiedName": safe(&problem.subject)}],
        }],
        "partialFingerprints": {"seaworthy/v1": problem.fingerprint},
    });
    if let (Some(waiver), Some(fields)) = (problem.waived, result.as_object_mut()) {
        let suppression = json!({"kind": "external", "justification": safe(&waiver.reason)});
        fields.insert("suppressions".to_owned(), json!([suppression]));
    }
    result
}

fn notification(gap: &Gap) -> Value {
    json!({
        "level": "warning",
        "descriptor": {"id": format!("gap/{}", gap.kind.name())},
        "message": {"text": safe(&sentence(gap))},
    })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Unknown => "note",
    }
}

/// The number by which GitHub tells severities: the middle of each range of CVSS.
const fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Unknown => "0.0",
    }
}

/// Returns a path as a URI reference (RFC 3986): relative if it is.
fn uri(path: &str) -> String {
    let scheme = if path.starts_with('/') { "file://" } else { "" };
    let path = path.strip_prefix("./").unwrap_or(path);
    let mut uri = String::from(scheme);
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _never = write!(uri, "%{byte:02X}");
        }
    }
    uri
}
