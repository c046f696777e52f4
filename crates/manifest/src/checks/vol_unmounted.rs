//! Volumes that no container has.

use std::collections::BTreeSet;

use crate::prelude::*;
use crate::volume;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "VOL-UNMOUNTED",
        title: "volume is mounted by no container",
        severity: Severity::Low,
        concern: "the pod waits for it and the node has it, for nothing; often the mount was forgotten, or \
                  has another name",
        fix: "mount the volume, or remove it",
        maps_to: &[],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "volumes: [{name: v, emptyDir: {}}]\ncontainers: [{name: a}]",
        "volumes: [{name: v, emptyDir: {}}]\ncontainers: [{name: a, volumeMounts: [{name: w, mountPath: /v}]}]",
    ],
    good: &[
        "volumes: [{name: v, emptyDir: {}}]\ncontainers: [{name: a}]\ninitContainers: [{name: b, volumeMounts: \
         [{name: v, mountPath: /v}]}]",
        "volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]\ncontainers: [{name: a, volumeDevices: \
         [{name: v, devicePath: /dev/x}]}]",
        "volumes: []",
    ],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    let volumes = pod.volumes();
    if volumes.is_empty() {
        return;
    }
    let containers = pod.containers(&Role::ALL);
    let used: BTreeSet<&str> = containers
        .flat_map(|container| container.volumes_used())
        .map(|(_, _, name)| name)
        .collect();
    for (index, volume) in volumes.iter().enumerate() {
        let name = volume::name(volume);
        if !name.is_empty() && !used.contains(name) {
            let message = format!("no container mounts volume `{}`", short(name));
            hits.push(Hit::new(pod.at().key("volumes").item(index), message));
        }
    }
}
