//! A tag that may be moved.

use crate::prelude::*;
use crate::reference::Reference;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "IMG-DIGEST",
        title: "image is not pinned to its digest",
        severity: Severity::Low,
        concern: "who may write into the registry can move the tag to another image, and nodes run it \
                  without a word",
        fix: "add the digest that was checked: `nginx:1.27.4@sha256:…`",
        maps_to: &[],
    },
    ask: Ask::Container(ask),
    bad: &["image: nginx:1.27.4", "image: registry.example.com/shop:v1"],
    good: &[
        "image: nginx:1.27.4@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        // worse, which has its own rule
        "image: nginx",
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
    if !reference.is_pinned && !reference.is_latest() {
        let message = format!("image `{}` has no digest", short(image));
        hits.push(Hit::new(container.at().key("image"), message));
    }
}
