//! Scratch space that may grow until the node is full.

use crate::prelude::*;
use crate::volume;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "VOL-EMPTY-DIR",
        title: "emptyDir has no limit",
        severity: Severity::Low,
        concern: "one pod fills the disk of the node, or its memory, and the kubelet evicts others",
        fix: "set `emptyDir.sizeLimit`, or limits of ephemeral-storage (memory) for every container",
        maps_to: &[],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "volumes: [{name: tmp, emptyDir: {}}]",
        "volumes: [{name: tmp}]",
        "volumes: [{name: shm, emptyDir: {medium: Memory}}]\ncontainers: [{name: a, resources: {limits: \
         {ephemeral-storage: 1Gi}}}]",
    ],
    good: &[
        "volumes: [{name: tmp, emptyDir: {sizeLimit: 100Mi}}]",
        "volumes: [{name: tmp, emptyDir: {}}]\ncontainers: [{name: a, resources: {limits: {ephemeral-storage: \
         1Gi}}}]",
        "volumes: [{name: shm, emptyDir: {medium: Memory}}]\ncontainers: [{name: a, resources: {limits: \
         {memory: 1Gi}}}]",
        "volumes: [{name: a, configMap: {name: a}}]",
    ],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    // of the disk, and of memory
    let mut limited = [None, None];
    for (index, volume) in pod.volumes().iter().enumerate() {
        if !matches!(volume::source(volume), None | Some("emptyDir")) {
            continue;
        }
        let field = |name| below(volume, &["emptyDir", name]);
        let is_set = |size: &Node| !matches!(size.text(), Some("" | "0"));
        if field("sizeLimit").is_some_and(is_set) {
            continue;
        }
        let is_memory = field("medium").and_then(Node::as_str) == Some("Memory");
        let [disk, memory] = &mut limited;
        let (known, resource) = if is_memory {
            (memory, "memory")
        } else {
            (disk, "ephemeral-storage")
        };
        if *known.get_or_insert_with(|| is_limited(pod, resource)) {
            continue;
        }
        let name = short(volume::name(volume));
        let at = pod
            .at()
            .key("volumes")
            .item(index)
            .below(&["emptyDir", "sizeLimit"]);
        let hit = Hit::new(
            at,
            format!("emptyDir `{name}` may fill the {resource} of the node"),
        );
        hits.push(if is_memory {
            hit.severity(Severity::Medium)
        } else {
            hit
        });
    }
}

/// Whether the pod has a limit of a resource, by itself or by those of all containers.
fn is_limited(pod: Pod<'_>, resource: &str) -> bool {
    let path = ["resources", "limits", resource];
    let mut containers = pod.containers(&[Role::Main]).peekable();
    pod.spec(&path).is_some()
        || containers.peek().is_some() && containers.all(|container| container.get(&path).is_some())
}
