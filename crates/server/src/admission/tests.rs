//! What the webhooks answer is what `policy::judge` says of the same facts, whatever is remembered: policies,
//! images and requests drawn at random, asked again and again while the policy changes.

use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;
use model::{Digest, Severity};
use policy::image_policy::{
    Asked as Question, AskedImage, Found, FoundKind, ImageFacts, Known, Outcome, RuleIds, judge,
};
use proptest::prelude::*;

use super::*;
use crate::kept::Kept;
use crate::scans::{Keeping, Lead, Look, Looker, Scans};
use crate::watched::Watched;

const NAMESPACES: [&str; 2] = ["shop", "dev"];
const SEVERITIES: [&str; 4] = ["low", "medium", "high", "critical"];
const MODES: [&str; 3] = ["audit", "warn", "enforce"];

/// Images by name: `i0` has the first flaws of a list, `i1` the next; what is beyond is of no registry.
struct Drawn(Vec<Vec<usize>>);

fn digest(number: usize) -> Digest {
    let mut bytes = [7; 32];
    bytes[0] = u8::try_from(number).unwrap();
    Digest::new(bytes)
}

impl Drawn {
    fn facts(&self, number: usize) -> Option<ImageFacts> {
        let found = self.0.get(number)?.iter().map(|flaw| Found {
            kind: FoundKind::Vulnerability,
            id: format!("CVE-2026-{flaw}"),
            aliases: Vec::new(),
            severity: SEVERITIES[flaw % 4].parse::<Severity>().unwrap(),
            place: "a 1".to_owned(),
            package: "a".to_owned(),
            fixed: String::new(),
            is_exploited: false,
            epss: 0,
            since: None,
        });
        Some(ImageFacts {
            digest: Some(digest(number)),
            platform: String::new(),
            created: None,
            found: found.map(Arc::new).collect(),
            base: None,
            past_end: None,
            gaps: Vec::new(),
            data: Vec::new(),
            running: None,
            pulled: Some(digest(number)),
            judged: None,
            news: std::collections::BTreeMap::new(),
            others: Vec::new(),
        })
    }

    fn of(&self, name: &str) -> Option<ImageFacts> {
        self.facts(name.strip_prefix("r.example/i")?.parse().ok()?)
    }
}

impl Looker for Drawn {
    fn refuses(&self, _: &str) -> Option<String> {
        None
    }

    fn find(&self, name: &str) -> Lead {
        let digest = self.of(name).and_then(|facts| facts.digest);
        digest.map_or_else(|| Lead::Unreachable("no answer".to_owned()), Lead::Image)
    }

    fn scan(&self, name: &str, pulled: Option<Digest>) -> Look {
        match self.of(name) {
            Some(facts) => Look::Scanned {
                facts: Box::new(facts),
                pulled,
            },
            None => Look::Unreachable("no answer".to_owned()),
        }
    }
}

fn policy(rules: &[(usize, usize, Option<usize>)], unreachable: usize, until: i8) -> String {
    let rules = rules
        .iter()
        .enumerate()
        .map(|(place, (mode, severity, at))| {
            let scope = at.map_or(String::new(), |at| {
                format!("match: {{namespaces: [{}]}}, ", NAMESPACES[at])
            });
            format!(
                "\n  - {{name: r{place}, mode: {}, {scope}vulnerabilities: {{severity: {}}}}}",
                MODES[*mode], SEVERITIES[*severity]
            )
        });
    let rules: String = rules.collect();
    let rules = if rules.is_empty() { " []" } else { &rules };
    let until = today().checked_add(jiff::Span::new().days(until)).unwrap();
    format!(
        "apiVersion: seaworthy.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {{name: p}}\nspec:\n  rules:{rules}\n  \
         cases: {{unreachable: {{action: {}}}}}\n  exceptions:\n  \
         - {{ids: [CVE-2026-3], namespaces: [shop], reason: a, owner: b, until: {until}}}\n",
        ["allow", "warn", "deny"][unreachable]
    )
}

fn today() -> Date {
    jiff::civil::date(2026, 11, 26)
}

fn parsed(text: &str) -> ImagePolicy {
    ImagePolicy::read("p.yaml", text, &RuleIds::default()).unwrap()
}

/// A gate over drawn images, whose policy is what the text says.
fn gate(drawn: Vec<Vec<usize>>, text: &Arc<Mutex<String>>) -> Gate {
    let keeping = Keeping {
        tag: Duration::from_mins(1),
        failure: Duration::from_mins(1),
        bytes: 1 << 20,
        workers: 2,
    };
    let clock: crate::Clock = Arc::new(|| "2026-11-26T12:00:00Z".parse().unwrap());
    let kept = Kept::new(None, Arc::new(String::new), Arc::clone(&clock));
    let source = Arc::clone(text);
    let read = move || {
        Ok(parsed(
            &source.lock().unwrap_or_else(PoisonError::into_inner),
        ))
    };
    let watched = Watched::new(parsed(&text.lock().unwrap()), Box::new(read));
    Gate::new(
        watched,
        Scans::new(Arc::new(Drawn(drawn)), keeping, kept),
        clock,
    )
}

#[test]
fn a_cluster_says_how_long_it_waits_as_go_writes_it() {
    for (query, want) in [
        ("", None),
        ("a=5s", None),
        ("timeout=10s", Some(10_000)),
        ("a=b&timeout=500ms", Some(500)),
        ("timeout=1.5s", Some(1_500)),
        ("timeout=0m30s", Some(30_000)),
        ("timeout=1m0s", Some(60_000)),
        ("timeout=1h0m0s", Some(60_000)),
        ("timeout=99999999999999999999s", Some(1_000)),
        ("timeout=-5s", Some(1_000)),
        ("timeout=", Some(1_000)),
        ("timeout=10", Some(1_000)),
        ("timeout=soon", Some(1_000)),
    ] {
        let want = want.map(Duration::from_millis);
        assert_eq!(given(Some(query)), want, "{query}");
    }
    assert_eq!(given(None), None);
}

#[test]
fn the_policy_and_the_cluster_say_how_long_to_wait() {
    let start = Instant::now();
    // milliseconds for an answer and for a scan
    for (said, timeout, want) in [
        ("{}", None, (2_500, 2_500)),
        ("{scanFor: 1s}", None, (2_500, 1_000)),
        ("{scanFor: 0s}", None, (2_500, 0)),
        ("{scanFor: 10s}", None, (10_000, 10_000)),
        ("{scanFor: 10s}", Some(5), (4_500, 4_500)),
        ("{scanFor: 1s}", Some(2), (1_500, 1_000)),
    ] {
        let text = policy(&[], 0, 1).replace("cases: {", &format!("cases: {{unscanned: {said}, "));
        let timeout = timeout.map(Duration::from_secs);
        let ends = Gate::ends(&parsed(&text), start, timeout);
        let millis = |end: Instant| (end - start).as_millis();
        assert_eq!((millis(ends.answer), millis(ends.scan)), want, "{said}");
    }
}

/// Returns what must come of it: the same facts, judged at once.
fn modelled(policy: &ImagePolicy, drawn: &Drawn, names: &[String], namespace: &str) -> Outcome {
    let facts: Vec<Option<ImageFacts>> = names.iter().map(|name| drawn.of(name)).collect();
    let images = names.iter().zip(&facts).map(|(name, facts)| AskedImage {
        name,
        known: match facts {
            Some(facts) => Known::Scanned(facts),
            None => Known::Unreachable("no answer".to_owned()),
        },
        runs_already: false,
    });
    let images: Vec<AskedImage<'_>> = images.collect();
    let question = Question {
        namespace,
        ..Question::of_images(&images)
    };
    judge(policy, &question, today()).outcome
}

fn pod_review(names: &[String], namespace: &str) -> Vec<u8> {
    let containers: Vec<Value> = names
        .iter()
        .map(|name| json!({"name": "c", "image": name}))
        .collect();
    let review = json!({
        "kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1",
        "request": {
            "uid": "u", "kind": {"version": "v1", "kind": "Pod"}, "namespace": namespace, "operation": "CREATE",
            "object": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": containers}},
        },
    });
    review.to_string().into_bytes()
}

fn image_names(numbers: &[usize]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for number in numbers {
        let name = format!("r.example/i{number}");
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// A question of many images takes its turn, and ends with its time; a small one is answered at once.
#[test]
fn many_images_are_judged_as_far_as_there_is_time() {
    let text = policy(&[], 0, 1).replace("rules: []", "rules: [{name: r, tags: {deny: [old]}}]");
    let gate = gate(Vec::new(), &Arc::new(Mutex::new(text)));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    for (count, left, is_judged) in [
        (2_000, Duration::from_secs(30), true),
        (2_000, Duration::ZERO, false),
        (1, Duration::ZERO, true),
    ] {
        let names: Vec<usize> = (0..count).collect();
        let review = ImageReview {
            images: image_names(&names),
            namespace: "shop".to_owned(),
            ..ImageReview::default()
        };
        let start = Instant::now() - Duration::from_secs(40);
        let times = (start, Some(Duration::from_secs(40) + left));
        let times = if left.is_zero() {
            times
        } else {
            (Instant::now(), Some(left))
        };
        let answer = runtime.block_on(reviewed_images(&gate, times, &review));
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let want = if is_judged {
            Value::Null
        } else {
            let why = "r.example/i0: unjudged: the time was over before it was judged with 1999 images after it; ask again, about fewer images at a time";
            json!(format!("{why} (policy {})", gate.watched.policy().label()))
        };
        assert_eq!(answer["status"]["reason"], want, "{count}");
    }
}

type Rules = Vec<(usize, usize, Option<usize>)>;

fn rules() -> impl Strategy<Value = Rules> {
    let rule = (0..3_usize, 0..4_usize, proptest::option::of(0..2_usize));
    proptest::collection::vec(rule, 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_is_admitted_that_the_policy_denies(
        flaws in proptest::collection::vec(proptest::collection::vec(0..8_usize, 0..5), 1..4),
        policies in proptest::collection::vec((rules(), 0..3_usize, -1..2_i8), 1..4),
        questions in proptest::collection::vec(
            (0..4_usize, proptest::collection::vec(0..4_usize, 1..4), 0..2_usize), 4..10),
    ) {
        let drawn = Drawn(flaws.clone());
        let texts: Vec<String> = policies.iter().map(|(rules, case, until)| policy(rules, *case, *until)).collect();
        let text = Arc::new(Mutex::new(texts[0].clone()));
        let gate = gate(flaws, &text);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        for (which, numbers, namespace) in &questions {
            let now = &texts[which % texts.len()];
            text.lock().unwrap().clone_from(now);
            gate.watched.renew();
            let (names, namespace) = (image_names(numbers), NAMESPACES[*namespace]);
            let want = modelled(&parsed(now), &drawn, &names, namespace);
            let review = ImageReview { images: names.clone(), namespace: namespace.to_owned(), ..ImageReview::default() };
            let asked = Asked {
                review: AdmissionReview::read(&pod_review(&names, namespace)).unwrap(),
                policy: gate.watched.policy(),
                ends: Ends::at(Instant::now() + Duration::from_secs(30)),
            };
            let (images, pod) = runtime.block_on(async {
                let images = reviewed_images(&gate, (Instant::now(), Some(Duration::from_secs(30))), &review).await;
                (images, validated(&gate, &asked).await)
            });
            let images: Value = serde_json::from_str(&images).unwrap();
            prop_assert_eq!(&images["status"]["allowed"], &json!(want != Outcome::Deny));
            prop_assert_eq!(&images["status"]["auditAnnotations"]["seaworthy-outcome"], want.name());
            prop_assert_eq!(&pod["response"]["allowed"], &json!(want != Outcome::Deny));
            prop_assert_eq!(&pod["response"]["auditAnnotations"]["seaworthy-outcome"], want.name());
        }
    }
}
