//! Text that is no image.

use crate::prelude::*;
use crate::reference::Reference;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "IMG-NAME",
        title: "image has no valid name",
        severity: Severity::High,
        concern: "no node can pull it, so the container never starts; often a template was not filled in, \
                  and nobody knows which image will run",
        fix: "write REGISTRY/REPOSITORY:TAG@DIGEST in lower case; judge what the template makes, not the \
              template",
        maps_to: &[],
    },
    ask: Ask::Container(ask),
    bad: &[
        "image: \"{{ .Values.image }}\"",
        "image: ${REGISTRY}/shop:1.0",
        "image: Registry.example.com/Shop:1.0",
        "image: \"nginx:\"",
        "image: \"nginx: 1.27\"",
        "image: nginx@sha256:0123",
        "image: <your-image>",
        "image: https://ghcr.io/shop/web:1.0",
    ],
    good: &[
        "image: nginx",
        "image: registry.example.com:5000/shop/web_app--x:1.0",
        "image: REGISTRY.example.com/shop:Tag",
        "image: \"\"",
        "image:",
    ],
};

/// What templates leave behind.
const PLACEHOLDERS: &[&str] = &["{{", "}}", "${", "$(", "<", "%(", "__"];

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let Some(image) = container.image() else {
        return;
    };
    let Err(why) = Reference::parse(image) else {
        return;
    };
    let is_template = PLACEHOLDERS.iter().any(|text| image.contains(text));
    let why = if is_template {
        "a placeholder was not filled in"
    } else {
        why
    };
    let message = format!("image `{}`: {why}", short(image));
    hits.push(Hit::new(container.at().key("image"), message));
}
