//! What a container may use of its node: no more than this.

use crate::prelude::*;
use crate::quantity;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RES-CPU-LIMIT",
        title: "container has no CPU limit",
        severity: Severity::Low,
        concern: "it may take all time of the node, and starve others that ask for none",
        fix: "set `resources.limits.cpu`; where you trust requests to share the node, ignore this \
              rule",
        maps_to: &[
            "NSA/CISA Kubernetes Hardening: Resource policies",
        ],
    },
    ask: Ask::Container(ask),
    bad: &[
        "image: x",
        "resources: {limits: {cpu: \"\"}}",
        "resources: {limits: {cpu: 0}}",
        "\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec: {containers: [{name: a, resources: {limits: {cpu: 1, memory: 1Gi}}}], initContainers: [{name: b}]}
",
        "resources: {requests: {cpu: 1}}",
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
    quantity::report(container, hits, "limits", "cpu");
}
