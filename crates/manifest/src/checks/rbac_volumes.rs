//! A persistent volume may be a folder of the node.

use crate::prelude::*;
use crate::rights::{self, Right};

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RBAC-VOLUMES",
        title: "role may make persistent volumes",
        severity: Severity::High,
        concern: "a PersistentVolume with `hostPath` mounts any folder of a node into a pod; Pod \
                  Security Admission does not see it",
        fix: "let a storage class make volumes",
        maps_to: &[
            "CIS Kubernetes 5.1.9",
            "NSA/CISA Kubernetes Hardening: Authentication and authorization",
        ],
    },
    ask: Ask::Object(ask),
    bad: &["\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [persistentvolumes], verbs: [create]}
"],
    good: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [persistentvolumes], verbs: [get, list, watch]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [persistentvolumeclaims], verbs: [create]}
",
    ],
};

const RIGHTS: &[Right] = &[Right {
    groups: &[""],
    resources: &["persistentvolumes"],
    verbs: &["create"],
}];

fn ask(object: &Object, hits: &mut Hits<'_>) {
    rights::report(object, hits, RIGHTS, Severity::High);
}
