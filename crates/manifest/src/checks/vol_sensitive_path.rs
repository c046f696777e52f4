//! Directories of the node whose owner owns the node.

use crate::host_path::{self, sensitive, socket};
use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "VOL-SENSITIVE-PATH",
        title: "container has a sensitive directory of its node",
        severity: Severity::High,
        concern: "such a directory holds keys of the cluster, secrets of other pods or settings of the \
                  kernel: with it a container takes over the node",
        fix: "mount the one file that is needed, read-only, or ask the API of Kubernetes for it",
        maps_to: &[
            "PSS baseline",
            "NSA/CISA Kubernetes Hardening: Pod security",
        ],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "volumes: [{name: v, hostPath: {path: /etc}}]\n\
         containers: [{name: a, volumeMounts: [{name: v, mountPath: /e, readOnly: true}]}]",
        "volumes: [{name: v, hostPath: {path: /proc/}}]\n\
         containers: [{name: a, volumeMounts: [{name: v, mountPath: /p}]}]",
        "volumes: [{name: v, hostPath: {path: /var/lib/kubelet/pods}}]\n\
         initContainers: [{name: a, volumeMounts: [{name: v, mountPath: /p}]}]",
        "volumes: [{name: v, hostPath: {path: /dev/sda}}]\n\
         containers: [{name: a, volumeMounts: [{name: v, mountPath: /d}]}]",
        // no container has it so far
        "volumes: [{name: v, hostPath: {path: /etc}}]\ncontainers: [{name: a}]",
    ],
    good: &[
        "volumes: [{name: v, hostPath: {path: /opt/processed-data}}]\n\
         containers: [{name: a, volumeMounts: [{name: v, mountPath: /d}]}]",
        "volumes: [{name: v, hostPath: {path: /etc/localtime}}]\n\
         containers: [{name: a, volumeMounts: [{name: v, mountPath: /etc/localtime, readOnly: true}]}]",
        "volumes: [{name: v, hostPath: {path: /lib/modules}}]\n\
         containers: [{name: a, volumeMounts: [{name: v, mountPath: /lib/modules, readOnly: true}]}]",
    ],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    for host in host_path::of(pod) {
        if socket(&host.path).is_some() {
            continue;
        }
        let Some(found) = sensitive(&host.path) else {
            continue;
        };
        let (who, severity) = if host.by.is_none() {
            ("no container mounts yet", Severity::Medium)
        } else if host.is_writable() {
            ("it reads and writes", Severity::High)
        } else if found.is_secret {
            ("it reads", Severity::High)
        } else {
            ("it reads", Severity::Medium)
        };
        let message = format!("{who} {}: {}", host.title(), found.holds);
        hits.push(host.hit(message).severity(severity));
    }
}
