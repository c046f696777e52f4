//! Replicas on one node fail with it.

use crate::prelude::*;
use crate::scale;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "REL-SPREAD",
        title: "replicas may all run on one node",
        severity: Severity::Low,
        concern: "a node that fails takes all of them",
        fix: "add `topologySpreadConstraints` or a `podAntiAffinity` by `kubernetes.io/hostname`",
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
    ],
    good: &[
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: shop}
spec: {replicas: 2, template: {spec: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}]}}}
",
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: shop}
spec: {replicas: 2, template: {spec: {affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname}]}}}}}
",
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: shop}
spec: {replicas: 1, template: {metadata: {labels: {app: x}}, spec: {containers: []}}}
",
    ],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    let object = hits.object;
    if !matches!(object.kind(), "Deployment" | "StatefulSet") {
        return;
    }
    let constraints = pod.spec(&["topologySpreadConstraints"]).map(Node::items);
    let apart = pod
        .spec(&["affinity", "podAntiAffinity"])
        .map(Node::entries);
    let is_spread =
        !constraints.unwrap_or_default().is_empty() || !apart.unwrap_or_default().is_empty();
    if !is_spread && scale::replicas(object, hits) > 1 {
        let at = pod.at().key("topologySpreadConstraints");
        hits.push(Hit::new(at, "nothing keeps its replicas apart"));
    }
}
