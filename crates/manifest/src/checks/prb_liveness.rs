//! Does it live?

use crate::prelude::*;
use crate::probe;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "PRB-LIVENESS",
        title: "container has no liveness probe",
        severity: Severity::Low,
        concern: "a process that hangs is never restarted",
        fix: "add a `livenessProbe` that asks the process itself and nothing that it depends on",
        maps_to: &[],
    },
    ask: Ask::Container(ask),
    bad: &["image: x", "ports: [{containerPort: 80}]"],
    good: &[
        "livenessProbe: {tcpSocket: {port: 80}}",
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
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let is_probed = container.get(&["livenessProbe"]).is_some();
    if is_probed || container.role != Role::Main || !probe::runs_on(container, hits) {
        return;
    }
    hits.push(Hit::new(
        container.at().key("livenessProbe"),
        "it has no livenessProbe",
    ));
}
