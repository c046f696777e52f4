//! Can it answer?

use crate::prelude::*;
use crate::probe;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "PRB-READINESS",
        title: "container has no readiness probe",
        severity: Severity::Low,
        concern: "it gets requests before it can answer them, and while it cannot",
        fix: "add a `readinessProbe`",
        maps_to: &[],
    },
    ask: Ask::Container(ask),
    bad: &[
        "image: x",
        "ports: [{containerPort: 80}]",
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: shop}
spec: {template: {metadata: {labels: {app: x}}, spec: {containers: [{name: a}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {selector: {app: x}}
",
    ],
    good: &[
        "readinessProbe: {tcpSocket: {port: 80}}",
        "\
apiVersion: batch/v1
kind: Job
metadata: {name: x, namespace: shop}
spec: {template: {metadata: {labels: {app: x}}, spec: {containers: [{name: a}]}}}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec: {restartPolicy: Never, containers: [{name: a}]}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec: {containers: [], initContainers: [{name: a}]}
",
        "\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: x, namespace: shop}
spec: {template: {metadata: {labels: {app: x}}, spec: {containers: [{name: a}]}}}
",
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: shop}
spec: {template: {metadata: {labels: {app: x}}, spec: {containers: [{name: a}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: other, namespace: shop}
spec: {selector: {app: other}}
",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let is_probed = container.get(&["readinessProbe"]).is_some();
    if is_probed || container.role != Role::Main || !probe::runs_on(container, hits) {
        return;
    }
    if probe::is_asked(container, hits) {
        hits.push(Hit::new(
            container.at().key("readinessProbe"),
            "it has no readinessProbe",
        ));
    }
}
