//! Capabilities beyond those that a runtime gives.

use super::ctr_node_capabilities::is_of_node;
use crate::capability::{DEFAULT, meant};
use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "CTR-ADDED-CAPABILITIES",
        title: "container has more capabilities than others",
        severity: Severity::High,
        concern: "each is a piece of root: to change the network, forge packets, set the clock or pass by \
                  limits",
        fix: "remove it from `capabilities.add`, if the program does without",
        maps_to: &[
            "PSS baseline",
            "CIS Kubernetes 5.2.9",
            "NSA/CISA Kubernetes Hardening: Pod security",
        ],
    },
    ask: Ask::Container(ask),
    bad: &[
        "securityContext: {capabilities: {add: [NET_ADMIN]}}",
        "securityContext: {capabilities: {add: [CHOWN, net_raw]}}",
        "securityContext: {capabilities: {add: [CAP_SYS_TIME], drop: [ALL]}}",
    ],
    good: &[
        "securityContext: {capabilities: {add: [NET_BIND_SERVICE, CHOWN], drop: [ALL]}}",
        "securityContext: {capabilities: {drop: [NET_ADMIN]}}",
        // a worse one, which has its own rule
        "securityContext: {capabilities: {add: [SYS_ADMIN]}}",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let path = ["capabilities", "add"];
    for (index, added) in container.added().iter().enumerate() {
        let capability = added.as_str().and_then(meant);
        let is_extra = |name: &&str| !DEFAULT.contains(name) && !is_of_node(name);
        if let Some(capability) = capability.filter(is_extra) {
            let at = container.at().key("securityContext").below(&path);
            hits.push(Hit::new(at.item(index), format!("it adds `{capability}`")));
        }
    }
}
