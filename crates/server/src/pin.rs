//! Pins the tags of a pod's images to the digests that they mean now.
//!
//! Source of truth: RFC 6902, admission.md §2.1: each change is tested first, so that a pod that another
//! webhook changed meanwhile is not changed again.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::gate::MOST_IMAGES;

/// The lists of a pod that name images.
const LISTS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// Returns where images of a pod without a digest stand, and the images.
fn unpinned(pod: &Value) -> impl Iterator<Item = (String, &str)> {
    LISTS.iter().flat_map(move |list| {
        let containers = pod
            .pointer(&format!("/spec/{list}"))
            .and_then(Value::as_array);
        let containers = containers.into_iter().flatten().enumerate();
        containers.filter_map(move |(index, container)| {
            let image = container.get("image").and_then(Value::as_str)?;
            (!image.contains('@')).then(|| (format!("/spec/{list}/{index}/image"), image))
        })
    })
}

/// Returns the images of a pod that could be pinned, each once.
pub(crate) fn images(pod: &Value) -> Vec<&str> {
    let images: BTreeSet<&str> = unpinned(pod).map(|(_, image)| image).collect();
    images.into_iter().take(MOST_IMAGES).collect()
}

/// Returns the patch that gives each image of a pod without a digest the one that `digest` knows.
pub(crate) fn patch(pod: &Value, digest: impl Fn(&str) -> Option<String>) -> Vec<Value> {
    let mut patch = Vec::new();
    for (path, image) in unpinned(pod) {
        if let Some(digest) = digest(image) {
            let pinned = format!("{image}@{digest}");
            patch.push(json!({"op": "test", "path": path, "value": image}));
            patch.push(json!({"op": "replace", "path": path, "value": pinned}));
        }
    }
    patch
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_and_not_pinned_is_pinned() {
        let pod = json!({"spec": {
            "containers": [{"image": "a:1"}, {"image": "b@sha256:0"}, {"image": "unknown"}, {}],
            "initContainers": [{"image": "a:1"}],
        }});
        assert_eq!(images(&pod), ["a:1", "unknown"]);
        let patch = patch(&pod, |image| {
            (image == "a:1").then(|| "sha256:1".to_owned())
        });
        let want = json!([
            {"op": "test", "path": "/spec/containers/0/image", "value": "a:1"},
            {"op": "replace", "path": "/spec/containers/0/image", "value": "a:1@sha256:1"},
            {"op": "test", "path": "/spec/initContainers/0/image", "value": "a:1"},
            {"op": "replace", "path": "/spec/initContainers/0/image", "value": "a:1@sha256:1"},
        ]);
        assert_eq!(Value::from(patch), want);
    }
}
