//! Who makes tokens is whom he likes.

use crate::prelude::*;
use crate::rights::{self, Right};

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RBAC-TOKENS",
        title: "role may make tokens of service accounts",
        severity: Severity::High,
        concern: "it becomes any service account of the namespace, or of the cluster, with all its \
                  rights",
        fix: "name the accounts in `resourceNames`",
        maps_to: &[
            "CIS Kubernetes 5.1.13",
            "NSA/CISA Kubernetes Hardening: Authentication and authorization",
        ],
    },
    ask: Ask::Object(ask),
    bad: &["\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [serviceaccounts/token], verbs: [create]}
"],
    good: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [serviceaccounts], verbs: [create, get]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [serviceaccounts/token], verbs: [create], resourceNames: [vault]}
",
    ],
};

const RIGHTS: &[Right] = &[Right {
    groups: &[""],
    resources: &["serviceaccounts/token"],
    verbs: &["create"],
}];

fn ask(object: &Object, hits: &mut Hits<'_>) {
    rights::report(object, hits, RIGHTS, Severity::High);
}
