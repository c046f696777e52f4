//! What goes over the internet without TLS is read there.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "NET-INGRESS-TLS",
        title: "Ingress without TLS",
        severity: Severity::Medium,
        concern: "passwords and sessions are read and changed on the way",
        fix: "add `tls` with the hosts and a Secret that has the certificate",
        maps_to: &[
            "NSA/CISA Kubernetes Hardening: Network separation and hardening",
        ],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop}
spec: {rules: [{host: a.shop.example, http: {paths: []}}]}
",
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop}
spec: {rules: [{host: a.shop.example, http: {paths: []}}], tls: []}
",
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop}
spec: {rules: [{host: a.shop.example, http: {paths: []}}], tls: [{hosts: [b.shop.example], secretName: b}]}
",
    ],
    good: &[
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop}
spec: {rules: [{host: a.shop.example, http: {paths: []}}], tls: [{hosts: [a.shop.example], secretName: a}]}
",
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop}
spec: {rules: [{host: a.shop.example, http: {paths: []}}], tls: [{hosts: [\"*.shop.example\"], secretName: a}]}
",
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop}
spec: {rules: [{host: a.shop.example, http: {paths: []}}], tls: [{secretName: a}]}
",
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop, annotations: {alb.ingress.kubernetes.io/certificate-arn: \"arn:aws:acm:x\"}}
spec: {rules: [{host: a.shop.example, http: {paths: []}}]}
",
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop, annotations: {nginx.ingress.kubernetes.io/ssl-passthrough: \"true\"}}
spec: {rules: [{host: a.shop.example, http: {paths: []}}]}
",
    ],
};

/// Annotations by which a controller gets its certificates elsewhere.
const ELSEWHERE: &[&str] = &[
    "alb.ingress.kubernetes.io/certificate-arn",
    "ingress.gcp.kubernetes.io/pre-shared-cert",
    "kubernetes.io/tls-acme",
    "networking.gke.io/managed-certificates",
    "nginx.ingress.kubernetes.io/ssl-passthrough",
    "appgw.ingress.kubernetes.io/appgw-ssl-certificate",
    "traefik.ingress.kubernetes.io/router.tls",
];

fn ask(object: &Object, hits: &mut Hits<'_>) {
    if object.kind() != "Ingress" {
        return;
    }
    let annotations = below(&object.root, &["metadata", "annotations"]).map(Node::entries);
    let mut annotations = annotations.unwrap_or_default().iter();
    if annotations.any(|entry| ELSEWHERE.contains(&&*entry.name)) {
        return;
    }
    let list = |name| {
        below(&object.root, &["spec", name])
            .map(Node::items)
            .unwrap_or_default()
    };
    let hosts: Option<Vec<&str>> = covered(list("tls"));
    let Some(hosts) = hosts else {
        return;
    };
    if list("tls").is_empty() {
        let at = Pointer::default().below(&["spec", "tls"]);
        hits.push(Hit::new(at, "it has no `tls`"));
        return;
    }
    for (index, rule) in list("rules").iter().enumerate() {
        let host = rule.get("host").and_then(Node::as_str).unwrap_or_default();
        let bundle = hits.bundle;
        let mut hosts = hosts.iter().take_while(|_| bundle.spend());
        if !host.is_empty() && !hosts.any(|name| takes(name, host)) && !bundle.is_exhausted() {
            let at = Pointer::default()
                .below(&["spec", "rules"])
                .item(index)
                .key("host");
            hits.push(Hit::new(at, format!("no `tls` names {}", quoted(host))));
        }
    }
}

/// Returns the hosts that have a certificate; none if all have one.
fn covered(tls: &[Node]) -> Option<Vec<&str>> {
    let mut hosts = Vec::new();
    for one in tls {
        let own = one.get("hosts").map(Node::items).unwrap_or_default();
        if own.is_empty() {
            return None;
        }
        hosts.extend(own.iter().filter_map(Node::as_str));
    }
    Some(hosts)
}

/// Whether a certificate of `name` is good for `host`.
fn takes(name: &str, host: &str) -> bool {
    let parent = host.split_once('.').map(|(_, parent)| parent);
    let of_parent = name.strip_prefix("*.");
    name == host || (of_parent.is_some() && of_parent == parent)
}
