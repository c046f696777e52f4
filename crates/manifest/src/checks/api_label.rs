//! Labels and their keys have a grammar.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "API-LABEL",
        title: "label is not valid",
        severity: Severity::Medium,
        concern: "the API server refuses the object",
        fix: "use at most 63 letters, digits, `-`, `_` and `.`, the first and the last a letter or \
              a digit",
        maps_to: &[],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: v1
kind: Pod
metadata: {name: x, labels: {app: \"my shop\"}}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: x, labels: {-app: x}}
",
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: x}
spec: {template: {metadata: {labels: {app: web-}}}}
",
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: x}
spec: {selector: {matchLabels: {\"a/b/c\": x}}}
",
    ],
    good: &["\
apiVersion: v1
kind: Pod
metadata: {name: x, labels: {app.kubernetes.io/name: web, empty: \"\", version: v1.2_3}}
"],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    let own = Pointer::default().below(&["metadata", "labels"]);
    look(below(&object.root, &["metadata", "labels"]), &own, hits);
    let path = ["spec", "selector", "matchLabels"];
    look(
        below(&object.root, &path),
        &Pointer::default().below(&path),
        hits,
    );
    if let Some(pod) = object.pod() {
        if object.kind() != "Pod" {
            look(
                pod.labels(),
                &pod.root().below(&["metadata", "labels"]),
                hits,
            );
        }
        look(
            pod.spec(&["nodeSelector"]),
            &pod.at().key("nodeSelector"),
            hits,
        );
    }
}

fn look(labels: Option<&Node>, at: &Pointer, hits: &mut Hits<'_>) {
    for entry in labels.map(Node::entries).unwrap_or_default() {
        let key = quoted(&entry.name);
        let value = entry.value.as_str().unwrap_or_default();
        let message = if !is_key(&entry.name) {
            format!("{key} is no valid key of a label")
        } else if !value.is_empty() && !is_name(value) {
            format!("the value {} of {key} is not valid", quoted(value))
        } else {
            continue;
        };
        hits.push(Hit::new(at.clone().key(&entry.name), message));
    }
}

fn is_key(key: &str) -> bool {
    let (prefix, name) = key.split_once('/').unwrap_or(("a", key));
    let is_small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_part = |part: &str| {
        let inner = !part.starts_with('-') && !part.ends_with('-');
        inner && !part.is_empty() && part.chars().all(is_small)
    };
    is_name(name) && prefix.len() <= 253 && prefix.split('.').all(is_part)
}

fn is_name(name: &str) -> bool {
    let is_end = |c: char| c.is_ascii_alphanumeric();
    let is_part = |c: char| is_end(c) || matches!(c, '-' | '_' | '.');
    name.len() <= 63
        && name.starts_with(is_end)
        && name.ends_with(is_end)
        && name.chars().all(is_part)
}
