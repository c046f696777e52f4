//! A pod in the network of its node.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "POD-HOST-NETWORK",
        title: "pod uses the network of its node",
        severity: Severity::High,
        concern: "it reaches what listens on the node's loopback, reads other pods' traffic, and no \
                  NetworkPolicy holds for it",
        fix: "remove `hostNetwork: true`; publish ports through a Service",
        maps_to: &[
            "PSS baseline",
            "CIS Kubernetes 5.2.5",
            "NSA/CISA Kubernetes Hardening: Pod security",
        ],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "hostNetwork: true",
        "hostNetwork: yes",
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec:\n  jobTemplate:\n    spec:\n      \
         template: {spec: {hostNetwork: true}}\n",
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: apps/v1\n  kind: ReplicaSet\n  spec: {template: \
         {spec: {hostNetwork: true}}}\n",
    ],
    good: &[
        "hostNetwork: false",
        "containers: []",
        "hostNetwork: \"true\"",
    ],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    if pod.is_set(&["hostNetwork"], true) {
        hits.push(Hit::new(pod.at().key("hostNetwork"), "hostNetwork is true"));
    }
}
