//! An image from wherever the runtime looks first.

use crate::prelude::*;
use crate::reference::Reference;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "IMG-REGISTRY",
        title: "image does not name its registry",
        severity: Severity::Medium,
        concern: "each runtime looks where it is told to, mostly at Docker Hub: anyone may own that name \
                  there, and mirrors or rules about registries do not see it",
        fix: "write the registry: `docker.io/library/nginx:1.27.4`, or a copy in your own",
        maps_to: &[],
    },
    ask: Ask::Container(ask),
    bad: &[
        "image: nginx:1.27.4",
        "image: grafana/grafana:11.0.0",
        "image: nginx@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ],
    good: &[
        "image: docker.io/library/nginx:1.27.4",
        "image: registry.example.com/shop:1",
        "image: localhost/shop:1",
        "image: registry:5000/shop:1",
        "image:",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let Some(image) = container.image() else {
        return;
    };
    let Ok(reference) = Reference::parse(image) else {
        return;
    };
    if reference.names_registry {
        return;
    }
    let message = format!("image `{}` names no registry", short(image));
    let hit = Hit::new(container.at().key("image"), message);
    // wherever it comes from, it is the same
    let is_pinned = reference.is_pinned;
    hits.push(if is_pinned {
        hit.severity(Severity::Low)
    } else {
        hit
    });
}
