//! An Ingress for every name.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "NET-INGRESS-HOST",
        title: "Ingress for every host",
        severity: Severity::Low,
        concern: "it answers for names that nobody thought of, and takes what no other Ingress \
                  takes",
        fix: "name the hosts",
        maps_to: &["NSA/CISA Kubernetes Hardening: Network separation and hardening"],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop}
spec: {rules: [{http: {paths: []}}]}
",
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop}
spec: {rules: [{host: \"*.shop.example\"}]}
",
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop}
spec: {defaultBackend: {service: {name: x}}}
",
    ],
    good: &["\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop}
spec: {rules: [{host: a.shop.example, http: {paths: []}}]}
"],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    if object.kind() != "Ingress" {
        return;
    }
    let rules = below(&object.root, &["spec", "rules"])
        .map(Node::items)
        .unwrap_or_default();
    if rules.is_empty() && below(&object.root, &["spec", "defaultBackend"]).is_some() {
        let at = Pointer::default().below(&["spec", "defaultBackend"]);
        hits.push(Hit::new(at, "its default backend answers for every host"));
    }
    for (index, rule) in rules.iter().enumerate() {
        let message = match rule.get("host").and_then(Node::as_str).unwrap_or_default() {
            "" => "it names no host".to_owned(),
            host if host.starts_with('*') => format!("it takes all hosts of {}", quoted(host)),
            _ => continue,
        };
        let at = Pointer::default()
            .below(&["spec", "rules"])
            .item(index)
            .key("host");
        hits.push(Hit::new(at, message));
    }
}
