//! Mounts of volumes that are not there.

use std::collections::BTreeSet;

use crate::prelude::*;
use crate::volume;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "VOL-MISSING",
        title: "container mounts a volume that does not exist",
        severity: Severity::Medium,
        concern: "the API server refuses the pod: nothing of it runs, or an older version goes on running",
        fix: "declare the volume in `volumes`, or mend its name",
        maps_to: &[],
    },
    ask: Ask::Object(ask),
    bad: &[
        "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, volumeMounts: [{name: v, mountPath: /v}]}]}\n",
        "apiVersion: apps/v1\nkind: StatefulSet\nspec:\n  volumeClaimTemplates: [{metadata: {name: w}}]\n  \
         template: {spec: {containers: [{name: a, volumeDevices: [{name: v, devicePath: /v}]}]}}\n",
    ],
    good: &[
        "apiVersion: v1\nkind: Pod\nspec: {volumes: [{name: v}], containers: [{name: a, volumeMounts: [{name: \
         v, mountPath: /v}]}]}\n",
        "apiVersion: apps/v1\nkind: StatefulSet\nspec:\n  volumeClaimTemplates: [{metadata: {name: v}}]\n  \
         template: {spec: {containers: [{name: a, volumeMounts: [{name: v, mountPath: /v}]}]}}\n",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    let Some(pod) = object.pod() else { return };
    let claims = below(&object.root, &["spec", "volumeClaimTemplates"]).map(Node::items);
    let claims = claims.unwrap_or_default().iter();
    let claims = claims.filter_map(|claim| below(claim, &["metadata", "name"])?.as_str());
    let volumes = pod.volumes().iter().map(volume::name);
    let known: BTreeSet<&str> = claims.chain(volumes).collect();
    for container in pod.containers(&Role::ALL) {
        for (list, index, name) in container.volumes_used() {
            if name.is_empty() || known.contains(name) {
                continue;
            }
            let at = container.at().key(list).item(index).key("name");
            let message = format!("there is no volume `{}`", short(name));
            hits.push(Hit::new(at, message).within(&container));
        }
    }
}
