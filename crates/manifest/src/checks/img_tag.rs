//! An image that is another one tomorrow.

use crate::prelude::*;
use crate::reference::Reference;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "IMG-TAG",
        title: "image is whatever is the latest",
        severity: Severity::Medium,
        concern: "each node may run another version, nobody can say which, and there is nothing to roll back \
                  to",
        fix: "name a version as tag, best with its digest: `nginx:1.27.4@sha256:…`",
        maps_to: &[],
    },
    ask: Ask::Container(ask),
    bad: &[
        "image: nginx",
        "image: nginx:latest",
        "image: registry.example.com:5000/shop/web",
    ],
    good: &[
        "image: nginx:1.27.4",
        "image: nginx@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "image: nginx:latest@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        // no name of an image at all, which has its own rule
        "image: \"{{ image }}\"",
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
    if !reference.is_latest() {
        return;
    }
    let fault = if reference.tag().is_some() {
        "has the tag latest"
    } else {
        "has no tag"
    };
    let message = format!("image `{}` {fault}", short(image));
    hits.push(Hit::new(container.at().key("image"), message));
}
