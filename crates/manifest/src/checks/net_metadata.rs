//! The address where clouds hand out keys.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "NET-METADATA",
        title: "metadata of the cloud is asked",
        severity: Severity::Medium,
        concern: "the service at 169.254.169.254 gives whoever asks the rights of the node: who \
                  can make the container ask, has them",
        fix: "use workload identity, and deny the address in a NetworkPolicy",
        maps_to: &["NSA/CISA Kubernetes Hardening: Network separation and hardening"],
    },
    ask: Ask::Container(ask),
    bad: &[
        "args: [curl, \"http://169.254.169.254/latest/meta-data/\"]",
        "env: [{name: URL, value: \"http://metadata.google.internal/x\"}]",
        "command: [sh, -c, \"wget 169.254.169.254\"]",
    ],
    good: &["args: [curl, \"http://shop.example\"]", "image: x"],
};

const ADDRESSES: &[&str] = &[
    "169.254.169.254",
    "metadata.google.internal",
    "fd00:ec2::254",
];

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    for field in ["command", "args", "env"] {
        let items = container.get(&[field]).map(Node::items).unwrap_or_default();
        for (index, item) in items.iter().enumerate() {
            let text = if field == "env" {
                item.get("value")
            } else {
                Some(item)
            };
            let text = text.and_then(Node::as_str).unwrap_or_default();
            if let Some(address) = ADDRESSES.iter().find(|address| text.contains(**address)) {
                let at = container.at().key(field).item(index);
                hits.push(Hit::new(at, format!("it names {address}")));
            }
        }
    }
}
