//! Policies, and what they say of images, workloads and themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;

mod cases;
mod conditions;
mod exceptions;
mod law;
mod words;

/// The day on which everything is judged here.
pub(super) fn today() -> Date {
    "2026-11-26".parse().unwrap()
}

/// Reads a policy with this `spec`.
pub(super) fn policy(spec: &str) -> ImagePolicy {
    let spec = spec.replace('\n', "\n  ");
    let text = format!(
        "apiVersion: seaworthy.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {{name: prod}}\nspec:\n  {spec}\n"
    );
    ImagePolicy::read("p.yaml", &text, &RuleIds::default()).unwrap()
}

pub(super) fn found(kind: FoundKind, id: &str, severity: Severity) -> Found {
    Found {
        kind,
        id: id.to_owned(),
        aliases: Vec::new(),
        severity,
        place: "libssl3 3.0.11".to_owned(),
        package: "libssl3".to_owned(),
        fixed: String::new(),
        is_exploited: false,
        epss: 0,
        since: None,
    }
}

/// Facts of an image with nothing wrong.
pub(super) fn facts() -> ImageFacts {
    ImageFacts {
        digest: None,
        platform: "linux/amd64".to_owned(),
        created: "2026-11-01".parse().ok(),
        found: Vec::new(),
        base: Some("debian:12-slim".to_owned()),
        past_end: None,
        gaps: Vec::new(),
        data: vec![(Data::Advisories, "2026-11-25".parse().unwrap())],
        running: None,
        pulled: None,
        judged: None,
        news: BTreeMap::new(),
        others: Vec::new(),
    }
}

/// Facts of an image with one exploited problem that has a fix, one that has none, a flaw and a secret.
fn bad_facts() -> ImageFacts {
    let log4j = Found {
        aliases: vec!["GHSA-jfh8-c2jp-5v3q".to_owned()],
        place: "log4j-core 2.14.1".to_owned(),
        package: "log4j-core".to_owned(),
        fixed: "2.15.0".to_owned(),
        is_exploited: true,
        epss: 97_000,
        since: "2026-11-20".parse().ok(),
        ..found(
            FoundKind::Vulnerability,
            "CVE-2021-44228",
            Severity::Critical,
        )
    };
    ImageFacts {
        created: "2025-01-01".parse().ok(),
        found: vec![
            log4j,
            found(FoundKind::Vulnerability, "CVE-2024-0001", Severity::Low),
            found(FoundKind::Build, "USR-ROOT", Severity::High),
            found(FoundKind::Secret, "github-pat", Severity::Critical),
        ]
        .into_iter()
        .map(Arc::new)
        .collect(),
        base: Some("ubuntu:20.04".to_owned()),
        past_end: Some(("debian 10".to_owned(), "2024-06-30".parse().unwrap())),
        gaps: vec![(
            model::GapKind::Unread,
            "app.jar: nobody reads it yet".to_owned(),
        )],
        data: vec![(Data::Advisories, "2026-08-01".parse().unwrap())],
        ..facts()
    }
}

/// Asks about one image in a namespace, with annotations and a user.
fn asked(
    policy: &ImagePolicy,
    image: AskedImage<'_>,
    namespace: &str,
    annotations: &[(&str, &str)],
    user: Option<User<'_>>,
) -> Verdict {
    let pairs = annotations
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    let asked = Asked {
        object: "Pod/shop/api",
        namespace,
        labels: &BTreeMap::from([("app".to_owned(), "api".to_owned())]),
        namespace_labels: None,
        annotations: &pairs.collect(),
        user,
        images: &[image],
        misconfigurations: &[],
    };
    judge(policy, &asked, today())
}

fn image<'a>(name: &'a str, known: Known<'a>) -> AskedImage<'a> {
    AskedImage {
        name,
        known,
        runs_already: false,
    }
}

/// Writes a verdict as `outcome: rule: text | …`.
fn told(verdict: &Verdict) -> String {
    let reasons = verdict
        .reasons
        .iter()
        .map(|it| format!("{}: {}", it.rule, it.text));
    format!(
        "{}: {}",
        verdict.outcome.name(),
        reasons.collect::<Vec<_>>().join(" | ")
    )
}
