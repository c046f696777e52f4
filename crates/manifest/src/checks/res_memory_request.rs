//! What a container may use of its node: at least this.

use crate::prelude::*;
use crate::quantity;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RES-MEMORY-REQUEST",
        title: "container has no memory request",
        severity: Severity::Low,
        concern: "the scheduler puts it where there is no memory for it, and it is evicted first",
        fix: "set `resources.requests.memory`",
        maps_to: &[
            "NSA/CISA Kubernetes Hardening: Resource policies",
        ],
    },
    ask: Ask::Container(ask),
    bad: &[
        "image: x",
        "resources: {requests: {memory: \"\"}}",
        "resources: {requests: {memory: 0}}",
        "\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec: {containers: [{name: a, resources: {limits: {cpu: 1, memory: 1Gi}}}], initContainers: [{name: b}]}
",
    ],
    good: &[
        "resources: {limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 500m, memory: 1Gi}}",
        "\
apiVersion: v1
kind: Pod
metadata: {name: x, namespace: shop}
spec: {resources: {limits: {cpu: 1, memory: 1Gi}}, containers: [{name: a}]}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: x, namespace: shop}
spec: {containers: [{name: a}]}
---
apiVersion: v1
kind: LimitRange
metadata: {name: x, namespace: shop}
spec: {limits: [{type: Container, default: {cpu: 1, memory: 1Gi}}]}
",
        "resources: {limits: {cpu: 1, memory: 1Gi}}",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    quantity::report(container, hits, "requests", "memory");
}
