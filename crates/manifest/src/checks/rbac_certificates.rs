//! Who approves a certificate request gives its maker any name.

use crate::prelude::*;
use crate::rights::{self, Right};

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RBAC-CERTIFICATES",
        title: "role may approve certificates",
        severity: Severity::High,
        concern: "a certificate that is signed by the cluster makes its owner whoever it names, \
                  also a member of `system:masters`; it cannot be taken back",
        fix: "leave approvals to people and to the controllers of Kubernetes",
        maps_to: &[
            "CIS Kubernetes 5.1.11",
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
- {apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests/approval], verbs: [update]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [certificates.k8s.io], resources: [signers], verbs: [approve]}
",
    ],
    good: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests], verbs: [create, get]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [certificates.k8s.io], resources: [signers], verbs: [approve], resourceNames: [shop.example/web]}
",
    ],
};

const RIGHTS: &[Right] = &[
    Right {
        groups: &["certificates.k8s.io"],
        resources: &["certificatesigningrequests/approval"],
        verbs: &["update", "patch"],
    },
    Right {
        groups: &["certificates.k8s.io"],
        resources: &["signers"],
        verbs: &["approve", "sign"],
    },
];

fn ask(object: &Object, hits: &mut Hits<'_>) {
    rights::report(object, hits, RIGHTS, Severity::High);
}
