//! Volumes by their source.

use yaml::Node;

use super::subject::{Found, Subject, found, plural, quoted, uses};

/// Sources that the restricted level allows.
const ALLOWED: &[&str] = &[
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

/// All others. A volume without a source is an `emptyDir`.
const OTHERS: &[&str] = &[
    "awsElasticBlockStore",
    "azureDisk",
    "azureFile",
    "cephfs",
    "cinder",
    "fc",
    "flexVolume",
    "flocker",
    "gcePersistentDisk",
    "gitRepo",
    "glusterfs",
    "hostPath",
    "iscsi",
    "nfs",
    "photonPersistentDisk",
    "portworxVolume",
    "quobyte",
    "rbd",
    "scaleIO",
    "storageos",
    "vsphereVolume",
];

pub(super) fn host_path(subject: &Subject<'_>) -> Option<Found> {
    let volumes = subject.pod.volumes().iter();
    let names: Vec<&str> = volumes
        .filter(|volume| has(volume, "hostPath"))
        .map(name)
        .collect();
    if names.is_empty() {
        return None;
    }
    let noun = plural("volume", names.len());
    found("hostPath volumes", format!("{noun} {}", quoted(names)))
}

pub(super) fn restricted(subject: &Subject<'_>) -> Option<Found> {
    let mut names = Vec::new();
    let mut kinds = std::collections::BTreeSet::new();
    for volume in subject.pod.volumes() {
        let is_there = |source: &&&str| has(volume, source);
        if ALLOWED.iter().any(|source| has(volume, source)) {
            continue;
        }
        if let Some(kind) = OTHERS.iter().find(is_there) {
            names.push(name(volume));
            kinds.insert(*kind);
        }
    }
    if names.is_empty() {
        return None;
    }
    let (count, of) = (names.len(), kinds.len());
    let detail = format!(
        "{} {} {} restricted volume {} {}",
        plural("volume", count),
        quoted(names),
        uses(count),
        plural("type", of),
        quoted(kinds)
    );
    found("restricted volume types", detail)
}

fn has(volume: &Node, source: &str) -> bool {
    volume.get(source).is_some_and(|source| !source.is_null())
}

fn name(volume: &Node) -> &str {
    volume
        .get("name")
        .and_then(Node::as_str)
        .unwrap_or_default()
}
