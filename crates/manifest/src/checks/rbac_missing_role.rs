//! A binding to a role that is not there.

use crate::prelude::*;
use crate::rights;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RBAC-MISSING-ROLE",
        title: "role of a binding is not there",
        severity: Severity::Low,
        concern: "nobody has the rights that were meant; who later makes a role of this name \
                  decides what the subjects may do",
        fix: "add the role, mend the name, or remove the binding",
        maps_to: &["NSA/CISA Kubernetes Hardening: Authentication and authorization"],
    },
    ask: Ask::Object(ask),
    bad: &["\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: x, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects:
- {kind: ServiceAccount, name: web, namespace: shop}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: raeder, namespace: shop}
rules:
- {apiGroups: [\"\"], resources: [pods], verbs: [get]}
"],
    good: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: x, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects:
- {kind: ServiceAccount, name: web, namespace: shop}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules:
- {apiGroups: [\"\"], resources: [pods], verbs: [get]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: x}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {kind: ServiceAccount, name: web, namespace: shop}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [pods], verbs: [get]}
",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    if !rights::is_binding(object) {
        return;
    }
    let (kind, name) = rights::role_ref(object);
    let kind = if kind.is_empty() { "role" } else { kind };
    let is_known = rights::is_known(name) || name == "extension-apiserver-authentication-reader";
    if name.is_empty() || is_known || rights::role_of(hits.bundle, object).is_some() {
        return;
    }
    let has_others = match kind {
        "ClusterRole" => hits.bundle.all(kind).next().is_some(),
        _ => !hits.bundle.of(kind, namespace(object)).is_empty(),
    };
    let name = quoted(name);
    if has_others {
        let at = Pointer::default().below(&["roleRef", "name"]);
        hits.push(Hit::new(
            at,
            format!("the {kind} {name} is not among those that are given"),
        ));
    } else {
        let why = format!("its {kind} {name} is not given");
        hits.gap(&why, "rights of its subjects");
    }
}
