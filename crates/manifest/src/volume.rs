//! Volumes of a pod by their source.

use yaml::Node;

use crate::workload::below;

/// Sources that the restricted Pod Security Standard allows.
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

/// Returns the source of a volume, as its field is called; none if it has none, and is an `emptyDir`.
pub(crate) fn source(volume: &Node) -> Option<&'static str> {
    let mut sources = ALLOWED.iter().chain(OTHERS);
    sources
        .find(|source| below(volume, &[source]).is_some())
        .copied()
}

/// Whether the restricted Pod Security Standard allows a source.
pub(crate) fn is_allowed(source: &str) -> bool {
    ALLOWED.contains(&source)
}

/// Returns the name of a volume; empty if it has none.
pub(crate) fn name(volume: &Node) -> &str {
    volume
        .get("name")
        .and_then(Node::as_str)
        .unwrap_or_default()
}
