//! Who makes a pod has what the pod can have.

use crate::prelude::*;
use crate::rights::{self, Right};

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RBAC-WORKLOADS",
        title: "role may create or change pods",
        severity: Severity::Medium,
        concern: "a new pod runs as any service account of the namespace, mounts any secret of it \
                  and, without Pod Security Admission, any folder of the node",
        fix: "let only what deploys create pods, in namespaces of its own that enforce a Pod \
              Security Standard",
        maps_to: &[
            "CIS Kubernetes 5.1.4",
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
- {apiGroups: [\"\"], resources: [pods], verbs: [create]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [apps], resources: [deployments], verbs: [get, patch]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: x, namespace: shop}
rules:
- {apiGroups: [batch], resources: [\"*\"], verbs: [\"*\"]}
",
    ],
    good: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\", apps], resources: [pods, deployments], verbs: [get, list, watch, delete]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [apps], resources: [deployments/status, deployments/scale], verbs: [patch]}
",
    ],
};

const RIGHTS: &[Right] = &[
    Right {
        groups: &[""],
        resources: &["pods", "replicationcontrollers"],
        verbs: &["create", "update", "patch"],
    },
    Right {
        groups: &["apps"],
        resources: &["deployments", "daemonsets", "statefulsets", "replicasets"],
        verbs: &["create", "update", "patch"],
    },
    Right {
        groups: &["batch"],
        resources: &["jobs", "cronjobs"],
        verbs: &["create", "update", "patch"],
    },
];

fn ask(object: &Object, hits: &mut Hits<'_>) {
    rights::report(object, hits, RIGHTS, Severity::Medium);
}
