//! A pod that shares memory with its node.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "POD-HOST-IPC",
        title: "pod shares memory and queues with its node",
        severity: Severity::High,
        concern: "it reads and changes the shared memory of processes of the node, and of other pods that \
                  do the same",
        fix: "remove `hostIPC: true`; containers of one pod share memory anyway",
        maps_to: &[
            "PSS baseline",
            "CIS Kubernetes 5.2.4",
            "NSA/CISA Kubernetes Hardening: Pod security",
        ],
    },
    ask: Ask::Pod(ask),
    bad: &["hostIPC: true"],
    good: &["hostIPC: false", "containers: []"],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    if pod.is_set(&["hostIPC"], true) {
        hits.push(Hit::new(pod.at().key("hostIPC"), "hostIPC is true"));
    }
}
