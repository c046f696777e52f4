//! What a container may use of its node: no more than this.

use crate::prelude::*;
use crate::quantity;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RES-MEMORY-LIMIT",
        title: "container has no memory limit",
        severity: Severity::Low,
        concern: "a leak or an attack takes the memory of the node, and the kernel kills other \
                  containers",
        fix: "set `resources.limits.memory`",
        maps_to: &[
            "NSA/CISA Kubernetes Hardening: Resource policies",
        ],
    },
    ask: Ask::Container(ask),
    bad: &[
        "image: x",
        "resources: {limits: {memory: \"\"}}",
        "resources: {limits: {memory: 0}}",
        "\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec: {containers: [{name: a, resources: {limits: {cpu: 1, memory: 1Gi}}}], initContainers: [{name: b}]}
",
        "resources: {requests: {memory: 1}}",
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
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    quantity::report(container, hits, "limits", "memory");
}
