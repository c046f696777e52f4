//! An address that a Service takes for itself.

use crate::prelude::*;
use crate::rights::list;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "NET-EXTERNAL-IP",
        title: "Service has external addresses",
        severity: Severity::High,
        concern: "the cluster sends to its pods whatever is sent to these addresses, also traffic \
                  of others to the outside (CVE-2020-8554)",
        fix: "remove `externalIPs`; use a LoadBalancer or a Gateway",
        maps_to: &["NSA/CISA Kubernetes Hardening: Network separation and hardening"],
    },
    ask: Ask::Object(ask),
    bad: &["\
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {externalIPs: [192.0.2.7]}
"],
    good: &[
        "\
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {externalIPs: []}
",
        "\
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {}
",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    let path = ["spec", "externalIPs"];
    if object.kind() != "Service" {
        return;
    }
    let addresses = below(&object.root, &path)
        .map(Node::items)
        .unwrap_or_default();
    let addresses: Vec<&str> = addresses.iter().filter_map(Node::as_str).collect();
    if !addresses.is_empty() {
        let message = format!("it takes {}", list(&addresses));
        hits.push(Hit::new(Pointer::default().below(&path), message));
    }
}
