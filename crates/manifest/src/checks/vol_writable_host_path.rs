//! Files of the node that a container can change.

use crate::host_path::{self, sensitive, socket};
use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "VOL-WRITABLE-HOST-PATH",
        title: "container writes into its node",
        severity: Severity::High,
        concern: "what it writes outlives the pod and is read by the node or by other pods: a program, a \
                  link or a full disk",
        fix: "mount it with `readOnly: true`, or use a volume that is no hostPath",
        maps_to: &[
            "PSS baseline",
            "NSA/CISA Kubernetes Hardening: Pod security",
        ],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "volumes: [{name: v, hostPath: {path: /opt/data}}]\n\
         containers: [{name: a, volumeMounts: [{name: v, mountPath: /d}]}]",
        "volumes: [{name: v, hostPath: {path: /opt/data}}]\n\
         containers: [{name: a, volumeMounts: [{name: v, mountPath: /d, readOnly: true}]}]\n\
         initContainers: [{name: b, volumeMounts: [{name: v, mountPath: /d, readOnly: false}]}]",
    ],
    good: &[
        "volumes: [{name: v, hostPath: {path: /opt/data}}]\n\
         containers: [{name: a, volumeMounts: [{name: v, mountPath: /d, readOnly: true}]}]",
        "volumes: [{name: v, hostPath: {path: /opt/data}}]\ncontainers: [{name: a}]",
        "volumes: [{name: v, hostPath: {path: /run/log.sock, type: Socket}}]\n\
         containers: [{name: a, volumeMounts: [{name: v, mountPath: /l}]}]",
        // worse, which has its own rule
        "volumes: [{name: v, hostPath: {path: /etc}}]\n\
         containers: [{name: a, volumeMounts: [{name: v, mountPath: /e}]}]",
    ],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    for host in host_path::of(pod) {
        let path = &host.path;
        if !host.is_writable() || socket(path).is_some() || sensitive(path).is_some() {
            continue;
        }
        // which a mount that is read-only does not protect
        let kind = below(host.volume, &["hostPath", "type"]).and_then(Node::as_str);
        if matches!(kind, Some("Socket" | "CharDevice" | "BlockDevice")) {
            continue;
        }
        let message = format!("it may write into {}", host.title());
        hits.push(host.hit(message));
    }
}
