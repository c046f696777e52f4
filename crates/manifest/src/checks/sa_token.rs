//! A token that nobody needs.

use crate::prelude::*;
use crate::{rights, token};

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "SA-TOKEN",
        title: "pod gets a token that it may not need",
        severity: Severity::Medium,
        concern: "whoever breaks into the container talks to the API server as the service account",
        fix: "set `automountServiceAccountToken: false` in the pod if it does not talk to the API \
              server",
        maps_to: &[
            "CIS Kubernetes 5.1.6",
            "NSA/CISA Kubernetes Hardening: Authentication and authorization",
        ],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "containers: []",
        "automountServiceAccountToken: true",
        "serviceAccountName: web",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {automountServiceAccountToken: true, serviceAccountName: web}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
automountServiceAccountToken: false
",
    ],
    good: &[
        "automountServiceAccountToken: false",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {serviceAccountName: web}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
automountServiceAccountToken: false
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
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: web}
subjects: [{kind: ServiceAccount, name: web}]
",
    ],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    const FIELD: &str = "automountServiceAccountToken";
    if !token::is_mounted(pod, hits) {
        return;
    }
    let (account, namespace) = (pod.account(), namespace(hits.object));
    // who is bound to a role is meant to use it
    let is_bound = rights::bindings_of(hits.bundle, namespace, account)
        .next()
        .is_some();
    if is_bound || hits.bundle.is_exhausted() {
        return;
    }
    let why = match pod.spec(&[FIELD]).and_then(Node::as_bool) {
        Some(_) => "it is true",
        None => "it is not set, and true by default",
    };
    let hit = Hit::new(pod.at().key(FIELD), format!("{FIELD}: {why}"));
    // an account that is not given may have rights that are not given, too
    let is_given = account == "default" || token::account(pod, hits).is_some();
    hits.push(if is_given { hit.set("false") } else { hit });
}
