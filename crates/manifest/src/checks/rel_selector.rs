//! A workload that does not select its own pods.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "REL-SELECTOR",
        title: "selector does not match the labels of the pods",
        severity: Severity::High,
        concern: "the API server refuses the object, or the controller makes pods without end",
        fix: "write the same labels into `spec.selector.matchLabels` and \
              `spec.template.metadata.labels`",
        maps_to: &[],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: shop}
spec: {selector: {matchLabels: {app: other}}, template: {metadata: {labels: {app: x}}, spec: {containers: []}}}
",
        "\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: x, namespace: shop}
spec: {selector: {matchLabels: {app: x, tier: web}}, template: {metadata: {labels: {app: x}}, spec: {containers: []}}}
",
        "\
apiVersion: v1
kind: ReplicationController
metadata: {name: x}
spec: {selector: {app: other}, template: {metadata: {labels: {app: x}}}}
",
    ],
    good: &[
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: shop}
spec: {selector: {matchLabels: {app: x}}, template: {metadata: {labels: {app: x}}, spec: {containers: []}}}
",
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: shop}
spec: {template: {metadata: {labels: {app: x}}, spec: {containers: []}}}
",
        "\
apiVersion: batch/v1
kind: Job
metadata: {name: x}
spec: {selector: {matchLabels: {a: b}}, template: {}}
",
        "\
apiVersion: v1
kind: ReplicationController
metadata: {name: x}
spec: {selector: {app: x}, template: {metadata: {labels: {app: x}}}}
",
    ],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    let Some(selector) = below(&hits.object.root, &["spec", "selector"]) else {
        return;
    };
    let is_match = match hits.object.kind() {
        "Deployment" | "ReplicaSet" | "DaemonSet" | "StatefulSet" => {
            selects(selector, pod.labels())
        }
        "ReplicationController" => has_all(selector, pod.labels()),
        // of a Job it is made by the API server
        _ => return,
    };
    if !is_match {
        let at = Pointer::default().below(&["spec", "selector"]);
        hits.push(Hit::new(
            at,
            "it does not select the pods of its own template",
        ));
    }
}
