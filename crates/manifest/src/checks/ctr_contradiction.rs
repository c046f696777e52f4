//! Settings of a container that Kubernetes does not take together.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "CTR-CONTRADICTION",
        title: "settings of the container contradict each other",
        severity: Severity::High,
        concern: "the API server refuses the object, or the kubelet does not start the container; an older \
                  version may go on running",
        fix: "keep the setting that is meant, mostly the stricter, and remove the other",
        maps_to: &[],
    },
    ask: Ask::Container(ask),
    bad: &[
        "securityContext: {allowPrivilegeEscalation: false, privileged: true}",
        "securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [CAP_SYS_ADMIN]}}",
        "securityContext: {runAsNonRoot: true, runAsUser: 0}",
        "apiVersion: v1\nkind: Pod\nspec:\n  securityContext: {runAsNonRoot: true}\n  containers: [{name: a, \
         securityContext: {runAsUser: 0}}]\n",
    ],
    good: &[
        "securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [SYS_ADMIN]}}",
        "securityContext: {privileged: true}",
        "securityContext: {runAsNonRoot: true, runAsUser: 1000}",
        "securityContext: {runAsNonRoot: false, runAsUser: 0}",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let may = container.security(&["allowPrivilegeEscalation"]);
    if may.and_then(Node::as_bool) == Some(false)
        && let Some(needs) = container.needs_escalation()
    {
        let at = container.at();
        let at = at.below(&["securityContext", "allowPrivilegeEscalation"]);
        let message = format!("the API server refuses allowPrivilegeEscalation false with {needs}");
        hits.push(Hit::new(at, message));
    }
    let user = container.inherited(&["runAsUser"]).and_then(Node::as_int);
    let is_refused = container
        .inherited(&["runAsNonRoot"])
        .and_then(Node::as_bool);
    if user == Some(0) && is_refused == Some(true) {
        let at = container.inherited_at(&["runAsUser"]);
        let message = "the kubelet does not start it: runAsUser is 0 and runAsNonRoot is true";
        hits.push(Hit::new(at, message));
    }
}
