//! A check that a label switches off.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "API-WEBHOOK-EXEMPTION",
        title: "objects can leave an admission check by a label",
        severity: Severity::Medium,
        concern: "whoever writes an object writes its labels, too, and so decides whether it is \
                  checked",
        fix: "select by namespace, with `kubernetes.io/metadata.name`, which nobody can change",
        maps_to: &[],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: x}
webhooks: [{name: a.shop.example, objectSelector: {matchExpressions: [{key: skip, operator: DoesNotExist}]}}]
",
        "\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: x}
webhooks: [{name: a.shop.example, objectSelector: {matchLabels: {check: \"yes\"}}}]
",
        "\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: x}
webhooks: [{name: a.shop.example, namespaceSelector: {matchExpressions: [{key: skip, operator: NotIn, values: [\"true\"]}]}}]
",
    ],
    good: &[
        "\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: x}
webhooks: [{name: a.shop.example, objectSelector: {}}]
",
        "\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: x}
webhooks: [{name: a.shop.example, namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system]}]}}]
",
        "\
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: x}
webhooks: [{name: a.shop.example, objectSelector: {matchLabels: {inject: \"yes\"}}}]
",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    // what mutates is mostly asked for by a label
    if object.kind() != "ValidatingWebhookConfiguration" {
        return;
    }
    let webhooks = below(&object.root, &["webhooks"])
        .map(Node::items)
        .unwrap_or_default();
    for (index, webhook) in webhooks.iter().enumerate() {
        let at = Pointer::default().key("webhooks").item(index);
        for (field, who, severity) in [
            ("objectSelector", "an object", Severity::Medium),
            ("namespaceSelector", "a namespace", Severity::Low),
        ] {
            let Some(key) = webhook.get(field).and_then(key) else {
                continue;
            };
            let message = format!(
                "the label {} of {who} decides whether it is checked",
                quoted(key)
            );
            hits.push(Hit::new(at.clone().key(field), message).severity(severity));
        }
    }
}

/// Returns a label of a selector that can be set by who is to be checked.
fn key(selector: &Node) -> Option<&str> {
    let equal = selector
        .get("matchLabels")
        .map(Node::entries)
        .unwrap_or_default();
    let expressions = selector
        .get("matchExpressions")
        .map(Node::items)
        .unwrap_or_default();
    let of_expressions = expressions
        .iter()
        .filter_map(|one| one.get("key")?.as_str());
    let mut keys = equal.iter().map(|entry| &*entry.name).chain(of_expressions);
    keys.find(|key| *key != "kubernetes.io/metadata.name")
}
