//! A pod that sees the processes of its node.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "POD-HOST-PID",
        title: "pod sees the processes of its node",
        severity: Severity::High,
        concern: "it reads the arguments, the environment and the files of every process of the node, and \
                  as root it ends or enters them",
        fix: "remove `hostPID: true`",
        maps_to: &[
            "PSS baseline",
            "CIS Kubernetes 5.2.3",
            "NSA/CISA Kubernetes Hardening: Pod security",
        ],
    },
    ask: Ask::Pod(ask),
    bad: &["hostPID: true"],
    good: &["hostPID: false", "hostPID: \"true\"", "hostPID:"],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    if pod.is_set(&["hostPID"], true) {
        hits.push(Hit::new(pod.at().key("hostPID"), "hostPID is true"));
    }
}
