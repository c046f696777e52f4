//! A namespace says what its pods may do.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "API-POD-SECURITY",
        title: "namespace does not enforce a Pod Security Standard",
        severity: Severity::Medium,
        concern: "whoever may create pods in it may create privileged ones, and so owns the nodes",
        fix: "label it with `pod-security.kubernetes.io/enforce: restricted`, or `baseline`",
        maps_to: &[
            "CIS Kubernetes 5.2.1",
            "NSA/CISA Kubernetes Hardening: Pod security",
        ],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
",
        "\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: privileged}}
",
        "\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/warn: restricted}}
",
        "\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: Restricted}}
",
    ],
    good: &[
        "\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: baseline}}
",
        "\
apiVersion: v1
kind: Namespace
metadata: {name: kube-system}
",
    ],
};

const ENFORCE: &str = "pod-security.kubernetes.io/enforce";

fn ask(object: &Object, hits: &mut Hits<'_>) {
    // the pods of these run the cluster
    let is_system = matches!(
        object.name(),
        "kube-system" | "kube-public" | "kube-node-lease"
    );
    if object.kind() != "Namespace" || is_system {
        return;
    }
    let label =
        |name: &str| below(&object.root, &["metadata", "labels", name]).and_then(Node::as_str);
    let message = match label(ENFORCE) {
        Some("baseline" | "restricted") => return,
        Some("privileged") => "it enforces nothing: the level is `privileged`".to_owned(),
        Some(level) if !level.is_empty() => format!("{} is no level", quoted(level)),
        _ if label("pod-security.kubernetes.io/warn").is_some() => {
            "it warns, and enforces nothing".to_owned()
        }
        _ => "it enforces no level".to_owned(),
    };
    hits.push(Hit::new(
        Pointer::default().below(&["metadata", "labels", ENFORCE]),
        message,
    ));
}
