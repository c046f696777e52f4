//! A process may get more rights than its parent unless it is said that it may not.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "CTR-ESCALATION",
        title: "container may gain rights",
        severity: Severity::Medium,
        concern: "a setuid program in the image makes root of any user; without the flag the kernel lets \
                  it",
        fix: "set `allowPrivilegeEscalation: false`",
        maps_to: &[
            "PSS restricted",
            "CIS Kubernetes 5.2.6",
            "NSA/CISA Kubernetes Hardening: Pod security",
        ],
    },
    ask: Ask::Container(ask),
    bad: &[
        "securityContext: {allowPrivilegeEscalation: true}",
        "securityContext: {runAsNonRoot: true}",
        "securityContext: {privileged: true}",
        "image: x",
        "securityContext:",
    ],
    good: &[
        "securityContext: {allowPrivilegeEscalation: false}",
        "apiVersion: v1\nkind: Pod\nspec: {os: {name: windows}, containers: [{name: a}]}\n",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    const FIELD: &str = "allowPrivilegeEscalation";
    let may = container.security(&[FIELD]).and_then(Node::as_bool);
    let (message, severity) = match may {
        Some(false) => return,
        Some(true) => ("it is true", Severity::High),
        None => ("it is not set, and true by default", Severity::Medium),
    };
    if container.pod.is_windows() {
        return;
    }
    let at = container.at().below(&["securityContext", FIELD]);
    let hit = Hit::new(at, format!("{FIELD}: {message}")).severity(severity);
    let is_refused = container.needs_escalation().is_some();
    hits.push(if is_refused { hit } else { hit.set("false") });
}
