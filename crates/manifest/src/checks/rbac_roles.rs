//! Who writes roles and bindings writes the rights of others.

use crate::prelude::*;
use crate::rights::{self, Right};

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RBAC-ROLES",
        title: "role may change roles or bindings",
        severity: Severity::High,
        concern: "it can hand on all rights that its owner has, and hide them in roles that nobody \
                  looks at",
        fix: "let the tool that deploys write roles, not what it deploys",
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
- {apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings], verbs: [create]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [rbac.authorization.k8s.io], resources: [roles, clusterroles], verbs: [get, patch]}
",
    ],
    good: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [rbac.authorization.k8s.io], resources: [roles, rolebindings], verbs: [get, list, watch]}
",
    ],
};

const RIGHTS: &[Right] = &[Right {
    groups: &["rbac.authorization.k8s.io"],
    resources: &[
        "roles",
        "clusterroles",
        "rolebindings",
        "clusterrolebindings",
    ],
    verbs: &["create", "update", "patch"],
}];

fn ask(object: &Object, hits: &mut Hits<'_>) {
    rights::report(object, hits, RIGHTS, Severity::High);
}
