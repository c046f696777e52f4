//! A binding to a service account that is not there.

use crate::prelude::*;
use crate::rights;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RBAC-MISSING-SUBJECT",
        title: "service account of a binding is not there",
        severity: Severity::Low,
        concern: "the rights wait for whoever makes a service account of this name",
        fix: "add the service account, mend its name or namespace, or remove the subject",
        maps_to: &["NSA/CISA Kubernetes Hardening: Authentication and authorization"],
    },
    ask: Ask::Object(ask),
    bad: &["\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: x}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {kind: ServiceAccount, name: web, namespace: shop}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: wbe, namespace: shop}
"],
    good: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: x}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {kind: ServiceAccount, name: web, namespace: shop}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: x}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {kind: ServiceAccount, name: web, namespace: shop}
",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    const KIND: &str = "ServiceAccount";
    if !rights::is_binding(object) {
        return;
    }
    for subject in rights::subjects(object) {
        if subject.kind != KIND || matches!(subject.name, "" | "default") {
            continue;
        }
        // where none is given, they are written elsewhere
        let is_there = hits
            .bundle
            .named(KIND, subject.namespace, subject.name)
            .is_some();
        if !is_there && !hits.bundle.of(KIND, subject.namespace).is_empty() {
            let (name, namespace) = (quoted(subject.name), quoted(subject.namespace));
            let message = format!("no ServiceAccount {name} is given in the namespace {namespace}");
            hits.push(Hit::new(subject.at().key("name"), message));
        }
    }
}
