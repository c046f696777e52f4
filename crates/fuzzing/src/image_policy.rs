//! Proves that any text is a policy or none, that what is wrong has a place in it, and that verdicts hold
//! what they promise whatever names say.
//!
//! The first line of an input is the name of an image, the rest is the policy.

use jiff::civil::date;
use policy::image_policy::{Asked, AskedImage, ImagePolicy, Known, Outcome, RuleIds, judge};

/// Reads `input` as a policy and asks it about an image.
///
/// # Panics
/// If a problem stands nowhere in the text, or a verdict is longer than promised or steers a terminal.
pub fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (name, text) = text.split_once('\n').unwrap_or(("", &text));
    let policy = match ImagePolicy::read("p", text, &RuleIds::default()) {
        Ok(policy) => policy,
        Err(problems) => {
            let lines = text
                .split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'])
                .count();
            assert!(!problems.is_empty(), "a policy that is wrong is told why");
            assert!(
                problems.iter().all(|it| it.line <= lines.saturating_add(1)),
                "{problems:?}"
            );
            return;
        }
    };
    let images = [AskedImage {
        name,
        known: Known::Unscannable(name.to_owned()),
        runs_already: false,
    }];
    let asked = Asked {
        namespace: name,
        object: name,
        ..Asked::of_images(&images)
    };
    let verdict = judge(&policy, &asked, date(2026, 11, 26));
    let line = verdict.line();
    assert!(
        line.len() <= 1_000 && !line.contains(char::is_control),
        "{line:?}"
    );
    let is_short = |it: &String| it.chars().count() <= 120 && !it.contains(char::is_control);
    assert!(
        verdict.warnings().iter().all(is_short),
        "{:?}",
        verdict.warnings()
    );
    assert!(
        verdict.outcome != Outcome::Deny || !verdict.reasons.is_empty(),
        "a denial has a reason"
    );
    let again = judge(&policy, &asked, date(2026, 11, 26));
    assert!(again == verdict, "the same question has the same verdict");
}

/// Returns policies that hold everything a policy may.
pub fn seeds() -> Vec<Vec<u8>> {
    let rules = "nginx:1\napiVersion: seaworthy.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {name: p}\nspec:\n  mode: warn\n  match: {namespaces: ['*'], labels: {a: b}}\n  rules:\n  - {name: a, registries: {allow: ['registry.example/**'], deny: [nginx]}}\n  - {name: b, tags: {deny: [latest], digest: required}}\n  - {name: c, vulnerabilities: {severity: high, epss: 0.5, fixedFor: 3d}}\n  - {name: d, imageAge: {max: 3d}}\n";
    let rest = "a@b\napiVersion: seaworthy.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {name: p}\nspec:\n  cases: {unscanned: {action: warn, scanFor: 3s}, stale: {after: 3d}}\n  exceptions:\n  - {ids: ['*'], images: ['**'], reason: a, owner: b, until: 2027-01-01}\n  breakGlass: {annotation: a, namespaces: ['*']}\n  running: {grace: 7d}\n  pinDigests: true\n";
    [rules, rest].map(|text| text.as_bytes().to_vec()).to_vec()
}
