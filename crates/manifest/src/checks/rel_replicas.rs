//! One of something is none while its node restarts.

use crate::prelude::*;
use crate::scale;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "REL-REPLICAS",
        title: "only one replica",
        severity: Severity::Low,
        concern: "nobody answers while the pod is moved, updated or restarted",
        fix: "set `replicas` to two or more, or `strategy: Recreate` where there can be only one",
        maps_to: &[],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: shop}
spec: {template: {metadata: {labels: {app: x}}, spec: {containers: []}}}
",
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: shop}
spec: {replicas: 1, template: {metadata: {labels: {app: x}}, spec: {containers: []}}}
",
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: shop}
spec: {replicas: 1, template: {metadata: {labels: {app: x}}, spec: {containers: []}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: x, namespace: shop}
spec: {minReplicas: 1, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: x}}
",
    ],
    good: &[
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
spec: {replicas: 0, template: {metadata: {labels: {app: x}}, spec: {containers: []}}}
",
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: shop}
spec: {strategy: {type: Recreate}, template: {metadata: {labels: {app: x}}, spec: {containers: []}}}
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
spec: {template: {metadata: {labels: {app: x}}, spec: {containers: []}}}
",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    let strategy = below(&object.root, &["spec", "strategy", "type"]).and_then(Node::as_str);
    if object.kind() != "Deployment" || strategy == Some("Recreate") {
        return;
    }
    if scale::replicas(object, hits) == 1 {
        let at = Pointer::default().below(&["spec", "replicas"]);
        let message = match scale::scaler(object, hits) {
            Some((scaler, _)) => format!("{} leaves it one replica", quoted(&scaler.title())),
            None => "it has one replica".to_owned(),
        };
        hits.push(Hit::new(at, message));
    }
}
