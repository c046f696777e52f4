//! The socket that starts containers, in a container.

use crate::host_path::{self, Socket, socket};
use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "VOL-RUNTIME-SOCKET",
        title: "container has the socket of a container runtime",
        severity: Severity::Critical,
        concern: "who may talk to the runtime starts a privileged container and owns the node; a mount that \
                  is read-only does not hinder it",
        fix: "remove the mount; build images with a tool that needs no daemon, and watch containers through \
              the API of Kubernetes",
        maps_to: &[
            "PSS baseline",
            "NSA/CISA Kubernetes Hardening: Pod security",
        ],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "volumes: [{name: v, hostPath: {path: /var/run/docker.sock}}]\n\
         containers: [{name: a, volumeMounts: [{name: v, mountPath: /s, readOnly: true}]}]",
        "volumes: [{name: v, hostPath: {path: /run//containerd/../containerd/containerd.sock}}]\n\
         initContainers: [{name: a, volumeMounts: [{name: v, mountPath: /s}]}]",
        "volumes: [{name: v, hostPath: {path: /}}]\n\
         containers: [{name: a, volumeMounts: [{name: v, mountPath: /host}]}]",
        "volumes: [{name: v, hostPath: {path: /var/run/}}]\n\
         containers: [{name: a, volumeMounts: [{name: v, mountPath: /r}]}]",
        "volumes: [{name: v, hostPath: {path: /var/lib/kubelet}}]\n\
         containers: [{name: a, volumeMounts: [{name: v, mountPath: /k}]}]",
        "volumes: [{name: v, hostPath: {path: /var}}]\n\
         containers: [{name: a, volumeMounts: [{name: v, mountPath: /s, subPath: run/crio/crio.sock}]}]",
        // no container has it so far
        "volumes: [{name: v, hostPath: {path: /run/docker.sock}}]\ncontainers: [{name: a}]",
    ],
    good: &[
        "volumes: [{name: v, hostPath: {path: /opt/docker.sock.d}}]\n\
         containers: [{name: a, volumeMounts: [{name: v, mountPath: /s}]}]",
        "volumes: [{name: v, hostPath: {path: /}}]\n\
         containers: [{name: a, volumeMounts: [{name: v, mountPath: /c, subPath: opt/shop}]}]",
        "volumes: [{name: v, emptyDir: {}}]\n\
         containers: [{name: a, volumeMounts: [{name: v, mountPath: /var/run/docker.sock}]}]",
    ],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    for host in host_path::of(pod) {
        let Some(found) = socket(&host.path) else {
            continue;
        };
        // what nobody mounts yet is one line away
        let is_mounted = host.by.is_some();
        let (name, severity) = match (found, is_mounted) {
            (Socket::Runtime(name), true) => (name, Severity::Critical),
            (Socket::Runtime(name), false) | (Socket::Kubelet(name), true) => {
                (name, Severity::High)
            }
            (Socket::Kubelet(name), false) => (name, Severity::Medium),
        };
        let title = host.title();
        let who = if is_mounted {
            "it mounts"
        } else {
            "no container mounts yet"
        };
        let holds = if host.path.ends_with(name) {
            String::new()
        } else {
            format!(", which holds `{name}`")
        };
        hits.push(host.hit(format!("{who} {title}{holds}")).severity(severity));
    }
}
