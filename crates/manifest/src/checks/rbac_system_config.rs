//! Configuration that say who is who.

use crate::prelude::*;
use crate::rights::{self, Right};

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RBAC-SYSTEM-CONFIG",
        title: "role may change the configuration of the cluster",
        severity: Severity::High,
        concern: "the ConfigMap `aws-auth` says who is a cluster administrator, `coredns` where \
                  every name leads",
        fix: "name the ConfigMaps that are meant in `resourceNames`",
        maps_to: &["NSA/CISA Kubernetes Hardening: Authentication and authorization"],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [configmaps], verbs: [update], resourceNames: [aws-auth]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: x, namespace: kube-system}
rules:
- {apiGroups: [\"\"], resources: [configmaps], verbs: [create, patch]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [configmaps], verbs: [create, patch]}
",
    ],
    good: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [configmaps], verbs: [get, list]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [configmaps], verbs: [patch], resourceNames: [shop-config]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: x, namespace: shop}
rules:
- {apiGroups: [\"\"], resources: [configmaps], verbs: [create, patch]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: x, namespace: kube-system}
rules:
- {apiGroups: [\"\"], resources: [configmaps], verbs: [create]}
",
    ],
};

const RIGHT: Right = Right {
    groups: &[""],
    resources: &["configmaps"],
    verbs: &["update", "patch"],
};

const SYSTEM: &[&str] = &[
    "aws-auth",
    "coredns",
    "coredns-custom",
    "kube-proxy",
    "kubeadm-config",
];

fn ask(object: &Object, hits: &mut Hits<'_>) {
    let is_role = object.kind() == "Role";
    if is_role && namespace(object) != "kube-system" {
        return;
    }
    for (at, rule) in rights::granted(object) {
        if rule.is_everything() || rule.lets(&RIGHT).is_none() {
            continue;
        }
        let name = rule
            .list("resourceNames")
            .find(|name| SYSTEM.contains(name));
        if let Some(name) = name {
            hits.push(Hit::new(
                at,
                format!("it lets change the ConfigMap `{name}`"),
            ));
        } else if !rule.is_limited() {
            // many operators write ConfigMaps, and few of them in kube-system
            let (place, severity) = if is_role {
                ("of kube-system", Severity::High)
            } else {
                ("of every namespace, kube-system included", Severity::Medium)
            };
            let message = format!("it lets change all ConfigMaps {place}");
            hits.push(Hit::new(at, message).severity(severity));
        }
    }
}
