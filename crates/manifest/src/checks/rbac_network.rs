//! Who writes what leads traffic can take it.

use crate::prelude::*;
use crate::rights::{self, Right};

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RBAC-NETWORK",
        title: "role may lead traffic elsewhere",
        severity: Severity::High,
        concern: "who sets the address of a load balancer takes traffic of the whole cluster \
                  (CVE-2020-8554); who writes endpoints or policies reaches pods of other \
                  namespaces",
        fix: "leave these to the controllers that need them, in a role of their own",
        maps_to: &[
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
- {apiGroups: [\"\"], resources: [services/status], verbs: [patch]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [networking.k8s.io], resources: [networkpolicies], verbs: [create, delete]}
",
    ],
    good: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [services], verbs: [get, create, patch]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [networking.k8s.io], resources: [networkpolicies, ingresses], verbs: [get, list, watch]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [services/status], verbs: [get]}
",
    ],
};

const ADDRESSES: &[Right] = &[Right {
    groups: &[""],
    resources: &["services/status"],
    verbs: &["update", "patch"],
}];

const OTHERS: &[Right] = &[
    Right {
        groups: &[""],
        resources: &["endpoints"],
        verbs: &["create", "update", "patch"],
    },
    Right {
        groups: &["discovery.k8s.io"],
        resources: &["endpointslices"],
        verbs: &["create", "update", "patch"],
    },
    Right {
        groups: &["networking.k8s.io"],
        resources: &["networkpolicies"],
        verbs: &["create", "update", "patch", "delete", "deletecollection"],
    },
];

fn ask(object: &Object, hits: &mut Hits<'_>) {
    rights::report(object, hits, ADDRESSES, Severity::High);
    rights::report_as(object, hits, OTHERS, Severity::Medium);
}
