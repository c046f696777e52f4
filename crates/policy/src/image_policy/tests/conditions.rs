//! What each condition says of an image.

use super::*;
use crate::image_policy::conditions::CONDITIONS;

#[test]
fn names_and_tags_are_judged_spelled_out() {
    let facts = facts();
    let rules = "rules:
- {name: ours, registries: {allow: ['registry.example/**', nginx], deny: ['registry.example/old/*']}}
- {name: pinned, mode: warn, tags: {deny: [latest, 'dev-*'], digest: required}}";
    let policy = policy(rules);
    let digest = "@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    for (name, want) in [
        (format!("registry.example/a:1{digest}"), "allow: "),
        (format!("docker.io/library/nginx{digest}"), "allow: "),
        (
            "nginx:1".to_owned(),
            "warn: pinned: its name holds no digest, so it may be another image tomorrow",
        ),
        (
            "registry.example/a".to_owned(),
            "warn: pinned: its tag is `latest`, which is denied",
        ),
        (
            format!("registry.example/a:dev-7{digest}"),
            "warn: pinned: its tag is `dev-7`, which is denied",
        ),
        (
            format!("registry.example/old/a{digest}"),
            "deny: ours: registry.example/old/a is denied by `registry.example/old/*`",
        ),
        (
            format!("registry.example.attacker.test/a{digest}"),
            "deny: ours: registry.example.attacker.test/a is none of the allowed",
        ),
        (
            format!("quay.io/a{digest}"),
            "deny: ours: quay.io/a is none of the allowed",
        ),
        (
            "Not A Name".to_owned(),
            "deny: ours: nobody can tell where it comes from: `Not A Name` is not an image name: its repository is malformed; it takes lower-case letters, digits, - _ . / | pinned: nobody can tell its tag: `Not A Name` is not an image name: its repository is malformed; it takes lower-case letters, digits, - _ . /",
        ),
    ] {
        let verdict = asked(
            &policy,
            image(&name, Known::Scanned(&facts)),
            "shop",
            &[],
            None,
        );
        assert_eq!(told(&verdict), want, "{name}");
    }
}

#[test]
fn what_is_only_worth_knowing_is_no_unknown_harm() {
    for (kind, want) in [
        (FoundKind::Build, "INFO"),
        (FoundKind::Secret, "INFO"),
        (FoundKind::Vulnerability, "UNKNOWN"),
    ] {
        assert_eq!(found(kind, "X", Severity::Unknown).word(), want);
    }
}

/// Conditions, and what each says of the image with all that is wrong; of the good one, none says anything.
const EXAMPLES: &[(&str, &str)] = &[
    (
        "vulnerabilities: {exploited: true}",
        "1 known problem: CRITICAL CVE-2021-44228 (log4j-core 2.14.1)",
    ),
    (
        "vulnerabilities: {severity: high}",
        "1 known problem: CRITICAL CVE-2021-44228 (log4j-core 2.14.1)",
    ),
    (
        "vulnerabilities: {severity: low}",
        "2 known problems: CRITICAL CVE-2021-44228 (log4j-core 2.14.1), LOW CVE-2024-0001 (libssl3 3.0.11)",
    ),
    (
        "vulnerabilities: {severity: low, fixable: false}",
        "1 known problem: LOW CVE-2024-0001 (libssl3 3.0.11)",
    ),
    (
        "vulnerabilities: {epss: 0.9}",
        "1 known problem: CRITICAL CVE-2021-44228 (log4j-core 2.14.1)",
    ),
    ("vulnerabilities: {epss: 0.98}", ""),
    (
        "vulnerabilities: {ids: [GHSA-jfh8-c2jp-5v3q]}",
        "1 known problem: CRITICAL CVE-2021-44228 (log4j-core 2.14.1)",
    ),
    (
        "vulnerabilities: {ids: ['CVE-2024-*']}",
        "1 known problem: LOW CVE-2024-0001 (libssl3 3.0.11)",
    ),
    ("vulnerabilities: {severity: low, exceptIds: ['CVE-*']}", ""),
    // the fix is six days old
    ("vulnerabilities: {fixedFor: 7d}", ""),
    (
        "vulnerabilities: {fixedFor: 6d}",
        "1 known problem: CRITICAL CVE-2021-44228 (log4j-core 2.14.1)",
    ),
    (
        "imageRules: {severity: high}",
        "1 build flaw: HIGH USR-ROOT (libssl3 3.0.11)",
    ),
    ("imageRules: {ids: ['DAT-*']}", ""),
    (
        "secrets: {}",
        "1 secret: CRITICAL github-pat (libssl3 3.0.11)",
    ),
    (
        "bases: {allow: ['debian:12*']}",
        "its base is ubuntu:20.04, which is none of the allowed",
    ),
    (
        "endOfLife: {}",
        "debian 10 has had no fixes since 2024-06-30",
    ),
    ("endOfLife: {after: 1000d}", ""),
    (
        "endOfLife: {after: 879d}",
        "debian 10 has had no fixes since 2024-06-30",
    ),
    (
        "imageAge: {max: 90d}",
        "it was built on 2025-01-01, more than 90 days ago",
    ),
    (
        "gaps: {}",
        "1 gap in what was looked at: app.jar: nobody reads it yet",
    ),
    ("gaps: {kinds: [damaged]}", ""),
];

/// Days on which an image says that it was built, on 2026-11-26.
#[test]
fn an_image_is_no_younger_than_today() {
    let policy = policy("rules:\n- {name: r, imageAge: {max: 90d}}");
    for (created, want) in [
        ("2026-11-26", ""),
        // a clock that is ahead, or another zone
        ("2026-11-27", ""),
        (
            "2026-11-28",
            "it says that it was built on 2026-11-28, which is yet to come",
        ),
        (
            "2099-01-01",
            "it says that it was built on 2099-01-01, which is yet to come",
        ),
        ("1970-01-01", "it does not say when it was built"),
    ] {
        let facts = ImageFacts {
            created: Some(created.parse().unwrap()),
            ..facts()
        };
        let known = Known::Scanned(&facts);
        let verdict = asked(&policy, image("a", known), "shop", &[], None);
        let texts: Vec<&str> = verdict.reasons.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(texts.join(" | "), want, "{created}");
    }
}

/// Fixes may come on the last day, too.
#[test]
fn the_last_day_of_a_distribution_is_not_past() {
    for (end, after, is_denied) in [
        ("2026-11-26", 0, false),
        ("2026-11-25", 0, true),
        ("2026-11-25", 1, true),
        ("2026-11-25", 2, false),
    ] {
        let policy = policy(&format!(
            "rules:\n- {{name: r, endOfLife: {{after: {after}d}}}}"
        ));
        let facts = ImageFacts {
            past_end: Some(("debian 10".to_owned(), end.parse().unwrap())),
            ..facts()
        };
        let known = Known::Scanned(&facts);
        let verdict = asked(&policy, image("a", known), "shop", &[], None);
        assert_eq!(!verdict.reasons.is_empty(), is_denied, "{end} {after}");
    }
}

#[test]
fn what_was_found_is_judged_by_each_condition() {
    for (condition, bad) in EXAMPLES {
        let policy = policy(&format!("rules:\n- {{name: r, {condition}}}"));
        for (facts, want) in [(facts(), ""), (bad_facts(), *bad)] {
            let verdict = asked(
                &policy,
                image("a", Known::Scanned(&facts)),
                "shop",
                &[],
                None,
            );
            let texts: Vec<&str> = verdict.reasons.iter().map(|it| it.text.as_str()).collect();
            assert_eq!(texts.join(" | "), want, "{condition}");
        }
    }
}

/// What is wrong on one platform of an image is wrong, and each reason says on which.
#[test]
fn reasons_say_on_which_platform_something_is_wrong() {
    let good = facts();
    let bad = |platform: &str| ImageFacts {
        platform: platform.to_owned(),
        ..bad_facts()
    };
    for (condition, alone) in EXAMPLES.iter().filter(|(_, bad)| !bad.is_empty()) {
        let policy = policy(&format!("rules:\n- {{name: r, {condition}}}"));
        let (arm, amd) = (bad("linux/arm64"), bad("linux/amd64"));
        for (platforms, is_everywhere) in [
            (vec![good.clone(), arm.clone()], false),
            (vec![arm.clone(), good.clone()], false),
            (vec![amd, arm], true),
        ] {
            let whole = ImageFacts::together(platforms).unwrap();
            let known = Known::Scanned(&whole);
            let verdict = asked(&policy, image("a", known), "shop", &[], None);
            let text = &verdict.reasons[0].text;
            assert_eq!(text.contains(" on linux/arm64"), !is_everywhere, "{text}");
            assert_eq!(text.replace(" on linux/arm64", ""), *alone);
        }
    }
}

#[test]
fn a_policy_tells_what_need_not_be_found() {
    for (rules, want) in [
        ("- {name: a, tags: {deny: [latest]}}", Severity::Critical),
        ("- {name: a, manifestRules: {}}", Severity::Medium),
        (
            "- {name: a, manifestRules: {severity: high}}",
            Severity::High,
        ),
        (
            "- {name: a, manifestRules: {ids: [POD-BARE]}}",
            Severity::Unknown,
        ),
        (
            "- {name: a, manifestRules: {severity: low, ids: [POD-BARE]}}\n- {name: b, manifestRules: {}}",
            Severity::Low,
        ),
    ] {
        assert_eq!(
            policy(&format!("rules:\n{rules}")).least_severity(),
            want,
            "{rules}"
        );
    }
}

#[test]
fn the_schema_knows_every_condition() {
    let schema = schema();
    let rule = schema
        .pointer("/properties/spec/properties/rules/items")
        .unwrap();
    for condition in CONDITIONS {
        assert!(
            rule["properties"].get(condition.key).is_some(),
            "{}",
            condition.key
        );
    }
    assert_eq!(rule["oneOf"].as_array().unwrap().len(), CONDITIONS.len());
    let keys = CONDITIONS.iter().map(|it| it.key);
    assert!(keys.is_sorted());
}
