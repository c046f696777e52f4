//! Whom a rule concerns, and who is let off.

use super::*;

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

/// What is found by its id and what is found by a pattern are one list: the first in the file is told.
#[test]
fn the_first_exception_that_holds_is_the_one_that_is_told() {
    let facts = bad_facts();
    let by = |ids: &str, owner: &str, rest: &str| {
        format!("- {{ids: [{ids}], reason: r, owner: {owner}, until: 2027-01-01{rest}}}\n")
    };
    for (exceptions, want) in [
        (
            [by("CVE-2021-44228", "a", ""), by("'CVE-2021-*'", "b", "")],
            "a",
        ),
        (
            [by("'CVE-2021-*'", "b", ""), by("CVE-2021-44228", "a", "")],
            "b",
        ),
        (
            [
                by("CVE-2021-44228", "a", ", images: [quay.io/b]"),
                by("NONE, 'CVE-2021-*'", "b", ""),
            ],
            "b",
        ),
        // the same flaw by another name
        (
            [
                by("GHSA-jfh8-c2jp-5v3q", "a", ""),
                by("CVE-2021-44228", "b", ""),
            ],
            "a",
        ),
    ] {
        let exceptions = exceptions.concat();
        let spec = format!(
            "rules:\n- {{name: exploited, vulnerabilities: {{exploited: true}}}}\nexceptions:\n{exceptions}"
        );
        let known = Known::Scanned(&facts);
        let verdict = asked(&policy(&spec), image("a", known), "shop", &[], None);
        let owners: Vec<&str> = verdict.used.iter().map(|it| it.owner.as_str()).collect();
        assert_eq!(
            (verdict.outcome, &owners[..]),
            (Outcome::Allow, &[want][..]),
            "{spec}"
        );
    }
}
