//! A container that is told to run as root.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "CTR-ROOT",
        title: "container runs as root",
        severity: Severity::High,
        concern: "root in a container is root of the node as soon as it breaks out, and may change all that \
                  is mounted into it",
        fix: "choose a `runAsUser` above 0, best above 10000, and give its files to that user",
        maps_to: &[
            "PSS restricted",
            "CIS Kubernetes 5.2.7",
            "NSA/CISA Kubernetes Hardening: Pod security",
        ],
    },
    ask: Ask::Container(ask),
    bad: &[
        "securityContext: {runAsUser: 0}",
        "apiVersion: v1\nkind: Pod\nspec:\n  securityContext: {runAsUser: 0}\n  containers: [{name: a}]\n",
        "apiVersion: v1\nkind: Pod\nspec:\n  securityContext: {runAsUser: 1000}\n  containers: [{name: a}]\n  \
         initContainers: [{name: chown, securityContext: {runAsUser: 0}}]\n",
    ],
    good: &[
        "securityContext: {runAsUser: 1001}",
        "image: x",
        "apiVersion: v1\nkind: Pod\nspec:\n  securityContext: {runAsUser: 0}\n  containers: [{name: a, \
         securityContext: {runAsUser: 1000}}]\n",
        "apiVersion: v1\nkind: Pod\nspec:\n  hostUsers: false\n  securityContext: {runAsUser: 0}\n  \
         containers: [{name: a}]\n",
        // it never starts, which is another rule's
        "securityContext: {runAsUser: 0, runAsNonRoot: true}",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    const FIELD: &str = "runAsUser";
    let user = container.inherited(&[FIELD]).and_then(Node::as_int);
    if user != Some(0) || container.is_nobody_outside(hits.bundle) {
        return;
    }
    let never_starts = container.inherited(&["runAsNonRoot"]);
    if never_starts.and_then(Node::as_bool) != Some(true) {
        hits.push(Hit::new(container.inherited_at(&[FIELD]), "runAsUser is 0"));
    }
}
