//! A Service that is reached from outside.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "NET-SERVICE-TYPE",
        title: "Service is open to the outside",
        severity: Severity::Low,
        concern: "a LoadBalancer is mostly reached from the internet, a NodePort on every node, \
                  past the Ingress and its TLS",
        fix: "use `ClusterIP` behind an Ingress or a Gateway, or `loadBalancerSourceRanges`",
        maps_to: &[
            "NSA/CISA Kubernetes Hardening: Network separation and hardening",
        ],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {type: NodePort}
",
        "\
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {type: LoadBalancer}
",
        "\
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {type: LoadBalancer, loadBalancerSourceRanges: [0.0.0.0/0]}
",
    ],
    good: &[
        "\
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {type: ClusterIP}
",
        "\
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {}
",
        "\
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {type: LoadBalancer, loadBalancerSourceRanges: [192.0.2.0/24]}
",
        "\
apiVersion: v1
kind: Service
metadata: {name: x, annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: \"true\"}}
spec: {type: LoadBalancer}
",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    if object.kind() != "Service" {
        return;
    }
    let kind = below(&object.root, &["spec", "type"]).and_then(Node::as_str);
    let is_open = match kind {
        Some("NodePort") => true,
        Some("LoadBalancer") => !has_ranges(object) && !is_internal(object),
        _ => false,
    };
    if let Some(kind) = kind.filter(|_| is_open) {
        let at = Pointer::default().below(&["spec", "type"]);
        hits.push(Hit::new(at, format!("it is a {kind}")));
    }
}

fn has_ranges(object: &Object) -> bool {
    let ranges = below(&object.root, &["spec", "loadBalancerSourceRanges"]).map(Node::items);
    let mut ranges = ranges
        .unwrap_or_default()
        .iter()
        .filter_map(Node::as_str)
        .peekable();
    ranges.peek().is_some() && ranges.all(|range| !matches!(range, "0.0.0.0/0" | "::/0"))
}

/// Whether an annotation of the cloud keeps it inside.
fn is_internal(object: &Object) -> bool {
    let annotations = below(&object.root, &["metadata", "annotations"]).map(Node::entries);
    annotations.unwrap_or_default().iter().any(|entry| {
        let value = entry.value.as_str().unwrap_or_default();
        let says = entry.name.contains("internal") || entry.name.contains("load-balancer-type");
        let says = says || entry.name.ends_with("load-balancer-scheme");
        says && matches!(value, "true" | "Internal" | "internal" | "0.0.0.0/0")
    })
}
