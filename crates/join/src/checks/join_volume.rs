//! A container that cannot write into its image's files, but into volumes that the image declares.

use crate::mounts;
use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "JOIN-VOLUME",
        title: "read-only container writes into volumes of its image",
        severity: Severity::Medium,
        concern: "for each VOLUME of an image that no mount covers, the runtime makes a fresh folder on the node, \
                  writable and without a limit: the file system is not read-only there, and data fill the node",
        fix: "mount an emptyDir with a sizeLimit there, or remove VOLUME from the image",
        maps_to: &[],
    },
    ask,
    of_windows: false,
    bad: &[
        "volumes: [/data]\n---\nsecurityContext: {readOnlyRootFilesystem: true}",
        "volumes: [/data, /cache]\n---\nsecurityContext: {readOnlyRootFilesystem: true}\nvolumeMounts: [{name: a, mountPath: /data}]",
        "volumes: [/data]\n---\nsecurityContext: {readOnlyRootFilesystem: true}\nvolumeMounts: [{name: a, mountPath: /data/below}]",
    ],
    good: &[
        "volumes: [/data/]\n---\nsecurityContext: {readOnlyRootFilesystem: true}\nvolumeMounts: [{name: a, mountPath: /data}]",
        "volumes: [/data]\n---\nsecurityContext: {readOnlyRootFilesystem: true}\nvolumeMounts: [{name: a, mountPath: //data}]",
        "volumes: [/data/./]\n---\nsecurityContext: {readOnlyRootFilesystem: true}\nvolumeMounts: [{name: a, mountPath: /data/./}]",
        "volumes: [/data]\n---\nimage: x",
        "volumes: []\n---\nsecurityContext: {readOnlyRootFilesystem: true}",
    ],
};

fn ask(join: &Join<'_>) -> Vec<Hit> {
    let read_only = join.container.security(&["readOnlyRootFilesystem"]);
    if read_only.and_then(Node::as_bool) != Some(true) {
        return Vec::new();
    }
    let covered: Vec<String> = mounts::paths(&join.container).collect();
    let volumes = join.running.volumes.iter();
    let open: Vec<&str> = volumes
        .filter(|path| !covered.contains(&mounts::normal(path)))
        .map(String::as_str)
        .collect();
    if open.is_empty() {
        return Vec::new();
    }
    let message = format!(
        "its image declares volumes that nothing is mounted on, so they are writable: {}",
        open.join(", ")
    );
    vec![Hit::new(&["volumeMounts"], message)]
}
