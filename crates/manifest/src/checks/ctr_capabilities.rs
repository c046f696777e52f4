//! Capabilities that nobody dropped are rights that nobody needs.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "CTR-CAPABILITIES",
        title: "container keeps its default capabilities",
        severity: Severity::Medium,
        concern: "a runtime gives some fourteen capabilities to root in a container, among them to change \
                  owners, to listen on raw sockets and to make devices",
        fix: "drop `ALL`, and add back what is needed: mostly nothing, at most `NET_BIND_SERVICE`",
        maps_to: &[
            "PSS restricted",
            "CIS Kubernetes 5.2.10",
            "NSA/CISA Kubernetes Hardening: Pod security",
        ],
    },
    ask: Ask::Container(ask),
    bad: &[
        "securityContext: {capabilities: {drop: [NET_RAW]}}",
        "securityContext: {capabilities: {drop: [all]}}",
        "image: x",
    ],
    good: &["securityContext: {capabilities: {drop: [ALL]}}"],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let path = ["capabilities", "drop"];
    let dropped = container
        .security(&path)
        .map(Node::items)
        .unwrap_or_default();
    if !dropped.iter().any(|one| one.as_str() == Some("ALL")) {
        let at = container.at().key("securityContext").below(&path);
        hits.push(Hit::new(at, "`ALL` is not dropped").add_item("ALL"));
    }
}
