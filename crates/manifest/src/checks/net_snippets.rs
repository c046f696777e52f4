//! Pieces of configuration from whoever writes an Ingress.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "NET-SNIPPETS",
        title: "configuration of the ingress controller in an annotation",
        severity: Severity::High,
        concern: "who writes the annotation runs code in the controller, which has the \
                  certificates and Secrets of all (CVE-2021-25742)",
        fix: "remove the snippet; set `allow-snippet-annotations: \"false\"` in the controller",
        maps_to: &[
            "NSA/CISA Kubernetes Hardening: Network separation and hardening",
        ],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop, annotations: {nginx.ingress.kubernetes.io/configuration-snippet: \"return 200;\"}}
spec: {rules: [{host: a.shop.example, http: {paths: []}}]}
",
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop, annotations: {nginx.org/server-snippets: \"x\"}}
spec: {rules: [{host: a.shop.example, http: {paths: []}}]}
",
        "\
apiVersion: v1
kind: ConfigMap
metadata: {name: ingress-nginx-controller}
data: {allow-snippet-annotations: \"true\"}
",
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop, annotations: {kubernetes.io/ingress.class: nginx}}
spec: {rules: [{host: a, http: {paths: [{path: \"/x {} alias /etc\"}]}}]}
",
    ],
    good: &[
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop, annotations: {nginx.ingress.kubernetes.io/rewrite-target: /}}
spec: {rules: [{host: a.shop.example, http: {paths: []}}]}
",
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop}
spec: {rules: [{host: a, http: {paths: [{path: \"/x(/|$)(.*)\"}]}}]}
",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    match object.kind() {
        "Ingress" => ingress(object, hits),
        "ConfigMap" => {
            let path = ["data", "allow-snippet-annotations"];
            if below(&object.root, &path).and_then(Node::as_str) == Some("true") {
                let at = Pointer::default().below(&path);
                hits.push(Hit::new(at, "snippets are allowed in annotations"));
            }
        }
        _ => {}
    }
}

fn ingress(object: &Object, hits: &mut Hits<'_>) {
    const PATH: &[&str] = &["metadata", "annotations"];
    let annotations = below(&object.root, PATH).map(Node::entries);
    for entry in annotations.unwrap_or_default() {
        let is_nginx = entry.name.contains("nginx.");
        let is_snippet = entry.name.ends_with("-snippet") || entry.name.ends_with("-snippets");
        if is_nginx && is_snippet {
            let at = Pointer::default().below(PATH).key(&entry.name);
            hits.push(Hit::new(
                at,
                format!("{} is configuration", quoted(&entry.name)),
            ));
        }
    }
    let rules = below(&object.root, &["spec", "rules"])
        .map(Node::items)
        .unwrap_or_default();
    for (index, rule) in rules.iter().enumerate() {
        let paths = below(rule, &["http", "paths"])
            .map(Node::items)
            .unwrap_or_default();
        for (number, path) in paths.iter().enumerate() {
            // no path needs what ends a line or a block of nginx
            let text = path.get("path").and_then(Node::as_str).unwrap_or_default();
            if text.contains([';', '{', '}', '\n']) && text.contains(char::is_whitespace) {
                let at = Pointer::default().below(&["spec", "rules"]).item(index);
                let at = at.below(&["http", "paths"]).item(number).key("path");
                hits.push(Hit::new(
                    at,
                    format!("the path {} is configuration", quoted(text)),
                ));
            }
        }
    }
}
