//! A container that may run as root.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "CTR-NON-ROOT",
        title: "container may run as root",
        severity: Severity::Medium,
        concern: "most images run as root unless told otherwise, and root in a container is root of the \
                  node as soon as it breaks out",
        fix: "set `runAsNonRoot: true`, and `runAsUser` if the image names no number as its user",
        maps_to: &[
            "PSS restricted",
            "CIS Kubernetes 5.2.7",
            "NSA/CISA Kubernetes Hardening: Pod security",
        ],
    },
    ask: Ask::Container(ask),
    bad: &[
        "image: x",
        "securityContext: {runAsNonRoot: false}",
        "securityContext: {runAsUser: 1000}",
        "apiVersion: v1\nkind: Pod\nspec:\n  securityContext: {runAsNonRoot: true}\n  containers: [{name: a, \
         securityContext: {runAsNonRoot: false}}]\n",
        "apiVersion: v1\nkind: Pod\nspec:\n  securityContext: {runAsNonRoot: false}\n  containers: [{name: \
         a}]\n",
        "apiVersion: v1\nkind: Pod\nspec:\n  containers: [{name: a, securityContext: {runAsNonRoot: true}}]\n  \
         initContainers: [{name: b}]\n",
    ],
    good: &[
        "securityContext: {runAsNonRoot: true}",
        "apiVersion: v1\nkind: Pod\nspec:\n  securityContext: {runAsNonRoot: true}\n  containers: [{name: \
         a}]\n",
        // nobody on the node
        "apiVersion: v1\nkind: Pod\nspec: {hostUsers: false, containers: [{name: a}]}\n",
        // worse, which has its own rule
        "securityContext: {runAsUser: 0}",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    const FIELD: &str = "runAsNonRoot";
    let is_set = container.inherited(&[FIELD]).and_then(Node::as_bool);
    if is_set == Some(true) || container.is_nobody_outside(hits.bundle) {
        return;
    }
    let user = container.inherited(&["runAsUser"]).and_then(Node::as_int);
    let at = container.inherited_at(&[FIELD]);
    let hit = match (is_set, user) {
        (None, Some(0)) => return,
        (Some(_), Some(0)) => Hit::new(at, format!("{FIELD} is false")),
        (Some(_), _) => Hit::new(at, format!("{FIELD} is false")).set("true"),
        (None, Some(user)) => Hit::new(
            at,
            format!("{FIELD} is not set; only runAsUser, {user}, keeps it from root"),
        )
        .severity(Severity::Low)
        .set("true"),
        (None, None) => Hit::new(at, format!("{FIELD} is not set")).set("true"),
    };
    hits.push(hit);
}
