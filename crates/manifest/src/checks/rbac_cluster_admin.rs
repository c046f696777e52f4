//! Who is bound to cluster-admin owns the cluster.

use crate::prelude::*;
use crate::rights;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RBAC-CLUSTER-ADMIN",
        title: "subject is an administrator",
        severity: Severity::High,
        concern: "a leaked token of the subject is the cluster: all secrets, all pods, all nodes",
        fix: "bind a role with the rights that are used; keep `cluster-admin` for emergencies",
        maps_to: &[
            "CIS Kubernetes 5.1.1",
            "NSA/CISA Kubernetes Hardening: Authentication and authorization",
        ],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: x}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects:
- {kind: ServiceAccount, name: web, namespace: shop}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: x, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects:
- {kind: ServiceAccount, name: web, namespace: shop}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: x}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
subjects:
- {kind: ServiceAccount, name: web, namespace: shop}
",
    ],
    good: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: x}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {kind: ServiceAccount, name: web, namespace: shop}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: x, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
subjects:
- {kind: ServiceAccount, name: web, namespace: shop}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: x, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: cluster-admin}
subjects:
- {kind: ServiceAccount, name: web, namespace: shop}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: x}
roleRef: {kind: ClusterRole, name: cluster-admin}
",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    if !rights::is_binding(object) || rights::is_built_in(object) {
        return;
    }
    let severity = match (object.kind(), rights::role_ref(object)) {
        ("ClusterRoleBinding", ("ClusterRole", "cluster-admin")) => Severity::High,
        // all secrets and all pods, but no nodes; or all of one namespace
        ("ClusterRoleBinding", ("ClusterRole", "admin" | "edit"))
        | ("RoleBinding", ("ClusterRole", "cluster-admin")) => Severity::Medium,
        _ => return,
    };
    let names: Vec<&str> = rights::subjects(object)
        .map(|subject| subject.name)
        .collect();
    if names.is_empty() {
        return;
    }
    let (_, role) = rights::role_ref(object);
    let message = format!("{} is bound to `{role}`", rights::list(&names));
    hits.push(Hit::new(Pointer::default().below(&["roleRef", "name"]), message).severity(severity));
}
