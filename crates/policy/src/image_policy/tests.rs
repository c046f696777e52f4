//! Policies, and what they say of images, workloads and themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;

mod law;

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
    ImagePolicy::read("p.yaml", &text).unwrap()
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
        data: "2026-11-25".parse().ok(),
        running: None,
        pulled: None,
        judged: None,
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
        data: "2026-08-01".parse().ok(),
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
const CONDITIONS: &[(&str, &str)] = &[
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
        "imageAge: {max: 90d}",
        "it was built on 2025-01-01, more than 90 days ago",
    ),
    (
        "gaps: {}",
        "1 gap in what was looked at: app.jar: nobody reads it yet",
    ),
    ("gaps: {kinds: [damaged]}", ""),
];

#[test]
fn what_was_found_is_judged_by_each_condition() {
    for (condition, bad) in CONDITIONS {
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

#[test]
fn where_nothing_can_be_said_the_policy_says_what_to_do() {
    let old = bad_facts();
    for (cases, known, want) in [
        (
            "",
            Known::Unscanned("a scan began".to_owned()),
            "deny: unscanned: a scan began",
        ),
        (
            "",
            Known::Unscannable("it is no image".to_owned()),
            "deny: unscannable: it is no image",
        ),
        (
            "",
            Known::Unreachable("no answer".to_owned()),
            "deny: unreachable: no answer",
        ),
        (
            "unscanned: {action: warn}",
            Known::Unscanned("a scan began".to_owned()),
            "warn: unscanned: a scan began",
        ),
        (
            "unscanned: {action: allow}",
            Known::Unscanned("a scan began".to_owned()),
            "allow: unscanned: a scan began",
        ),
        (
            "unreachable: {action: warn}",
            Known::Unreachable("no answer".to_owned()),
            "warn: unreachable: no answer",
        ),
        (
            "stale: {after: 30d}",
            Known::Scanned(&old),
            "deny: stale: the data is of 2026-08-01, 117 days old, the limit is 30",
        ),
        ("stale: {after: 200d}", Known::Scanned(&old), "allow: "),
    ] {
        let policy = policy(&format!(
            "cases: {{{cases}}}\nrules:\n- {{name: r, vulnerabilities: {{ids: [NONE-1]}}}}"
        ));
        let verdict = asked(&policy, image("a", known), "shop", &[], None);
        assert_eq!(told(&verdict), want, "{cases}");
    }
    // who asks nothing of what is in images needs no scan
    let policy = policy("rules:\n- {name: r, tags: {deny: [latest]}}");
    let verdict = asked(
        &policy,
        image("a:1", Known::Unscanned(String::new())),
        "shop",
        &[],
        None,
    );
    assert_eq!(
        (told(&verdict).as_str(), policy.asks_for_scans()),
        ("allow: ", false)
    );
}

#[test]
fn scopes_say_whom_a_rule_concerns() {
    let facts = facts();
    for (scope, namespace, is_concerned) in [
        ("", "shop", true),
        ("namespaces: ['shop-*', shop]", "shop", true),
        ("namespaces: ['shop-*', shop]", "shop-2", true),
        ("namespaces: ['shop-*', shop]", "workshop", false),
        ("excludedNamespaces: ['kube-*']", "kube-system", false),
        ("excludedNamespaces: ['kube-*']", "shop", true),
        ("labels: {app: 'a*'}", "shop", true),
        ("labels: {app: b}", "shop", false),
        ("labels: {other: '*'}", "shop", false),
        // nobody knows them, so they count as there
        ("namespaceLabels: {tier: gold}", "shop", true),
    ] {
        for spec in [
            format!("rules:\n- {{name: r, match: {{{scope}}}, tags: {{digest: required}}}}"),
            format!("match: {{{scope}}}\nrules:\n- {{name: r, tags: {{digest: required}}}}"),
        ] {
            let verdict = asked(
                &policy(&spec),
                image("a", Known::Scanned(&facts)),
                namespace,
                &[],
                None,
            );
            assert_eq!(
                verdict.outcome == Outcome::Deny,
                is_concerned,
                "{spec} {namespace}"
            );
        }
    }
}

#[test]
fn exceptions_hold_where_and_until_they_say() {
    let facts = bad_facts();
    let rest = "reason: no untrusted logs, owner: ops@example";
    for (exception, is_excepted) in [
        ("ids: [CVE-2021-44228], until: 2026-11-26", true),
        ("ids: [CVE-2021-44228], until: 2026-11-25", false),
        ("ids: ['CVE-2021-*'], until: 2027-01-01", true),
        ("ids: [GHSA-jfh8-c2jp-5v3q], until: 2027-01-01", true),
        ("ids: [exploited], until: 2027-01-01", true),
        (
            "ids: [CVE-2021-44228], images: ['registry.example/**'], until: 2027-01-01",
            true,
        ),
        (
            "ids: [CVE-2021-44228], images: ['quay.io/**'], until: 2027-01-01",
            false,
        ),
        (
            "ids: [CVE-2021-44228], namespaces: [shop], until: 2027-01-01",
            true,
        ),
        (
            "ids: [CVE-2021-44228], namespaces: [other], until: 2027-01-01",
            false,
        ),
        (
            "ids: [CVE-2021-44228], packages: [log4j-core], until: 2027-01-01",
            true,
        ),
        (
            "ids: [CVE-2021-44228], packages: [libssl3], until: 2027-01-01",
            false,
        ),
    ] {
        let spec = format!(
            "rules:\n- {{name: exploited, vulnerabilities: {{exploited: true}}}}\nexceptions:\n- {{{exception}, {rest}}}"
        );
        let policy = policy(&spec);
        let verdict = asked(
            &policy,
            image("registry.example/shop/api:1", Known::Scanned(&facts)),
            "shop",
            &[],
            None,
        );
        assert_eq!(
            verdict.outcome == Outcome::Allow,
            is_excepted,
            "{exception}"
        );
        assert_eq!(!verdict.used.is_empty(), is_excepted, "{exception}");
        assert!(verdict.used.iter().all(|it| it.owner == "ops@example"));
    }
}

#[test]
fn glass_breaks_only_for_who_may_and_is_told() {
    let key = "seaworthy.image-policy.k8s.io/break-glass";
    let admins = ["admins".to_owned()];
    let alice = User {
        name: "alice",
        groups: &admins,
    };
    let bob = User {
        name: "bob",
        groups: &[],
    };
    let facts = bad_facts();
    let configured = format!(
        "breakGlass: {{annotation: {key}, users: ['system:emergency-*'], groups: [admins], namespaces: [night]}}\n"
    );
    for (glass, annotations, user, namespace, want) in [
        (
            &*configured,
            &[(key, "INC-7")][..],
            Some(alice),
            "shop",
            Some("alice: INC-7"),
        ),
        (&configured, &[(key, "INC-7")], Some(bob), "shop", None),
        (&configured, &[(key, "INC-7")], None, "shop", None),
        (
            &configured,
            &[(key, "INC-7")],
            None,
            "night",
            Some("somebody in night: INC-7"),
        ),
        (&configured, &[(key, " ")], Some(alice), "shop", None),
        (&configured, &[], Some(alice), "shop", None),
        ("", &[(key, "INC-7")], Some(alice), "shop", None),
    ] {
        let policy = policy(&format!(
            "{glass}rules:\n- {{name: exploited, vulnerabilities: {{exploited: true}}}}"
        ));
        let verdict = asked(
            &policy,
            image("a", Known::Scanned(&facts)),
            namespace,
            annotations,
            user,
        );
        assert_eq!(verdict.broken_glass.as_deref(), want);
        let outcome = if want.is_some() {
            Outcome::Warn
        } else {
            Outcome::Deny
        };
        assert_eq!(verdict.outcome, outcome, "{glass} {namespace}");
    }
}

/// A rule on image and manifest together cannot pass an image that does not tell how it runs.
#[test]
fn an_image_that_does_not_tell_how_it_runs_is_a_case() {
    let told = ImageFacts {
        running: Some(model::Running::default()),
        ..facts()
    };
    for (facts, ids, want) in [
        (&told, "JOIN-ROOT", Outcome::Allow),
        (&facts(), "JOIN-ROOT", Outcome::Deny),
        (&facts(), "'JOIN-*'", Outcome::Deny),
        (&facts(), "'*-ROOT'", Outcome::Deny),
        (&facts(), "'CTR-*'", Outcome::Allow),
        (&facts(), "CTR-NON-ROOT", Outcome::Allow),
    ] {
        let policy = policy(&format!(
            "rules:\n- {{name: a, manifestRules: {{ids: [{ids}]}}}}"
        ));
        let verdict = asked(
            &policy,
            image("a", Known::Scanned(facts)),
            "shop",
            &[],
            None,
        );
        assert_eq!(verdict.outcome, want, "{ids}");
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
fn what_runs_already_keeps_running_for_a_while() {
    let facts = bad_facts();
    // known for six days
    for (spec, runs_already, want) in [
        ("running: {grace: 7d}", true, Outcome::Allow),
        ("running: {grace: 6d}", true, Outcome::Deny),
        ("running: {grace: 7d}", false, Outcome::Deny),
        ("mode: enforce", true, Outcome::Deny),
    ] {
        let policy = policy(&format!(
            "{spec}\nrules:\n- {{name: exploited, vulnerabilities: {{exploited: true}}}}"
        ));
        let image = AskedImage {
            runs_already,
            ..image("a", Known::Scanned(&facts))
        };
        assert_eq!(
            asked(&policy, image, "shop", &[], None).outcome,
            want,
            "{spec} {runs_already}"
        );
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
                "p.yaml:6:20: expected a span of time such as `14d` or `12h`, found the text \"long\"",
                "p.yaml:8:5: `until` is missing",
            ],
        ),
        (
            &format!(
                "{head}spec: {{rules: [{{name: a, vulnerabilities: {{severity: HIHG, epss: 2}}}}]}}"
            ),
            &[
                "p.yaml:4:54: expected one of `unknown`, `low`, `medium`, `high`, `critical`, found the text \"HIHG\"",
                "p.yaml:4:66: expected a number from 0 to 1, found a number",
            ],
        ),
        ("a: [", &["p.yaml:1:5: "]),
    ] {
        let problems = ImagePolicy::read("p.yaml", text).unwrap_err();
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        if let [want] = want
            && want.ends_with(": ")
        {
            continue;
        }
        assert_eq!(problems, want, "{text}");
    }
}

/// Names reach logs, metrics and annotations.
#[test]
fn names_are_of_one_line() {
    let text = "apiVersion: seaworthy.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {name: \"p\\e[2J\"}\nspec:\n  rules:\n  - {name: \"a\\nb\", gaps: {}}";
    let problems = ImagePolicy::read("p.yaml", text).unwrap_err();
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

#[test]
fn the_schema_knows_every_condition() {
    let schema = schema();
    let rule = schema
        .pointer("/properties/spec/properties/rules/items")
        .unwrap();
    for condition in conditions::CONDITIONS {
        assert!(
            rule["properties"].get(condition.key).is_some(),
            "{}",
            condition.key
        );
    }
    assert_eq!(
        rule["oneOf"].as_array().unwrap().len(),
        conditions::CONDITIONS.len()
    );
    let keys = conditions::CONDITIONS.iter().map(|it| it.key);
    assert!(keys.is_sorted());
}
