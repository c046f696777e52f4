//! A container about which nobody thought.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "POD-SECURITY-CONTEXT",
        title: "container and pod have no security context",
        severity: Severity::Medium,
        concern: "all that Kubernetes can hold back is left as the image and the runtime have it: mostly \
                  root, with default capabilities and no seccomp profile",
        fix: "give the container a `securityContext`: runAsNonRoot, no escalation, drop ALL, seccomp \
              RuntimeDefault",
        maps_to: &[
            "PSS restricted",
            "CIS Kubernetes 5.7.3",
            "NSA/CISA Kubernetes Hardening: Pod security",
        ],
    },
    ask: Ask::Container(ask),
    bad: &[
        "image: x",
        "securityContext: {}",
        "securityContext: {runAsUser: null}",
    ],
    good: &[
        "securityContext: {runAsNonRoot: true}",
        "apiVersion: v1\nkind: Pod\nspec:\n  securityContext: {runAsNonRoot: true}\n  containers: [{name: \
         a}]\n",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let says = |context: &Node| context.entries().iter().any(|entry| !entry.value.is_null());
    let own = container.get(&["securityContext"]);
    let of_pod = container.pod.spec(&["securityContext"]);
    if !own.is_some_and(says) && !of_pod.is_some_and(says) {
        let at = container.at().key("securityContext");
        hits.push(Hit::new(
            at,
            "neither it nor its pod has a security context",
        ));
    }
}
