//! Secrets are for those who use them.

use crate::prelude::*;
use crate::rights::{self, Right};

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RBAC-SECRETS",
        title: "role may read secrets",
        severity: Severity::High,
        concern: "it reads tokens, passwords and keys of all that runs there, those of service \
                  accounts with more rights included; `list` and `watch` show the values, too",
        fix: "name the secrets in `resourceNames`, and only `get` them; better mount them",
        maps_to: &[
            "CIS Kubernetes 5.1.2",
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
- {apiGroups: [\"\"], resources: [secrets], verbs: [get]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [configmaps, secrets], verbs: [list, watch]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"*\"], resources: [\"*\"], verbs: [get, list, watch]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: x, namespace: shop}
rules:
- {apiGroups: [\"\"], resources: [secrets], verbs: [\"*\"]}
",
    ],
    good: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [secrets], verbs: [create, delete]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [secrets], verbs: [get], resourceNames: [web-tls]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [shop.example], resources: [secrets], verbs: [get]}
",
    ],
};

const RIGHTS: &[Right] = &[Right {
    groups: &[""],
    resources: &["secrets"],
    verbs: &["get", "list", "watch"],
}];

fn ask(object: &Object, hits: &mut Hits<'_>) {
    rights::report(object, hits, RIGHTS, Severity::Medium);
}
