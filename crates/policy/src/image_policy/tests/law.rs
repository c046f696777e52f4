//! The verdict is that of a model that was written apart from it: thousands of policies, images and
//! requests, drawn at random.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

/// A rule on known problems, as numbers.
#[derive(Debug, Clone)]
struct Drawn {
    mode: usize,
    namespace: Option<usize>,
    severity: usize,
    fixable: Option<bool>,
    exploited: Option<bool>,
}

/// A known problem, as numbers.
#[derive(Debug, Clone)]
struct Flaw {
    id: usize,
    severity: usize,
    is_fixable: bool,
    is_exploited: bool,
}

#[derive(Debug, Clone)]
struct Waived {
    id: usize,
    namespace: Option<usize>,
    days: i32,
}

const MODES: [&str; 3] = ["audit", "warn", "enforce"];
const NAMESPACES: [&str; 3] = ["shop", "kube-system", "dev"];
const SEVERITIES: [&str; 5] = ["unknown", "low", "medium", "high", "critical"];

fn drawn() -> impl Strategy<Value = Drawn> {
    let namespace = proptest::option::of(0..3_usize);
    let truth = || proptest::option::of(any::<bool>());
    (0..3_usize, namespace, 0..5_usize, truth(), truth()).prop_map(
        |(mode, namespace, severity, fixable, exploited)| Drawn {
            mode,
            namespace,
            severity,
            fixable,
            exploited,
        },
    )
}

fn flaw() -> impl Strategy<Value = Flaw> {
    (0..6_usize, 0..5_usize, any::<bool>(), any::<bool>()).prop_map(
        |(id, severity, is_fixable, is_exploited)| Flaw {
            id,
            severity,
            is_fixable,
            is_exploited,
        },
    )
}

fn waived() -> impl Strategy<Value = Waived> {
    (0..6_usize, proptest::option::of(0..3_usize), -3..3_i32).prop_map(|(id, namespace, days)| {
        Waived {
            id,
            namespace,
            days,
        }
    })
}

fn written(rules: &[Drawn], exceptions: &[Waived]) -> String {
    let mut spec = "rules:".to_owned();
    for (place, rule) in rules.iter().enumerate() {
        let scope = rule.namespace.map_or(String::new(), |at| {
            format!("match: {{namespaces: [{}]}}, ", NAMESPACES[at])
        });
        let truth = |name: &str, truth: Option<bool>| {
            truth.map_or(String::new(), |is| format!(", {name}: {is}"))
        };
        write!(
            spec,
            "\n- {{name: r{place}, mode: {}, {scope}vulnerabilities: {{severity: {}{}{}}}}}",
            MODES[rule.mode],
            SEVERITIES[rule.severity],
            truth("fixable", rule.fixable),
            truth("exploited", rule.exploited),
        )
        .unwrap();
    }
    spec += "\nexceptions:";
    for exception in exceptions {
        let scope = exception.namespace.map_or(String::new(), |at| {
            format!("namespaces: [{}], ", NAMESPACES[at])
        });
        let until = today()
            .checked_add(jiff::Span::new().days(exception.days))
            .unwrap();
        write!(
            spec,
            "\n- {{ids: [CVE-2026-{}], {scope}reason: a, owner: b, until: {until}}}",
            exception.id
        )
        .unwrap();
    }
    if exceptions.is_empty() {
        spec += " []";
    }
    if rules.is_empty() {
        spec = spec.replace("rules:", "rules: []");
    }
    spec
}

fn drawn_facts(flaws: &[Flaw]) -> Vec<Arc<Found>> {
    let drawn = flaws.iter().map(|flaw| Found {
        fixed: if flaw.is_fixable {
            "2".to_owned()
        } else {
            String::new()
        },
        is_exploited: flaw.is_exploited,
        since: today().checked_sub(jiff::Span::new().days(3)).ok(),
        ..found(
            FoundKind::Vulnerability,
            &format!("CVE-2026-{}", flaw.id),
            SEVERITIES[flaw.severity].parse().unwrap(),
        )
    });
    drawn.map(Arc::new).collect()
}

/// What must come of it: each rule, each flaw, each exception, in loops.
fn modelled(rules: &[Drawn], flaws: &[Flaw], exceptions: &[Waived], namespace: usize) -> usize {
    let mut worst = 0;
    for rule in rules {
        for flaw in flaws {
            let mut counts = flaw.severity >= rule.severity;
            if let Some(at) = rule.namespace {
                counts &= at == namespace;
            }
            if let Some(is) = rule.fixable {
                counts &= is == flaw.is_fixable;
            }
            if let Some(is) = rule.exploited {
                counts &= is == flaw.is_exploited;
            }
            for exception in exceptions {
                let holds = exception.days >= 0 && exception.id == flaw.id;
                if holds && exception.namespace.is_none_or(|at| at == namespace) {
                    counts = false;
                }
            }
            if counts {
                worst = worst.max(rule.mode);
            }
        }
    }
    worst
}

/// A question about an image, as numbers.
#[derive(Debug, Clone)]
struct Question {
    namespace: usize,
    days: i32,
    is_labelled: bool,
    is_object: bool,
    runs_already: bool,
}

fn question() -> impl Strategy<Value = Question> {
    let truths = (any::<bool>(), any::<bool>(), any::<bool>());
    (0..3_usize, -1..2_i32, truths).prop_map(
        |(namespace, days, (is_labelled, is_object, runs_already))| Question {
            namespace,
            days,
            is_labelled,
            is_object,
            runs_already,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    /// What was decided about one question holds for another only if the same is decided there.
    #[test]
    fn what_is_remembered_is_what_would_be_decided(
        rules in proptest::collection::vec(drawn(), 0..5),
        flaws in proptest::collection::vec(flaw(), 0..6),
        exceptions in proptest::collection::vec(waived(), 0..3),
        questions in proptest::collection::vec(question(), 2..6),
    ) {
        let joined = "running: {grace: 7d}\nrules:\n- {name: tier, match: {labels: {tier: front}}, manifestRules: {ids: [JOIN-PROGRAM]}}";
        let written = written(&rules, &exceptions).replacen("rules: []", "rules:", 1);
        let policy = policy(&written.replacen("rules:", joined, 1));
        let facts = ImageFacts { found: drawn_facts(&flaws), ..facts() };
        let labels = BTreeMap::from([("tier".to_owned(), "front".to_owned())]);
        let none = BTreeMap::new();
        let mut remembered: Vec<Decided> = Vec::new();
        for question in &questions {
            let image = AskedImage { runs_already: question.runs_already, ..image("a", Known::Scanned(&facts)) };
            let asked = Asked {
                object: if question.is_object { "Pod/a" } else { "" },
                namespace: NAMESPACES[question.namespace],
                labels: if question.is_labelled { &labels } else { &none },
                ..Asked::of_images(&[])
            };
            let day = today().checked_add(jiff::Span::new().days(question.days)).unwrap();
            let fresh = Decided::of(&policy, &asked, &image, day);
            let held = remembered.iter().find(|it| it.holds(&policy, &asked, &image, day));
            match held {
                Some(held) => prop_assert_eq!(held, &fresh),
                None => remembered.push(fresh),
            }
        }
    }

    #[test]
    fn the_verdict_is_that_of_the_model(
        rules in proptest::collection::vec(drawn(), 0..5),
        flaws in proptest::collection::vec(flaw(), 0..6),
        exceptions in proptest::collection::vec(waived(), 0..3),
        namespace in 0..3_usize,
    ) {
        let policy = policy(&written(&rules, &exceptions));
        let facts = ImageFacts { found: drawn_facts(&flaws), ..facts() };
        let verdict = asked(&policy, image("a", Known::Scanned(&facts)), NAMESPACES[namespace], &[], None);
        let want = [Outcome::Allow, Outcome::Warn, Outcome::Deny][modelled(&rules, &flaws, &exceptions, namespace)];
        prop_assert_eq!(verdict.outcome, want);
    }
}
