//! A budget that lets no pod go.

use crate::prelude::*;
use crate::scale;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "REL-BUDGET-BLOCKS",
        title: "PodDisruptionBudget lets no pod go",
        severity: Severity::Medium,
        concern: "nodes cannot be drained, so that updates of the cluster stop there, security \
                  updates too",
        fix: "use `maxUnavailable: 1`, or more replicas than `minAvailable`",
        maps_to: &[],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: x, namespace: shop}
spec: {maxUnavailable: 0, selector: {matchLabels: {app: x}}}
",
        "\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: x, namespace: shop}
spec: {maxUnavailable: 0%, selector: {matchLabels: {app: x}}}
",
        "\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: x, namespace: shop}
spec: {minAvailable: 100%, selector: {matchLabels: {app: x}}}
",
        "\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: x, namespace: shop}
spec: {minAvailable: 2, selector: {matchLabels: {app: x}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: shop}
spec: {replicas: 2, template: {metadata: {labels: {app: x}}, spec: {containers: []}}}
",
        "\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: x, namespace: shop}
spec: {minAvailable: 2, selector: {matchLabels: {app: x}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: shop}
spec: {replicas: 5, template: {metadata: {labels: {app: x}}, spec: {containers: []}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: x, namespace: shop}
spec: {minReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: x}}
",
    ],
    good: &[
        "\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: x, namespace: shop}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: x}}}
",
        "\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: x, namespace: shop}
spec: {minAvailable: 1, selector: {matchLabels: {app: x}}}
",
        "\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: x, namespace: shop}
spec: {minAvailable: 2, selector: {matchLabels: {app: x}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: shop}
spec: {replicas: 3, template: {metadata: {labels: {app: x}}, spec: {containers: []}}}
",
        "\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: x, namespace: shop}
spec: {minAvailable: 50%, selector: {matchLabels: {app: x}}}
",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    if object.kind() != "PodDisruptionBudget" {
        return;
    }
    for field in ["maxUnavailable", "minAvailable"] {
        let Some(value) = below(&object.root, &["spec", field]) else {
            continue;
        };
        let text = value.text().unwrap_or_default();
        let message = match (field, text, value.as_int()) {
            ("maxUnavailable", "0%", _)
            | ("maxUnavailable", _, Some(0))
            | ("minAvailable", "100%", _) => {
                format!("{field} is {text}")
            }
            ("minAvailable", _, Some(least)) => match replicas(object, hits) {
                Some(replicas) if replicas <= least => {
                    format!("minAvailable is {least}, and there may be {replicas} replicas")
                }
                _ => continue,
            },
            _ => continue,
        };
        hits.push(Hit::new(
            Pointer::default().below(&["spec", field]),
            message,
        ));
    }
}

/// Returns how many pods of those that are given it selects; none if that is none.
fn replicas(object: &Object, hits: &Hits<'_>) -> Option<i64> {
    let selector = below(&object.root, &["spec", "selector"])?;
    // one that asks for no labels is for a whole namespace
    let equal = below(selector, &["matchLabels"])?;
    hits.bundle
        .labelled(namespace(object), equal)
        .filter(|(of, _)| matches!(of.kind(), "Deployment" | "StatefulSet"))
        .filter(|(_, pod)| selects(selector, pod.labels()))
        .map(|(of, _)| scale::replicas(of, hits))
        .reduce(i64::saturating_add)
        // nobody drains what does not run
        .filter(|replicas| *replicas > 0)
}
