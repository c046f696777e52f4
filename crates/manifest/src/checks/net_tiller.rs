//! Tiller does what everyone asks.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "NET-TILLER",
        title: "Tiller runs",
        severity: Severity::High,
        concern: "it deploys, with its own rights, what anyone in the cluster asks for, without a \
                  password",
        fix: "remove it: Helm has done without since version 3",
        maps_to: &[],
    },
    ask: Ask::Container(ask),
    bad: &[
        "image: gcr.io/kubernetes-helm/tiller:v2.16.1",
        "image: ghcr.io/helm/tiller@sha256:0",
    ],
    good: &["image: alpine/helm:3.18", "image: shop/distiller:1"],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let Some(image) = container.get(&["image"]).and_then(Node::as_str) else {
        return;
    };
    let name = image.rsplit('/').next().unwrap_or_default();
    if name.split([':', '@']).next() == Some("tiller") {
        hits.push(Hit::new(
            container.at().key("image"),
            format!("{} is Tiller", quoted(image)),
        ));
    }
}
