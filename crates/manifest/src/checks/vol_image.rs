//! Images that are mounted as volumes.

use std::collections::BTreeSet;

use crate::prelude::*;
use crate::reference::Reference;
use crate::volume;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "VOL-IMAGE",
        title: "volume is an image that may change",
        severity: Severity::Medium,
        concern: "its files are run or read like those of the container's image; who moves the tag, or owns \
                  the other registry, changes the program",
        fix: "pin `image.reference` to its digest, and keep it in the registry of the pod's other images",
        maps_to: &[],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "volumes: [{name: v, image: {reference: \"ghcr.io/shop/model:1\"}}]",
        "volumes: [{name: v, image: {reference: \"{{ .Values.model }}\"}}]",
        "volumes: [{name: v, image: {reference: \
         \"example.com/model@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}}]\n\
         containers: [{name: a, image: \"ghcr.io/shop/web:1\"}]",
    ],
    good: &[
        "volumes: [{name: v, image: {reference: \
         \"ghcr.io/model@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}}]\n\
         containers: [{name: a, image: \"ghcr.io/shop/web:1\"}]",
        "volumes: [{name: v, emptyDir: {}}]",
    ],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    let mut registries = None;
    for (index, volume) in pod.volumes().iter().enumerate() {
        let reference = below(volume, &["image", "reference"]).and_then(Node::as_str);
        let Some(text) = reference.filter(|text| !text.is_empty()) else {
            continue;
        };
        let at = pod
            .at()
            .key("volumes")
            .item(index)
            .below(&["image", "reference"]);
        let say = |what: &str| {
            let name = short(volume::name(volume));
            format!("volume `{name}` is the image `{}`: {what}", short(text))
        };
        match Reference::parse(text) {
            Err(why) => hits.push(Hit::new(at, say(why)).severity(Severity::High)),
            Ok(reference) if !reference.is_pinned => {
                hits.push(Hit::new(at, say("it has no digest")));
            }
            Ok(reference) => {
                let known = registries.get_or_insert_with(|| registries_of(pod));
                if !known.is_empty() && !known.contains(reference.registry()) {
                    let message = say("no container's image is of its registry");
                    hits.push(Hit::new(at, message).severity(Severity::Low));
                }
            }
        }
    }
}

fn registries_of(pod: Pod<'_>) -> BTreeSet<String> {
    let images = pod.containers(&Role::ALL);
    images
        .filter_map(|container| Reference::parse(container.image()?).ok())
        .map(|reference| reference.registry().to_owned())
        .collect()
}
