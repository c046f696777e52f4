//! A policy that allows everyone.

use crate::network::Direction;
use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "NET-OPEN-POLICY",
        title: "NetworkPolicy allows everything",
        severity: Severity::Medium,
        concern: "policies add up: one that allows everyone makes all others void for the pods \
                  that it selects",
        fix: "name the peers and the ports that are needed",
        maps_to: &[
            "NSA/CISA Kubernetes Hardening: Network separation and hardening",
        ],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {}, ingress: [{}]}
",
        "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {}, ingress: [{from: []}]}
",
        "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}
",
        "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}
",
        "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {}, egress: [{}]}
",
        "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {}, egress: [{to: [{ipBlock: {cidr: \"::/0\"}}]}], policyTypes: [Egress]}
",
        "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {}, ingress: [{ports: [{port: 80}], from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}
",
    ],
    good: &[
        "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
",
        "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}
",
        "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {}, egress: [{ports: [{port: 53}]}]}
",
        "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {}, egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]}
",
        "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {}, ingress: [{ports: [{port: 80}]}]}
",
        "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {}, egress: [{}], policyTypes: [Ingress]}
",
        "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {}, ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: x}}}]}]}
",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    if object.kind() != "NetworkPolicy" {
        return;
    }
    for direction in Direction::ALL {
        let field = direction.field();
        let rules = below(&object.root, &["spec", field])
            .map(Node::items)
            .unwrap_or_default();
        if !direction.is_limited(object) {
            continue;
        }
        for (index, rule) in rules.iter().enumerate() {
            let at = Pointer::default().below(&["spec", field]).item(index);
            if let Some((message, severity)) = look(rule, direction) {
                hits.push(Hit::new(at, message).severity(severity));
            }
        }
    }
}

fn look(rule: &Node, direction: Direction) -> Option<(String, Severity)> {
    let list = |name: &str| rule.get(name).map(Node::items).unwrap_or_default();
    let peers = list(direction.peers());
    let has_ports = !list("ports").is_empty();
    let field = direction.field();
    let severity = match direction {
        Direction::Ingress => Severity::Medium,
        // as if there was no policy for it
        Direction::Egress => Severity::Low,
    };
    if peers.is_empty() && !has_ports {
        return Some((format!("it allows all {field}"), severity));
    }
    for peer in peers {
        let selector = |name| below(peer, &[name]);
        let takes_all = |name| selector(name).is_some_and(|selector| selector.entries().is_empty());
        let limits_pods = selector("podSelector").is_some() && !takes_all("podSelector");
        if let Some(cidr) = all_addresses(peer) {
            // a port that the whole internet may use is meant to be one
            return match (direction, has_ports) {
                (Direction::Egress, true) => None,
                (Direction::Ingress, true) => Some((
                    format!("it allows {field} from {cidr} to its ports"),
                    Severity::Low,
                )),
                (_, false) => Some((format!("it allows {field} for {cidr}"), severity)),
            };
        }
        if takes_all("namespaceSelector") && !limits_pods && !has_ports {
            return Some((format!("it allows {field} for all namespaces"), severity));
        }
    }
    None
}

fn all_addresses(peer: &Node) -> Option<&str> {
    let cidr = below(peer, &["ipBlock", "cidr"])?.as_str()?;
    let except = below(peer, &["ipBlock", "except"]).map(Node::items);
    let is_all = matches!(cidr, "0.0.0.0/0" | "::/0") && except.unwrap_or_default().is_empty();
    is_all.then_some(cidr)
}
