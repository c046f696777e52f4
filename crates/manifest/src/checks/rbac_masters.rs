//! The group that no rule can stop.

use crate::prelude::*;
use crate::rights;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RBAC-MASTERS",
        title: "rights for `system:masters`",
        severity: Severity::Critical,
        concern: "the API server lets this group do everything before it asks any role, and nobody \
                  can take that back but by new certificates",
        fix: "use a group of your own",
        maps_to: &[
            "CIS Kubernetes 5.1.7",
            "NSA/CISA Kubernetes Hardening: Authentication and authorization",
        ],
    },
    ask: Ask::Object(ask),
    bad: &["\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: x}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {apiGroup: rbac.authorization.k8s.io, kind: Group, name: \"system:masters\"}
"],
    good: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: x}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {apiGroup: rbac.authorization.k8s.io, kind: Group, name: \"masters\"}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: x}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {apiGroup: rbac.authorization.k8s.io, kind: User, name: \"system:masters\"}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: cluster-admin, labels: {kubernetes.io/bootstrapping: rbac-defaults}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects:
- {apiGroup: rbac.authorization.k8s.io, kind: Group, name: \"system:masters\"}
",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    if !rights::is_binding(object) || rights::is_built_in(object) {
        return;
    }
    for subject in rights::subjects(object) {
        if (subject.kind, subject.name) == ("Group", "system:masters") {
            hits.push(Hit::new(
                subject.at().key("name"),
                "it binds `system:masters`",
            ));
        }
    }
}
