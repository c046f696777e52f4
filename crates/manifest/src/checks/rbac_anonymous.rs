//! Everyone and nobody are subjects, too.

use crate::prelude::*;
use crate::rights;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RBAC-ANONYMOUS",
        title: "rights for everyone",
        severity: Severity::Critical,
        concern: "whoever reaches the API server has the rights: `system:unauthenticated` are \
                  people without any name, `system:authenticated` all with one, on some clouds \
                  everyone with an account of the cloud",
        fix: "bind to the users, groups and service accounts that need it",
        maps_to: &["NSA/CISA Kubernetes Hardening: Authentication and authorization"],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: x}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {apiGroup: rbac.authorization.k8s.io, kind: User, name: \"system:anonymous\"}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: x, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {apiGroup: rbac.authorization.k8s.io, kind: Group, name: \"system:unauthenticated\"}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: x}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {kind: ServiceAccount, name: web, namespace: shop}
- {apiGroup: rbac.authorization.k8s.io, kind: Group, name: \"system:authenticated\"}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: x}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {apiGroup: rbac.authorization.k8s.io, kind: Group, name: \"system:serviceaccounts\"}
",
    ],
    good: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: x}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {apiGroup: rbac.authorization.k8s.io, kind: User, name: \"not-system:anonymous\"}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: x}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {apiGroup: rbac.authorization.k8s.io, kind: Group, name: \"system:anonymous\"}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: x}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: system:discovery}
subjects:
- {apiGroup: rbac.authorization.k8s.io, kind: Group, name: \"system:authenticated\"}
",
    ],
};

/// What everyone may do in every cluster: read which APIs and versions there are, and who one is.
const HARMLESS: &[&str] = &[
    "system:basic-user",
    "system:discovery",
    "system:public-info-viewer",
];

fn ask(object: &Object, hits: &mut Hits<'_>) {
    let (_, role) = rights::role_ref(object);
    if !rights::is_binding(object) || HARMLESS.contains(&role) {
        return;
    }
    for subject in rights::subjects(object) {
        let severity = match (subject.kind, subject.name) {
            ("User", "system:anonymous")
            | ("Group", "system:unauthenticated" | "system:authenticated") => Severity::Critical,
            ("Group", "system:serviceaccounts") => Severity::High,
            _ => continue,
        };
        let role = quoted(role);
        let message = format!("`{}` has the role {role}", subject.name);
        hits.push(Hit::new(subject.at().key("name"), message).severity(severity));
    }
}
