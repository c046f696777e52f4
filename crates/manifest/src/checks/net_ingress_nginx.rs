//! A controller that nobody mends any more.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "NET-INGRESS-NGINX",
        title: "ingress controller has no maintainers",
        severity: Severity::High,
        concern: "ingress-nginx of the Kubernetes project is retired since March 2026: flaws that \
                  are found from then on stay",
        fix: "move to a Gateway API implementation or to another ingress controller",
        maps_to: &[],
    },
    ask: Ask::Container(ask),
    bad: &[
        "image: registry.k8s.io/ingress-nginx/controller:v1.12.1",
        "image: quay.io/kubernetes-ingress-controller/nginx-ingress-controller:0.33.0",
    ],
    good: &[
        "image: nginx/nginx-ingress:4.0",
        "image: registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.5.2",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let Some(image) = container.get(&["image"]).and_then(Node::as_str) else {
        return;
    };
    let names = [
        "ingress-nginx/controller",
        "kubernetes-ingress-controller/nginx-ingress-controller",
    ];
    if names.iter().any(|name| image.contains(name)) {
        hits.push(Hit::new(
            container.at().key("image"),
            format!("{} is retired", quoted(image)),
        ));
    }
}
