//! How many pods may be taken at once.

use crate::prelude::*;
use crate::scale;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "REL-BUDGET",
        title: "no PodDisruptionBudget selects the pods",
        severity: Severity::Low,
        concern: "a drain of nodes may take all replicas at the same time",
        fix: "add a PodDisruptionBudget with `maxUnavailable: 1`",
        maps_to: &[],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: shop}
spec: {replicas: 2, template: {metadata: {labels: {app: x}}, spec: {containers: []}}}
",
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: shop}
spec: {template: {metadata: {labels: {app: x}}, spec: {containers: []}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: x, namespace: shop}
spec: {minReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: x}}
",
        "\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: x, namespace: shop}
spec: {replicas: 3, template: {metadata: {labels: {app: x}}, spec: {containers: []}}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: x, namespace: shop}
spec: {selector: {matchLabels: {app: other}}}
",
    ],
    good: &[
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: shop}
spec: {replicas: 2, template: {metadata: {labels: {app: x}}, spec: {containers: []}}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: x, namespace: shop}
spec: {selector: {matchLabels: {app: x}}}
",
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: shop}
spec: {replicas: 1, template: {metadata: {labels: {app: x}}, spec: {containers: []}}}
",
        "containers: []",
    ],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    let object = hits.object;
    if !matches!(object.kind(), "Deployment" | "StatefulSet") {
        return;
    }
    let replicas = scale::replicas(object, hits);
    if replicas < 2 {
        return;
    }
    let place = ("PodDisruptionBudget", namespace(object));
    let is_selected = hits.bundle.selecting(place, pod.labels()).next().is_some();
    if !is_selected && !hits.bundle.is_exhausted() {
        let at = Pointer::default().below(&["spec", "replicas"]);
        let message = format!("no PodDisruptionBudget is given for its {replicas} replicas");
        hits.push(Hit::new(at, message));
    }
}
