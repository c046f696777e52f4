//! One object to one report: its schema first, then every rule.

use std::cmp::Reverse;

use yaml::{Document, Kind, Limits, Node};

use super::go;
use super::report::{Report, Scoring};
use super::rules::Rule;
use super::subject::Subject;
use super::validate::{self, Schemas};

/// How to judge.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'s> {
    /// The name of the file, as the reports say it.
    pub file_name: &'s str,
    /// The rules that are asked, in the order of the table.
    pub rules: &'s [&'static Rule],
    /// The schemas.
    pub schemas: &'s Schemas,
    /// Which documents are judged.
    pub documents: Documents,
    /// What reading may cost.
    pub limits: Limits,
}

/// Which documents of a file are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Documents {
    /// Those that kubesec sees.
    AsKubesec,
    /// All that Kubernetes sees.
    All,
}

/// Whether duplicate keys are a fault: in JSON they are, in YAML the last one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Duplicates {
    Refused,
    Forgiven,
}

/// Judges a document; none is a comment without anything else.
pub(super) fn judge(
    document: Option<&Document>,
    duplicates: Duplicates,
    settings: &Settings<'_>,
) -> Report {
    let Some(document) = document else {
        let mut report = empty("Unknown".to_owned(), settings.file_name);
        report.valid = true;
        ask(&mut report, settings, |_| Some(false));
        return report;
    };
    if duplicates == Duplicates::Refused && !document.duplicates.is_empty() {
        let mut report = empty(object(&document.root), settings.file_name);
        report.message = validate::duplicates(document);
        return report;
    }
    judge_node(&document.root, settings)
}

/// Judges an object.
pub(super) fn judge_node(root: &Node, settings: &Settings<'_>) -> Report {
    let mut report = empty(object(root), settings.file_name);
    report.message = validate::message(root, settings.schemas);
    if !report.message.is_empty() {
        return report;
    }
    report.valid = true;
    let subject = Subject::new(root);
    let kind = root.get("kind").map(go::text);
    ask(&mut report, settings, |rule| {
        if subject.is_nothing() {
            return Some(false);
        }
        let is_meant = kind
            .as_deref()
            .is_some_and(|kind| rule.kinds.contains(&kind));
        is_meant.then(|| (rule.hits)(&subject))
    });
    report
}

/// Returns a report that says nothing yet.
pub(super) fn empty(object: String, file_name: &str) -> Report {
    Report {
        object,
        valid: false,
        file_name: file_name.to_owned(),
        message: String::new(),
        score: 0,
        scoring: Scoring::default(),
        rules: Vec::new(),
    }
}

/// Asks every rule; `hits` is none for a rule that is not for this object.
fn ask(report: &mut Report, settings: &Settings<'_>, hits: impl Fn(&'static Rule) -> Option<bool>) {
    for rule in settings.rules {
        let Some(is_hit) = hits(rule) else { continue };
        report.rules.push(rule);
        let scoring = &mut report.scoring;
        match (is_hit, rule.points >= 0) {
            (true, true) => scoring.passed.push(rule),
            (true, false) => scoring.critical.push(rule),
            (false, true) => scoring.advise.push(rule),
            (false, false) => {}
        }
        report.score += if is_hit { rule.points } else { 0 };
    }
    let scoring = &mut report.scoring;
    for list in [
        &mut scoring.critical,
        &mut scoring.passed,
        &mut scoring.advise,
    ] {
        list.sort_by_key(|rule| (Reverse(rule.points.abs()), rule.selector));
    }
    let score = report.score;
    report.message = if report.rules.is_empty() {
        "This resource kind is not supported by kubesec".to_owned()
    } else if score >= 0 {
        format!("Passed with a score of {score} points")
    } else {
        format!("Failed with a score of {score} points")
    };
}

/// Returns the name of an object: `Pod/web.shop`.
fn object(root: &Node) -> String {
    if !matches!(root.kind(), Kind::Mapping(_)) {
        return "Unknown".to_owned();
    }
    let text = |node: Option<&Node>| node.filter(|node| !node.is_null()).map(go::text);
    let Some(kind) = text(root.get("kind")) else {
        return "Unknown".to_owned();
    };
    let of_metadata = |name| text(root.get("metadata").and_then(|metadata| metadata.get(name)));
    let name = of_metadata("name").unwrap_or_else(|| "undefined".to_owned());
    let namespace = of_metadata("namespace").unwrap_or_else(|| "default".to_owned());
    format!("{kind}/{name}.{namespace}")
}
