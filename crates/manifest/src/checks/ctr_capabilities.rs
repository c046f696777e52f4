//! Capabilities that nobody dropped are rights that nobody needs.

use crate::capability::{DEFAULT, meant};
use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "CTR-CAPABILITIES",
        title: "container keeps its default capabilities",
        severity: Severity::Medium,
        concern: "a runtime gives some fourteen capabilities to root in a container, among them to change \
                  owners, to forge packets on raw sockets and to make devices",
        fix: "drop `ALL`, and add back what is needed: mostly nothing, at most `NET_BIND_SERVICE`",
        maps_to: &[
            "PSS restricted",
            "CIS Kubernetes 5.2.8",
            "CIS Kubernetes 5.2.10",
            "NSA/CISA Kubernetes Hardening: Pod security",
        ],
    },
    ask: Ask::Container(ask),
    bad: &[
        "securityContext: {capabilities: {drop: [NET_RAW]}}",
        "securityContext: {capabilities: {drop: []}}",
        "securityContext: {capabilities: {drop: [ALL], add: [CHOWN, SETUID]}}",
        "image: x",
    ],
    good: &[
        "securityContext: {capabilities: {drop: [ALL]}}",
        "securityContext: {capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}",
        // runtimes take it; how it is spelled is another rule's
        "securityContext: {capabilities: {drop: [all]}}",
        "apiVersion: v1\nkind: Pod\nspec: {os: {name: windows}, containers: [{name: a}]}\n",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let at = |field| {
        container
            .at()
            .below(&["securityContext", "capabilities", field])
    };
    let dropped = container.security(&["capabilities", "drop"]);
    let dropped = dropped.map(Node::items).unwrap_or_default().iter();
    let mut keeps_raw = true;
    for capability in dropped.filter_map(Node::as_str) {
        match meant(capability) {
            Some("ALL") => {
                if let Some(message) = taken_back(container) {
                    hits.push(Hit::new(at("add"), message).severity(Severity::Low));
                }
                return;
            }
            Some("NET_RAW") => keeps_raw = false,
            _ => {}
        }
    }
    if container.pod.is_windows() {
        return;
    }
    let message = if keeps_raw {
        "`ALL` is not dropped, nor is `NET_RAW`"
    } else {
        "`ALL` is not dropped"
    };
    hits.push(Hit::new(at("drop"), message).add_item("ALL"));
}

/// Says which default capabilities come back; others have rules of their own.
fn taken_back(container: &Container<'_>) -> Option<String> {
    let added = container.added().iter().filter_map(Node::as_str);
    let mut back = added
        .filter_map(meant)
        .filter(|name| DEFAULT.contains(name) && *name != "NET_BIND_SERVICE");
    let first = back.next()?;
    Some(match back.count() {
        0 => format!("`{first}` is added back"),
        others => format!("`{first}` and {others} others are added back"),
    })
}
