//! `*` is also what nobody has thought of.

use crate::prelude::*;
use crate::rights::{self, Granted};

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RBAC-WILDCARD",
        title: "role lets do everything",
        severity: Severity::Critical,
        concern: "a role with `*` lets do what the next version of Kubernetes and the next \
                  operator bring, too; with all verbs on all resources it owns the cluster",
        fix: "list the verbs and resources that are used",
        maps_to: &[
            "CIS Kubernetes 5.1.3",
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
- {apiGroups: [\"*\"], resources: [\"*\"], verbs: [\"*\"]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: x, namespace: shop}
rules:
- {apiGroups: [\"\"], resources: [\"*\"], verbs: [\"*\"]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [apps], resources: [deployments], verbs: [\"*\"]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {nonResourceURLs: [\"*\"], verbs: [\"*\"]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"*\"], resources: [\"*\"], verbs: [create, patch]}
",
    ],
    good: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [pods], verbs: [get, list, watch]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {nonResourceURLs: [/metrics], verbs: [get]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: cluster-admin, labels: {kubernetes.io/bootstrapping: rbac-defaults}}
rules:
- {apiGroups: [\"*\"], resources: [\"*\"], verbs: [\"*\"]}
",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    if rights::is_built_in(object) {
        // who writes the label by hand must not pass for the API server
        let why = "its label says that Kubernetes itself makes it, so it was not judged";
        hits.gap(why, "rights that are too wide");
    }
    let is_role = object.kind() == "Role";
    for (at, rule) in rights::granted(object) {
        if let Some((message, severity)) = look(rule, is_role) {
            hits.push(Hit::new(at, message).severity(severity));
        }
    }
}

fn look(rule: Granted<'_>, is_role: bool) -> Option<(String, Severity)> {
    let all = |name: &str| rule.has(name, "*");
    let groups = || rights::list(&rule.list("apiGroups").collect::<Vec<_>>());
    if rule.is_everything() {
        let severity = if is_role {
            Severity::High
        } else {
            Severity::Critical
        };
        return Some(("it lets `*` on `*`".to_owned(), severity));
    }
    if all("nonResourceURLs") && all("verbs") {
        return Some(("it lets `*` on all URLs".to_owned(), Severity::Medium));
    }
    let reads = ["get", "list", "watch"];
    let is_reading = rule.list("verbs").all(|verb| reads.contains(&verb));
    let is_own = !rule.list("apiGroups").any(is_of_kubernetes);
    let message = match (all("resources"), all("verbs")) {
        (true, true) => format!("it lets `*` on all resources of {}", groups()),
        (true, false) if !is_reading || all("apiGroups") => {
            let verbs = rights::list(&rule.list("verbs").collect::<Vec<_>>());
            format!("it lets {verbs} on all resources of {}", groups())
        }
        (false, true) => {
            let resources = rights::list(&rule.list("resources").collect::<Vec<_>>());
            format!("it lets `*` on {resources}")
        }
        (true | false, false) => return None,
    };
    // an operator owns the group of its custom resources
    let severity = match (is_own, all("resources") && !is_reading) {
        (true, _) => Severity::Low,
        (false, true) => Severity::High,
        (false, false) => Severity::Medium,
    };
    Some((message, severity))
}

fn is_of_kubernetes(group: &str) -> bool {
    matches!(
        group,
        "" | "*" | "apps" | "batch" | "autoscaling" | "policy" | "extensions"
    ) || group.ends_with(".k8s.io") && !group.ends_with(".x-k8s.io")
}
