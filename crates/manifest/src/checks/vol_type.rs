//! Kinds of volumes that reach past the API of Kubernetes.

use crate::prelude::*;
use crate::volume;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "VOL-TYPE",
        title: "volume is of a kind that hardened clusters refuse",
        severity: Severity::Low,
        concern: "the pod names a server or a disk itself, past storage classes and quotas, and drivers of \
                  the kernel trust what they read there; several kinds are gone from Kubernetes",
        fix: "use a persistent volume claim, with a CSI driver behind it",
        maps_to: &["PSS restricted"],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "volumes: [{name: v, nfs: {server: nas, path: /}}]",
        "volumes: [{name: v, glusterfs: {endpoints: a, path: b}}]",
    ],
    good: &[
        "volumes: [{name: v, persistentVolumeClaim: {claimName: a}}, {name: w, csi: {driver: d}}, {name: x}]",
        // which have rules of their own
        "volumes: [{name: v, hostPath: {path: /a}}, {name: w, gitRepo: {repository: b}}]",
    ],
};

/// Kinds that Kubernetes no longer mounts, and since which minor version.
const GONE: &[(&str, u32)] = &[
    ("flocker", 25),
    ("quobyte", 25),
    ("storageos", 25),
    ("glusterfs", 26),
    ("cephfs", 31),
    ("rbd", 31),
];

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    for (index, volume) in pod.volumes().iter().enumerate() {
        let Some(source) = volume::source(volume) else {
            continue;
        };
        if volume::is_allowed(source) || matches!(source, "hostPath" | "gitRepo") {
            continue;
        }
        let is_gone = |(kind, since): &&(&str, u32)| *kind == source && hits.bundle.minor >= *since;
        let name = short(volume::name(volume));
        let at = pod.at().key("volumes").item(index).key(source);
        hits.push(match GONE.iter().find(is_gone) {
            Some((_, since)) => {
                let message =
                    format!("volume `{name}` is {source}, gone since Kubernetes 1.{since}");
                Hit::new(at, message).severity(Severity::Medium)
            }
            None => Hit::new(at, format!("volume `{name}` is {source}")),
        });
    }
}
