//! Volumes over directories that every program trusts.

use std::collections::BTreeSet;

use crate::host_path::cleaned;
use crate::prelude::*;
use crate::volume;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "VOL-SYSTEM-MOUNT",
        title: "volume hides a directory of the system",
        severity: Severity::Medium,
        concern: "programs, libraries, users and certificates of the image are hidden; who writes into the \
                  volume says what the container runs, and a token that it puts there is believed",
        fix: "mount it into a directory of its own, or a single file with `subPath`",
        maps_to: &[],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "containers: [{name: a, volumeMounts: [{name: v, mountPath: /etc}]}]",
        "containers: [{name: a, volumeMounts: [{name: v, mountPath: /usr/bin/}]}]",
        "containers: [{name: a, volumeMounts: [{name: v, mountPath: /var/run/secrets}]}]",
        "volumes: [{name: v, emptyDir: {}}]\ncontainers: [{name: a, volumeMounts: [{name: v, mountPath: \
         /var/run/secrets/kubernetes.io/serviceaccount}]}]",
    ],
    good: &[
        "containers: [{name: a, volumeMounts: [{name: v, mountPath: /etc/app}]}]",
        "containers: [{name: a, volumeMounts: [{name: v, mountPath: /etc/hosts, subPath: hosts}]}]",
        "containers: [{name: a, volumeMounts: [{name: v, mountPath: /var/run/secrets/shop}]}]",
        // how tokens are mounted by hand, and by the cluster
        "volumes: [{name: v, projected: {sources: []}}]\ncontainers: [{name: a, volumeMounts: [{name: v, \
         mountPath: /var/run/secrets/kubernetes.io/serviceaccount}]}]",
    ],
};

const SYSTEM: &[&str] = &[
    "/",
    "/bin",
    "/etc",
    "/lib",
    "/lib64",
    "/run/secrets",
    "/run/secrets/kubernetes.io",
    "/sbin",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/bin",
    "/usr/sbin",
    TOKEN,
];

const TOKEN: &str = "/run/secrets/kubernetes.io/serviceaccount";

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    let mut tokens = None;
    for container in pod.containers(&Role::ALL) {
        for (index, mount) in container.mounts().iter().enumerate() {
            let path = mount.get("mountPath").and_then(Node::as_str);
            let Some(path) = path.filter(|path| path.starts_with('/')).map(cleaned) else {
                continue;
            };
            if !SYSTEM.contains(&path.as_str()) {
                continue;
            }
            let name = mount.get("name").and_then(Node::as_str).unwrap_or_default();
            let tokens = tokens.get_or_insert_with(|| with_tokens(pod));
            if path == TOKEN && tokens.contains(name) {
                continue;
            }
            let at = container
                .at()
                .key("volumeMounts")
                .item(index)
                .key("mountPath");
            let message = format!("volume `{}` hides `{path}` of the image", short(name));
            hits.push(Hit::new(at, message).within(&container));
        }
    }
}

/// Returns the names of volumes that may hold a token of Kubernetes.
fn with_tokens(pod: Pod<'_>) -> BTreeSet<&str> {
    let volumes = pod.volumes().iter();
    let tokens =
        volumes.filter(|volume| matches!(volume::source(volume), Some("projected" | "secret")));
    tokens.map(volume::name).collect()
}
