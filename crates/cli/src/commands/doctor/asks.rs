//! What a webhook configuration says of how it is asked: in which versions, what a question changes, and about which
//! objects.
//!
//! ```text
//! admissionReviewVersions: [v1]
//! sideEffects: None
//! rules:
//! - {apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods]}
//! ```
//! Source of truth: `admission.md` §2.2 and §2.3, `admissionregistration.k8s.io/v1`.

use yaml::Node;

use super::{Report, State};

/// The versions of a question that the API server may ask in, and `serve` answers.
const VERSIONS: [&str; 2] = ["v1", "v1beta1"];

/// What the API server takes: nothing that a dry run must not do.
const SIDE_EFFECTS: [&str; 2] = ["None", "NoneOnDryRun"];

/// What the control plane writes all the time, of which group: who waits for an answer loses its lease.
const BUSY: [(&str, &str); 3] = [
    ("coordination.k8s.io", "leases"),
    ("", "endpoints"),
    ("", "configmaps"),
];

/// Tells what the API server refuses, and what keeps the control plane waiting.
pub(super) fn check(webhook: &Node, (about, report): (&str, &mut Report)) {
    let versions = texts(webhook, "admissionReviewVersions");
    if !versions.iter().any(|it| VERSIONS.contains(it)) {
        let text = format!(
            "admissionReviewVersions is [{}]: the API server takes no webhook without v1 or v1beta1",
            versions.join(", ")
        );
        report.add(State::Broken, about, text);
    }
    let effects = webhook.get("sideEffects").and_then(Node::as_str);
    if !effects.is_some_and(|it| SIDE_EFFECTS.contains(&it)) {
        let text = format!(
            "sideEffects is {}: the API server takes None or NoneOnDryRun, and `serve` has none",
            effects.unwrap_or("missing")
        );
        report.add(State::Broken, about, text);
    }
    let busy: Vec<&str> = BUSY
        .into_iter()
        .filter(|busy| rules(webhook).iter().any(|rule| is_asked(rule, *busy)))
        .map(|(_, resource)| resource)
        .collect();
    if !busy.is_empty() {
        let text = format!(
            "its rules ask about {}: while the server is slow or down, what leads the control plane waits for it; ask about pods and workloads alone",
            busy.join(", ")
        );
        report.add(harm(webhook), about, text);
    }
}

/// Whether such a rule can stop a cluster, or only hold it up.
fn harm(webhook: &Node) -> State {
    match webhook.get("failurePolicy").and_then(Node::as_str) {
        Some("Ignore") => State::Doubtful,
        _ => State::Broken,
    }
}

fn rules(webhook: &Node) -> &[Node] {
    webhook.get("rules").map_or(&[], Node::items)
}

/// Whether a rule asks about a resource when it is written.
fn is_asked(rule: &Node, (group, resource): (&str, &str)) -> bool {
    let has = |name: &str, wanted: &[&str]| texts(rule, name).iter().any(|it| wanted.contains(it));
    let is_of_cluster = rule.get("scope").and_then(Node::as_str) == Some("Cluster");
    has("apiGroups", &["*", group])
        && has(
            "resources",
            &["*", "*/*", resource, &format!("{resource}/*")],
        )
        && has("operations", &["*", "CREATE", "UPDATE"])
        && !is_of_cluster
}

fn texts<'n>(node: &'n Node, name: &str) -> Vec<&'n str> {
    let list = node.get(name).map_or(&[][..], Node::items);
    list.iter().filter_map(Node::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the words of what is told, with how bad it is.
    fn told(fields: &str) -> Vec<String> {
        let text = format!("{{{fields}}}");
        let read = yaml::read_one(text.as_bytes(), &yaml::Limits::default()).unwrap();
        let mut report = Report::default();
        check(&read.root, ("w", &mut report));
        report.told.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_the_api_server_refuses_and_what_holds_it_up_is_told() {
        let well = "admissionReviewVersions: [v1], sideEffects: None, failurePolicy: Ignore";
        let asks = |groups: &str, resources: &str, more: &str| {
            format!(
                "{well}, rules: [{{apiGroups: [{groups}], resources: [{resources}], operations: [CREATE]{more}}}]"
            )
        };
        let none: &[&str] = &[];
        for (fields, want) in [
            (well.to_owned(), none),
            (well.replace("[v1]", "[v2, v1beta1]"), none),
            (
                well.replace("[v1]", "[v2]"),
                &["FAIL  w: admissionReviewVersions is [v2]"],
            ),
            (
                well.replace("[v1]", "[]"),
                &["FAIL  w: admissionReviewVersions is []"],
            ),
            (
                well.replace("admission", "x"),
                &["FAIL  w: admissionReviewVersions is []"],
            ),
            (
                well.replace("sideEffects: None", "a: b"),
                &["FAIL  w: sideEffects is missing"],
            ),
            (
                well.replace("s: None", "s: Some"),
                &["FAIL  w: sideEffects is Some"],
            ),
            (well.replace("s: None", "s: NoneOnDryRun"), none),
            (asks("''", "pods, pods/ephemeralcontainers", ""), none),
            (asks("apps", "'*'", ""), none),
            (
                asks("coordination.k8s.io", "leases", ""),
                &["warn  w: its rules ask about leases:"],
            ),
            (
                asks("'*'", "'*'", ""),
                &["warn  w: its rules ask about leases, endpoints, configmaps:"],
            ),
            (
                asks("''", "'*/*'", ""),
                &["warn  w: its rules ask about endpoints, configmaps:"],
            ),
            (asks("'*'", "'*'", ", scope: Cluster"), none),
            (asks("'*'", "'*'", "").replace("CREATE", "DELETE"), none),
            (
                asks("''", "configmaps", "").replace("Ignore", "Fail"),
                &["FAIL  w: its rules ask about configmaps:"],
            ),
        ] {
            let told = told(&fields);
            let is_wanted = told.len() == want.len()
                && told
                    .iter()
                    .zip(want)
                    .all(|(told, want)| told.starts_with(want));
            assert!(is_wanted, "{fields}: {told:?}");
        }
    }
}
