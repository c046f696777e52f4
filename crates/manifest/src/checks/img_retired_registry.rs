//! Registries that nobody fills any more.

use crate::prelude::*;
use crate::reference::Reference;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "IMG-RETIRED-REGISTRY",
        title: "image comes from a registry that is given up",
        severity: Severity::Medium,
        concern: "no fix arrives there, and one day pulls fail: a pod that moves to another node does not \
                  start",
        fix: "pull it from where it is now: `registry.k8s.io` for Kubernetes, `ghcr.io` for GitHub",
        maps_to: &[],
    },
    ask: Ask::Container(ask),
    bad: &[
        "image: k8s.gcr.io/pause:3.5",
        "image: gcr.io/google_containers/pause:3.0",
        "image: docker.pkg.github.com/shop/web/web:1",
    ],
    good: &[
        "image: registry.k8s.io/pause:3.10",
        "image: gcr.io/distroless/static:nonroot",
        "image: example.com/k8s.gcr.io/pause:3.5",
    ],
};

/// Registries and the first part of a repository, empty for any.
const RETIRED: &[(&str, &str)] = &[
    ("k8s.gcr.io", ""),
    ("us.gcr.io", "k8s-artifacts-prod"),
    ("eu.gcr.io", "k8s-artifacts-prod"),
    ("asia.gcr.io", "k8s-artifacts-prod"),
    ("gcr.io", "google_containers"),
    ("gcr.io", "google-containers"),
    ("docker.pkg.github.com", ""),
];

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let Some(image) = container.image() else {
        return;
    };
    let is_named = |(registry, _): &(&str, &str)| image.starts_with(registry);
    if !RETIRED.iter().any(is_named) {
        return;
    }
    let Ok(reference) = Reference::parse(image) else {
        return;
    };
    let owner = reference.repository().split('/').next();
    let is_retired = |(registry, first): &(&str, &str)| {
        *registry == reference.registry() && (first.is_empty() || owner == Some(first))
    };
    if RETIRED.iter().any(is_retired) {
        let message = format!("image `{}` is in a registry that is given up", short(image));
        hits.push(Hit::new(container.at().key("image"), message));
    }
}
