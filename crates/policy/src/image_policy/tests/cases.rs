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

/// What nobody asks is never stale; of advisories the oldest publisher counts.
#[test]
fn the_oldest_data_that_a_rule_asks_is_what_is_stale() {
    let age = |publisher: &str, newest: &str| model::DataAge {
        publisher: publisher.to_owned(),
        newest: newest.parse().ok(),
    };
    let ages = [
        age("Alpine", "2026-11-24"),
        age("CISA KEV", "2026-11-20"),
        age("FIRST EPSS", "2025-07-05"),
        age("Node.js", "unknown"),
        age("PyPA", "2026-11-22"),
        age("endoflife.date", "2026-11-21"),
    ];
    let facts = ImageFacts {
        data: data::days(&ages),
        ..facts()
    };
    for (rule, after, want) in [
        ("vulnerabilities: {severity: critical}", 4, ""),
        (
            "vulnerabilities: {severity: critical}",
            3,
            "the data is of 2026-11-22, 4 days old, the limit is 3",
        ),
        ("vulnerabilities: {exploited: true}", 6, ""),
        (
            "vulnerabilities: {exploited: true}",
            5,
            "the data of KEV is of 2026-11-20, 6 days old, the limit is 5",
        ),
        (
            "vulnerabilities: {epss: 0.5}",
            30,
            "the data of EPSS is of 2025-07-05, 509 days old, the limit is 30",
        ),
        (
            "endOfLife: {}",
            4,
            "the data on ends of life is of 2026-11-21, 5 days old, the limit is 4",
        ),
    ] {
        let policy = policy(&format!(
            "cases: {{stale: {{after: {after}d}}}}\nrules:\n- {{name: r, {rule}}}"
        ));
        let verdict = asked(
            &policy,
            image("a", Known::Scanned(&facts)),
            "shop",
            &[],
            None,
        );
        let texts: Vec<&str> = verdict.reasons.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(texts.join(" | "), want, "{rule}");
        let days = policy
            .data_day(&facts)
            .map(|day| (today() - day).get_days());
        assert_eq!(days > Some(after), !want.is_empty(), "{rule}");
    }
}

/// A rule on image and manifest together cannot pass an image that does not tell how it runs.
#[test]
fn an_image_that_does_not_tell_how_it_runs_is_a_case() {
    let told = ImageFacts {
        running: Some(model::Running::default()),
        ..facts()
    };
    let in_part = ImageFacts::together(vec![told.clone(), facts()]).unwrap();
    for (facts, ids, want) in [
        (&told, "JOIN-ROOT", Outcome::Allow),
        (&in_part, "JOIN-ROOT", Outcome::Deny),
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

/// Of what no publisher gives a day, whoever looks again and again may know since when it is.
#[test]
fn what_is_new_to_who_looks_has_its_grace_too() {
    let policy = policy("running: {grace: 7d}\nrules:\n- {name: high, vulnerabilities: {}}");
    for (is_new, runs_already, want) in [
        (true, true, Outcome::Allow),
        (true, false, Outcome::Deny),
        (false, true, Outcome::Deny),
    ] {
        let mut facts = bad_facts();
        for found in &mut facts.found {
            let mut undated = Found::clone(found);
            undated.since = None;
            *found = Arc::new(undated);
        }
        let ids = facts.found.iter().filter(|_| is_new);
        facts.news = ids.map(|it| (it.id.clone(), today())).collect();
        let image = AskedImage {
            runs_already,
            ..image("a", Known::Scanned(&facts))
        };
        let verdict = asked(&policy, image, "shop", &[], None);
        assert_eq!(verdict.outcome, want, "{is_new} {runs_already}");
    }
}

/// What there was no time for is what the policy could say of it at worst; what was judged before stands.
#[test]
fn what_is_not_judged_in_time_is_not_let_in() {
    let names = ["a:1", "b:1", "c:1"];
    let known = |name| image(name, Known::Unscanned(String::new()));
    let images: Vec<_> = names.into_iter().map(known).collect();
    let about = Asked {
        namespace: "shop",
        images: &images,
        ..Asked::of_images(&[])
    };
    for (spec, judged, want) in [
        (
            "rules:\n- {name: r, mode: warn, tags: {digest: required}}",
            1,
            "warn: r: its name holds no digest, so it may be another image tomorrow | unjudged: the time was over before it was judged with 1 image after it",
        ),
        (
            "rules:\n- {name: r, tags: {deny: [latest]}}",
            2,
            "deny: unjudged: the time was over before it was judged",
        ),
        ("rules:\n- {name: r, tags: {deny: [latest]}}", 3, "allow: "),
        (
            "rules:\n- {name: r, match: {namespaces: [other]}, tags: {deny: [latest]}}",
            0,
            "allow: ",
        ),
    ] {
        let policy = policy(spec);
        let mut left = judged;
        let verdict = judge_by(&policy, &about, today(), |image| {
            left = usize::checked_sub(left, 1)?;
            Some(Arc::new(Decided::of(&policy, &about, image, today())))
        });
        assert_eq!(told(&verdict), want, "{spec} {judged}");
    }
}
