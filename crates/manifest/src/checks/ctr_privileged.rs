//! A privileged container has the rights of the node's root user.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "CTR-PRIVILEGED",
        title: "container is privileged",
        severity: Severity::Critical,
        concern: "a privileged container sees the devices of the node and has all capabilities: who \
                  breaks into it owns the node",
        fix: "remove `privileged: true`; give the one capability or device that is needed",
        maps_to: &[
            "PSS baseline",
            "CIS Kubernetes 5.2.2",
            "NSA/CISA Kubernetes Hardening: Pod security",
        ],
    },
    ask: Ask::Container(ask),
    bad: &[
        "securityContext: {privileged: true}",
        "apiVersion: v1\nkind: Pod\nspec:\n  containers: [{name: a}]\n  initContainers: [{name: b, \
         securityContext: {privileged: true}}]\n",
        "apiVersion: v1\nkind: Pod\nspec:\n  containers: [{name: a}]\n  ephemeralContainers: [{name: b, \
         securityContext: {privileged: true}}]\n",
        "apiVersion: apps/v1\nkind: ReplicaSet\nspec:\n  template: {spec: {containers: [{name: a, \
         securityContext: {privileged: true}}]}}\n",
    ],
    good: &[
        "securityContext: {privileged: false}",
        "securityContext: {privileged: \"true\"}",
        "image: x",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let privileged = container.security(&["privileged"]);
    if privileged.and_then(Node::as_bool) == Some(true) {
        let at = container.at().below(&["securityContext", "privileged"]);
        hits.push(Hit::new(at, "it is privileged"));
    }
}
