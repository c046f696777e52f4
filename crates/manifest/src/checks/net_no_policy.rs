//! Pods that everyone may talk to.

use crate::network::{self, Direction};
use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "NET-NO-POLICY",
        title: "no NetworkPolicy selects the pod",
        severity: Severity::Medium,
        concern: "every pod of the cluster reaches it, and it reaches everything: one that is \
                  broken into is a way to all others",
        fix: "add a NetworkPolicy for the namespace that denies both directions, and others that \
              allow what is needed",
        maps_to: &[
            "CIS Kubernetes 5.3.2",
            "NSA/CISA Kubernetes Hardening: Network separation and hardening",
        ],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "containers: []",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {matchLabels: {app: db}}}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: other}
spec: {podSelector: {}}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}
",
    ],
    good: &[
        "hostNetwork: true",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {}, policyTypes: [Egress]}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a}]}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: x, namespace: shop}
",
    ],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    // no policy holds for the network of the node
    if pod.spec(&["hostNetwork"]).and_then(Node::as_bool) == Some(true) {
        return;
    }
    let free: Vec<Direction> = Direction::ALL
        .into_iter()
        .filter(|direction| {
            !network::policies(pod, hits).any(|policy| direction.is_limited(policy))
        })
        .collect();
    if free.is_empty() || hits.bundle.is_exhausted() {
        return;
    }
    if let Some(kind) = network::foreign_policy(hits) {
        let why = format!("a {kind} is given, which is not understood");
        hits.gap(&why, "pods without a network policy");
        return;
    }
    let hit = match *free.as_slice() {
        [one] => {
            let message = format!("no NetworkPolicy that is given limits its {}", one.field());
            Hit::new(pod.root(), message).severity(Severity::Low)
        }
        _ => Hit::new(pod.root(), "no NetworkPolicy that is given selects it"),
    };
    hits.push(hit);
}
