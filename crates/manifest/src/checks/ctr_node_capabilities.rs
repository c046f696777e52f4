//! Capabilities with which a container takes over its node.

use crate::capability::meant;
use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "CTR-NODE-CAPABILITIES",
        title: "container has capabilities that give it the node",
        severity: Severity::Critical,
        concern: "with one of these a process mounts file systems, loads kernel modules, reads the kernel's \
                  memory or enters other processes: it leaves the container at will",
        fix: "remove it; look for a narrower capability, or for a part that runs on the node instead",
        maps_to: &[
            "PSS baseline",
            "CIS Kubernetes 5.2.9",
            "NSA/CISA Kubernetes Hardening: Pod security",
        ],
    },
    ask: Ask::Container(ask),
    bad: &[
        "securityContext: {capabilities: {add: [SYS_ADMIN]}}",
        "securityContext: {capabilities: {add: [CAP_SYS_ADMIN]}}",
        "securityContext: {capabilities: {add: [all], drop: [ALL]}}",
        "securityContext: {capabilities: {add: [NET_ADMIN, SYS_PTRACE]}}",
        "securityContext: {capabilities: {add: [BPF]}}",
    ],
    good: &[
        "securityContext: {capabilities: {add: [NET_ADMIN]}}",
        "securityContext: {capabilities: {drop: [SYS_ADMIN]}}",
        "securityContext: {capabilities: {add: []}}",
    ],
};

const NODE: &[&str] = &[
    "ALL",
    "BPF",
    "DAC_READ_SEARCH",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "PERFMON",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_MODULE",
    "SYS_PTRACE",
    "SYS_RAWIO",
];

/// Whether a capability, as [`meant`] returns it, is one of these.
pub(super) fn is_of_node(capability: &str) -> bool {
    NODE.contains(&capability)
}

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let path = ["capabilities", "add"];
    for (index, added) in container.added().iter().enumerate() {
        let capability = added.as_str().and_then(meant);
        if let Some(capability) = capability.filter(|name| is_of_node(name)) {
            let at = container.at().key("securityContext").below(&path);
            hits.push(Hit::new(at.item(index), format!("it adds `{capability}`")));
        }
    }
}
