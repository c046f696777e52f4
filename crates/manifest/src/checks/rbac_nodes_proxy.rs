//! The way to the kubelet past the API server.

use crate::prelude::*;
use crate::rights::{self, Right};

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RBAC-NODES-PROXY",
        title: "role may talk to kubelets",
        severity: Severity::High,
        concern: "through `nodes/proxy` the kubelet runs commands in every pod of a node; audit \
                  logs and admission do not see it",
        fix: "grant `nodes/metrics`, `nodes/stats` or `nodes/log` instead",
        maps_to: &[
            "CIS Kubernetes 5.1.10",
            "NSA/CISA Kubernetes Hardening: Authentication and authorization",
        ],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [nodes/proxy], verbs: [get]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [nodes, nodes/metrics, nodes/proxy], verbs: [get, list, watch]}
",
    ],
    good: &["\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [nodes, nodes/metrics, nodes/stats], verbs: [get, list, watch]}
"],
};

const RIGHTS: &[Right] = &[Right {
    groups: &[""],
    resources: &["nodes/proxy"],
    verbs: &["get", "create", "update", "patch", "delete"],
}];

fn ask(object: &Object, hits: &mut Hits<'_>) {
    rights::report(object, hits, RIGHTS, Severity::High);
}
