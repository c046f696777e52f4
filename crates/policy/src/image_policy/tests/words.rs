//! What is read and what is written: problems of the file, names, the line of a verdict.

use super::*;

#[test]
fn a_reason_says_what_it_is_about() {
    let policy = policy("rules:\n- {name: r, registries: {allow: [b]}}");
    for (name, want) in [
        ("c:1", "c:1: r: index.docker.io/library/c is none of "),
        ("user:pass@host/c", "…: r: nobody can tell "),
        ("", "a container without an image: r: nobody can tell "),
    ] {
        let known = Known::Unscanned(String::new());
        let verdict = asked(&policy, image(name, known), "shop", &[], None);
        assert!(verdict.line().starts_with(want), "{}", verdict.line());
    }
}

#[test]
fn the_line_says_all_in_a_thousand_bytes() {
    let facts = bad_facts();
    let policy = policy(
        "rules:\n- {name: exploited, vulnerabilities: {exploited: true}}\n- {name: build, imageRules: {}}",
    );
    let verdict = asked(
        &policy,
        image("registry.example/shop/api:1", Known::Scanned(&facts)),
        "shop",
        &[],
        None,
    );
    let line = verdict.line();
    let want = "registry.example/shop/api:1: exploited: 1 known problem: CRITICAL CVE-2021-44228 (log4j-core 2.14.1); update log4j-core to 2.15.0 \
                | registry.example/shop/api:1: build: 1 build flaw: HIGH USR-ROOT (libssl3 3.0.11); see `seaworthy explain USR-ROOT` (policy prod@";
    assert!(line.starts_with(want), "{line}");
    let name = format!("a/{}\u{1b}[31m\nb", "é".repeat(2_000));
    let policy = self::policy(
        "rules:\n- {name: r, registries: {allow: [b]}}\n- {name: t, tags: {digest: required}}",
    );
    let verdict = asked(
        &policy,
        image(&name, Known::Scanned(&facts)),
        "shop",
        &[],
        None,
    );
    let line = verdict.line();
    assert!(
        line.len() <= 1_000 && line.ends_with(')') && line.contains("… | and 1 more (policy prod@"),
        "{line}"
    );
    assert!(!line.contains(['\n', '\u{1b}']), "{line}");
    let warnings = verdict.warnings();
    assert!(
        !warnings.is_empty()
            && warnings
                .iter()
                .all(|it| it.chars().count() <= 120 && !it.contains('\n')),
        "{warnings:?}"
    );
}

#[test]
fn problems_of_the_file_are_told_with_their_places() {
    let head = "apiVersion: seaworthy.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {name: p}\n";
    for (text, want) in [
        ("", &["p.yaml:1:1: the file is empty"][..]),
        (
            "kind: Pod\n",
            &[
                "p.yaml:1:1: `apiVersion` is missing",
                "p.yaml:1:1: `metadata` is missing",
                "p.yaml:1:1: `spec` is missing",
                "p.yaml:1:7: expected `ImagePolicy`, found the text \"Pod\"",
            ],
        ),
        (
            &format!("{head}spec: {{rulez: []}}"),
            &[
                "p.yaml:4:8: unknown key `rulez`; known are `mode`, `match`, `rules`, `cases`, `exceptions`, `breakGlass`, `running`, `pinDigests`",
            ],
        ),
        (
            &format!(
                "{head}spec:\n  rules:\n  - {{name: a}}\n  - {{name: a, tags: {{deny: latest}}}}"
            ),
            &[
                "p.yaml:6:5: a rule has one condition, this one 0: `bases`, `endOfLife`, `gaps`, `imageAge`, `imageRules`, `manifestRules`, `registries`, `secrets`, `tags`, `vulnerabilities`",
                "p.yaml:7:5: another rule is called `a`",
                "p.yaml:7:28: expected a list, found the text \"latest\"",
            ],
        ),
        (
            &format!(
                "{head}spec:\n  mode: on\n  running: {{grace: long}}\n  exceptions:\n  - {{ids: [a], reason: b, owner: c}}"
            ),
            &[
                "p.yaml:5:9: expected one of `audit`, `enforce`, `warn`, found a truth value",
                "p.yaml:6:20: expected a span of whole days such as `14d` or `48h`, found the text \"long\"",
                "p.yaml:8:5: `until` is missing",
            ],
        ),
        (
            &format!(
                "{head}spec: {{rules: [{{name: a, vulnerabilities: {{severity: HIHG, epss: 2}}}}]}}"
            ),
            &[
                "p.yaml:4:54: expected one of `unknown`, `low`, `medium`, `high`, `critical`, found the text \"HIHG\"",
                "p.yaml:4:66: expected a number from 0 to 1, found 2",
            ],
        ),
        ("a: [", &["p.yaml:1:5: "]),
    ] {
        let problems = ImagePolicy::read("p.yaml", text, &RuleIds::default()).unwrap_err();
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        if let [want] = want
            && want.ends_with(": ")
        {
            continue;
        }
        assert_eq!(problems, want, "{text}");
    }
}

/// What counts days holds no other span: it would be another one than is written.
#[test]
fn spans_that_count_days_are_of_whole_days() {
    let days = "expected a span of whole days such as `14d` or `48h`, found the text";
    for (spec, want) in [
        ("rules: [{name: a, imageAge: {max: 1h}}]", days),
        ("rules: [{name: a, endOfLife: {after: 36h}}]", days),
        ("rules: [{name: a, vulnerabilities: {fixedFor: 30m}}]", days),
        ("cases: {stale: {after: 23h}}", days),
        ("running: {grace: 10s}", days),
        (
            "cases: {unscanned: {scanFor: 2x}}",
            "expected a span of time such as `14d` or `12h`, found the text",
        ),
    ] {
        let text = format!(
            "apiVersion: seaworthy.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {{name: p}}\nspec:\n  {spec}"
        );
        let problems = ImagePolicy::read("p.yaml", &text, &RuleIds::default()).unwrap_err();
        let (before, value) = spec.rsplit_once(": ").unwrap();
        let (column, value) = (before.len() + 5, value.trim_end_matches(['}', ']']));
        assert_eq!(problems.len(), 1, "{spec}");
        assert_eq!(
            problems[0].to_string(),
            format!("p.yaml:5:{column}: {want} {value:?}")
        );
    }
}

#[test]
fn a_table_is_no_policy() {
    let text = "apiVersion: seaworthy.dev/v1alpha1\nkind: ImagePolicyTest\ntests: []";
    let problems = ImagePolicy::read("p.yaml", text, &RuleIds::default()).unwrap_err();
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let want = "p.yaml:2:7: it is a table of tests, and no policy: `seaworthy policy test --policy POLICY TESTS`";
    assert_eq!(problems, [want]);
}

/// Names reach logs, metrics and annotations.
#[test]
fn names_are_of_one_line() {
    let text = "apiVersion: seaworthy.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {name: \"p\\e[2J\"}\nspec:\n  rules:\n  - {name: \"a\\nb\", gaps: {}}";
    let problems = ImagePolicy::read("p.yaml", text, &RuleIds::default()).unwrap_err();
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let want = "expected a text of one line, without control characters, found the text";
    assert_eq!(
        problems,
        [
            format!(r#"p.yaml:3:18: {want} "p\u{{1b}}[2J""#),
            format!(r#"p.yaml:6:12: {want} "a\nb""#),
        ]
    );
}
