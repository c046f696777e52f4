//! A pod that is an administrator.

use crate::prelude::*;
use crate::rights;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "SA-ADMIN",
        title: "pod runs as an administrator",
        severity: Severity::High,
        concern: "who breaks into the pod, or into its image, owns the cluster",
        fix: "bind its service account to a role with the rights that it uses",
        maps_to: &[
            "CIS Kubernetes 5.1.1",
            "NSA/CISA Kubernetes Hardening: Authentication and authorization",
        ],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {serviceAccountName: web}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {serviceAccountName: web}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: all}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: all}
rules: [{apiGroups: [\"*\"], resources: [\"*\"], verbs: [\"*\"]}]
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {serviceAccountName: web}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
",
    ],
    good: &[
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {serviceAccountName: web}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {serviceAccountName: web}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: all}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: all}
rules: [{apiGroups: [\"shop.example\"], resources: [\"*\"], verbs: [\"*\"]}]
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {serviceAccountName: web}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: other, namespace: shop}]
",
        "containers: []",
    ],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    let (account, namespace) = (pod.account(), namespace(hits.object));
    for binding in rights::bindings_of(hits.bundle, namespace, account) {
        let (kind, role) = rights::role_ref(binding);
        let is_admin = (kind, role) == ("ClusterRole", "cluster-admin")
            || rights::role_of(hits.bundle, binding).is_some_and(is_everything);
        if is_admin {
            let (account, role) = (quoted(account), quoted(role));
            let binding = quoted(binding.name());
            let message = format!("its service account {account} has the role {role} by {binding}");
            hits.push(Hit::new(pod.at().key("serviceAccountName"), message));
            return;
        }
    }
}

fn is_everything(role: &Object) -> bool {
    rights::granted(role).any(|(_, rule)| rule.is_everything())
}
