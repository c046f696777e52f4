//! A label that puts rights into the roles of others.

use crate::prelude::*;
use crate::rights::{self, Right};

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RBAC-AGGREGATION",
        title: "role adds rights to a role of Kubernetes",
        severity: Severity::Low,
        concern: "everyone who is bound to `view`, `edit` or `admin` gets these rights, today and \
                  later, without a binding that says so",
        fix: "remove the label, or leave only what that role is for: `view` reads, but no secrets",
        maps_to: &["NSA/CISA Kubernetes Hardening: Authentication and authorization"],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x, labels: {rbac.authorization.k8s.io/aggregate-to-view: \"true\"}}
rules:
- {apiGroups: [shop.example], resources: [carts], verbs: [get, delete]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x, labels: {rbac.authorization.k8s.io/aggregate-to-view: \"true\"}}
rules:
- {apiGroups: [\"\"], resources: [secrets], verbs: [get]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x, labels: {rbac.authorization.k8s.io/aggregate-to-edit: \"true\"}}
rules:
- {apiGroups: [\"\"], resources: [nodes/proxy], verbs: [get]}
",
    ],
    good: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x, labels: {rbac.authorization.k8s.io/aggregate-to-view: \"true\"}}
rules:
- {apiGroups: [shop.example], resources: [carts], verbs: [get, list, watch]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x, labels: {rbac.authorization.k8s.io/aggregate-to-edit: \"true\"}}
rules:
- {apiGroups: [shop.example], resources: [carts], verbs: [\"*\"]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [secrets], verbs: [get]}
",
    ],
};

const SECRETS: Right = Right {
    groups: &[""],
    resources: &["secrets"],
    verbs: &["get", "list", "watch"],
};

/// What not even the role `admin` has.
const BEYOND: &[Right] = &[
    Right {
        groups: &[""],
        resources: &["nodes", "nodes/proxy", "persistentvolumes"],
        verbs: &["get", "create", "update", "patch", "delete"],
    },
    Right {
        groups: &["rbac.authorization.k8s.io"],
        resources: &["clusterroles", "clusterrolebindings"],
        verbs: &["create", "update", "patch", "escalate", "bind"],
    },
];

fn ask(object: &Object, hits: &mut Hits<'_>) {
    if object.kind() != "ClusterRole" {
        return;
    }
    let is_for = |role: &str| {
        let label = format!("rbac.authorization.k8s.io/aggregate-to-{role}");
        below(&object.root, &["metadata", "labels", &label]).and_then(Node::as_str) == Some("true")
    };
    let Some(role) = ["view", "edit", "admin"]
        .into_iter()
        .find(|role| is_for(role))
    else {
        return;
    };
    let reads = |verb: &str| matches!(verb, "get" | "list" | "watch");
    for (at, rule) in rights::granted(object) {
        let too_much = if role == "view" && !rule.list("verbs").all(reads) {
            "more than reading"
        } else if role == "view" && rule.lets(&SECRETS).is_some() {
            "secrets"
        } else if BEYOND.iter().any(|right| rule.lets(right).is_some()) {
            "what belongs to no namespace"
        } else {
            continue;
        };
        hits.push(Hit::new(at, format!("it gives `{role}` {too_much}")));
    }
}
