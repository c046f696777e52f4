//! Consoles of administrators are no web sites.

use crate::network;
use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "NET-DASHBOARD",
        title: "console of administrators is open to the outside",
        severity: Severity::High,
        concern: "such consoles run commands, read secrets or databases, and many ask for no \
                  password: they are what attackers look for first",
        fix: "reach it by `kubectl port-forward`, or put a proxy that asks who it is before it",
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
spec: {type: LoadBalancer, selector: {k8s-app: kubernetes-dashboard}}
",
        "\
apiVersion: v1
kind: Service
metadata: {name: phpmyadmin}
spec: {type: NodePort, selector: {app: x}}
",
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop}
spec: {rules: [{host: a, http: {paths: [{backend: {service: {name: kubernetes-dashboard}}}]}}]}
",
    ],
    good: &[
        "\
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {selector: {k8s-app: kubernetes-dashboard}}
",
        "\
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {type: LoadBalancer, selector: {app: web}}
",
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop}
spec: {defaultBackend: {service: {name: web}}}
",
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop, annotations: {nginx.ingress.kubernetes.io/auth-url: \"https://id.shop.example\"}}
spec: {defaultBackend: {service: {name: adminer}}}
",
    ],
};

const CONSOLES: &[&str] = &[
    "adminer",
    "argo-server",
    "k8dash",
    "kibana",
    "kube-ops-view",
    "kubernetes-dashboard",
    "kubernetes-dashboard-kong-proxy",
    "kubernetes-dashboard-web",
    "longhorn-frontend",
    "mongo-express",
    "octant",
    "pgadmin",
    "pgadmin4",
    "phpmyadmin",
    "portainer",
    "redis-commander",
    "tiller-deploy",
    "traefik-dashboard",
    "weave-scope",
    "weave-scope-app",
];

fn ask(object: &Object, hits: &mut Hits<'_>) {
    match object.kind() {
        "Service" => service(object, hits),
        "Ingress" => ingress(object, hits),
        _ => {}
    }
}

fn service(object: &Object, hits: &mut Hits<'_>) {
    let kind = below(&object.root, &["spec", "type"]).and_then(Node::as_str);
    let Some(kind) = kind.filter(|kind| matches!(*kind, "NodePort" | "LoadBalancer")) else {
        return;
    };
    let selector = below(&object.root, &["spec", "selector"]).map(Node::entries);
    let labels = selector
        .unwrap_or_default()
        .iter()
        .filter_map(|entry| entry.value.as_str());
    let mut names = labels.chain([object.name()]);
    if let Some(name) = names.find(|name| CONSOLES.contains(name)) {
        let at = Pointer::default().below(&["spec", "type"]);
        hits.push(Hit::new(at, format!("`{name}` is open as {kind}")));
    }
}

fn ingress(object: &Object, hits: &mut Hits<'_>) {
    let annotations = below(&object.root, &["metadata", "annotations"]).map(Node::entries);
    // somebody asks who it is
    let asks =
        |entry: &yaml::Entry| entry.name.contains("auth-") || entry.name.contains("middlewares");
    if annotations.unwrap_or_default().iter().any(asks) {
        return;
    }
    for backend in network::backends(object) {
        let name = backend.service;
        if CONSOLES.contains(&name) {
            let hit = Hit::new(backend.at, format!("`{name}` is open"));
            hits.push(hit.severity(Severity::Medium));
        }
    }
}
