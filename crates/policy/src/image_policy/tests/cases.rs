//! What is done where nothing can be said, or where it runs already.

use super::*;

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
