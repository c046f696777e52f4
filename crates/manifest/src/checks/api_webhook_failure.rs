//! A check that fails open.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "API-WEBHOOK-FAILURE",
        title: "admission goes on without its check",
        severity: Severity::High,
        concern: "whoever makes the webhook slow or unreachable gets everything past it",
        fix: "set `failurePolicy: Fail`, leave the namespaces out that the webhook itself needs, \
              and run several replicas of it",
        maps_to: &[],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: x}
webhooks: [{name: a.shop.example, failurePolicy: Ignore}]
",
        "\
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: x}
webhooks: [{name: a.shop.example, failurePolicy: Ignore}]
",
        "\
apiVersion: admissionregistration.k8s.io/v1beta1
kind: ValidatingWebhookConfiguration
metadata: {name: x}
webhooks: [{name: a.shop.example}]
",
        "\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: x}
spec: {failurePolicy: Ignore}
",
    ],
    good: &[
        "\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: x}
webhooks: [{name: a.shop.example, failurePolicy: Fail}]
",
        "\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: x}
webhooks: [{name: a.shop.example}]
",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    let severity = match object.kind() {
        "ValidatingWebhookConfiguration" | "ValidatingAdmissionPolicy" => Severity::High,
        // most of these set defaults
        "MutatingWebhookConfiguration" | "MutatingAdmissionPolicy" => Severity::Medium,
        _ => return,
    };
    // the first version had another default
    let is_old = object.api_version() == "admissionregistration.k8s.io/v1beta1";
    let own = below(&object.root, &["spec"]).map(|spec| (Pointer::default().key("spec"), spec));
    let webhooks = below(&object.root, &["webhooks"])
        .map(Node::items)
        .unwrap_or_default();
    let at = |index| Pointer::default().key("webhooks").item(index);
    let webhooks = webhooks
        .iter()
        .enumerate()
        .map(|(index, webhook)| (at(index), webhook));
    for (at, node) in own.into_iter().chain(webhooks) {
        let policy = node.get("failurePolicy").and_then(Node::as_str);
        let is_default = is_old && policy.is_none() && object.kind().ends_with("Configuration");
        if is_default || policy == Some("Ignore") {
            let message = if is_default {
                "failurePolicy is `Ignore` by default"
            } else {
                "failurePolicy is `Ignore`"
            };
            hits.push(Hit::new(at.key("failurePolicy"), message).severity(severity));
        }
    }
}
