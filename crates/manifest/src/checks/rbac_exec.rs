//! A process in a running container has all that the container has.

use crate::prelude::*;
use crate::rights::{self, Right};

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RBAC-EXEC",
        title: "role may run programs in other pods",
        severity: Severity::High,
        concern: "who gets a shell in a pod has its secrets, its service account and its place in \
                  the network",
        fix: "take it out of roles of programs; people get it for a while and for one namespace",
        maps_to: &["NSA/CISA Kubernetes Hardening: Authentication and authorization"],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [pods/exec], verbs: [create]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [pods, pods/attach], verbs: [get]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [\"*/portforward\"], verbs: [\"*\"]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"*\"], resources: [\"*\"], verbs: [get, list]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: x, namespace: shop}
rules:
- {apiGroups: [\"\"], resources: [pods/ephemeralcontainers], verbs: [patch]}
",
    ],
    good: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [pods, pods/log], verbs: [get, list]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [apps], resources: [\"*\"], verbs: [\"*\"]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [pods/exec], verbs: [list]}
",
    ],
};

const RIGHTS: &[Right] = &[
    Right {
        groups: &[""],
        resources: &["pods/exec", "pods/attach", "pods/portforward"],
        verbs: &["create", "get"],
    },
    Right {
        groups: &[""],
        resources: &["pods/ephemeralcontainers"],
        verbs: &["update", "patch"],
    },
];

fn ask(object: &Object, hits: &mut Hits<'_>) {
    rights::report(object, hits, RIGHTS, Severity::High);
}
