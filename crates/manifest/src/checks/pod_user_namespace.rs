//! Root in a container, and root of the node, are the same user without a user namespace.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "POD-USER-NAMESPACE",
        title: "pod has no user namespace of its own",
        severity: Severity::Low,
        concern: "a process that breaks out of the container has the same user id on the node: root stays \
                  root",
        fix: "set `hostUsers: false`, if nodes and volumes support it (Kubernetes 1.33 does by default)",
        maps_to: &[],
    },
    ask: Ask::Pod(ask),
    bad: &["containers: []", "hostUsers: true"],
    good: &[
        "hostUsers: false",
        // those of the node are taken with it, which the API server wants together
        "hostPID: true",
        "os: {name: windows}",
    ],
};

/// The first minor version in which pods get one if they want, without a feature gate.
const SINCE: u32 = 33;

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    let shares = ["hostNetwork", "hostPID", "hostIPC"];
    let cannot = pod.is_windows() || shares.iter().any(|field| pod.is_set(&[field], true));
    if cannot || pod.is_in_user_namespace() || hits.bundle.minor < SINCE {
        return;
    }
    let message = if pod.is_set(&["hostUsers"], true) {
        "hostUsers is true"
    } else {
        "hostUsers is not set, and true by default"
    };
    hits.push(Hit::new(pod.at().key("hostUsers"), message));
}
