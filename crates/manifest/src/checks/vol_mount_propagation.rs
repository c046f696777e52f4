//! Mounts that a container makes on its node.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "VOL-MOUNT-PROPAGATION",
        title: "container mounts into its node",
        severity: Severity::High,
        concern: "what the container mounts there appears on the node and in other pods, over files that \
                  they trust, and stays when the container is gone",
        fix: "use `HostToContainer` or `None`; only drivers of storage need `Bidirectional`",
        maps_to: &[],
    },
    ask: Ask::Container(ask),
    bad: &["volumeMounts: [{name: v, mountPath: /m, mountPropagation: Bidirectional}]"],
    good: &[
        "volumeMounts: [{name: v, mountPath: /m, mountPropagation: HostToContainer}]",
        "volumeMounts: [{name: v, mountPath: /m}]",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    for (index, mount) in container.mounts().iter().enumerate() {
        let propagation = mount.get("mountPropagation").and_then(Node::as_str);
        if propagation == Some("Bidirectional") {
            let at = container.at().key("volumeMounts").item(index);
            let path = mount.get("mountPath").and_then(Node::as_str);
            let path = short(path.unwrap_or_default());
            let message = format!("what it mounts below `{path}` appears on the node");
            hits.push(Hit::new(at.key("mountPropagation"), message));
        }
    }
}
