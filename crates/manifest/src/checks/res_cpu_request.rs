//! What a container may use of its node: at least this.

use crate::prelude::*;
use crate::quantity;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RES-CPU-REQUEST",
        title: "container has no CPU request",
        severity: Severity::Low,
        concern: "the scheduler takes it for one that needs nothing, puts too many on a node, and \
                  it gets what is left",
        fix: "set `resources.requests.cpu` to what it needs on a usual day",
        maps_to: &[
            "NSA/CISA Kubernetes Hardening: Resource policies",
        ],
    },
    ask: Ask::Container(ask),
    bad: &[
        "image: x",
        "resources: {requests: {cpu: \"\"}}",
        "resources: {requests: {cpu: 0}}",
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
    quantity::report(container, hits, "requests", "cpu");
}
