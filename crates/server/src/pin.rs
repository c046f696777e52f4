//! Pins the tags of a pod's images to the digests that they mean now.
//!
//! Source of truth: RFC 6902, admission.md §2.1: each change is tested first, so that a pod that another
//! webhook changed meanwhile is not changed again.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pipeline::review::MOST_IMAGES;
use policy::image_policy::Asked as Question;
use serde_json::{Value, json};

use crate::admission::Asked;
use crate::admission_review::Request;
use crate::gate::Gate;
use crate::scans::{Ends, Seen};

/// The lists of a pod that name images, each with the way to the image in an item.
const LISTS: [(&str, &str); 3] = [
    ("containers", "/image"),
    ("initContainers", "/image"),
    ("volumes", "/image/reference"),
];

/// The list that is all that may change where somebody debugs a pod.
const ADDED: [(&str, &str); 1] = [("ephemeralContainers", "/image")];

/// Answers `/mutate`.
pub(crate) async fn pinned(gate: &Gate, asked: &Asked) -> Value {
    let review = &asked.review;
    let Some(pod) = pod(asked) else {
        return review.pass();
    };
    let had = is_update(&review.request).then(|| parsed(review.request.old_object.as_deref()));
    let had = had.flatten().unwrap_or_default();
    let lists = lists(&review.request);
    let images = images(&pod, &had, lists);
    // what a name leads to is all that counts here, and a scan tells it
    let ends = Ends::at(asked.ends.answer);
    let seen = gate.look(true, &images, ends).await;
    let seen: BTreeMap<String, Seen> = seen.into_iter().collect();
    let digest = |image: &str| Some(seen.get(image)?.pulled()?.to_string());
    let patch = patch(&pod, &had, lists, digest);
    match patch[..] {
        [] => review.pass(),
        _ => review.patch(&patch, |bytes| STANDARD.encode(bytes)),
    }
}

/// Returns the pod whose images are to be pinned, if it is one, stays, and the policy asks for it.
fn pod(asked: &Asked) -> Option<Value> {
    let request = &asked.review.request;
    let comes_in = !matches!(&*request.operation, "DELETE" | "CONNECT");
    let is_asked = comes_in && request.kind.kind == "Pod" && !lists(request).is_empty();
    let object = request.object.as_deref();
    let pod = parsed(object.filter(|_| is_asked && asked.policy.is_pinning()))?;
    let metadata = |name: &str| pod.get("metadata")?.get(name);
    let texts = |name: &str| -> BTreeMap<String, String> {
        let entries = metadata(name)
            .and_then(Value::as_object)
            .into_iter()
            .flatten();
        let texts = entries.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.into())));
        texts.collect()
    };
    let question = Question {
        namespace: request.namespace.as_deref().unwrap_or_default(),
        labels: &texts("labels"),
        ..Question::of_images(&[])
    };
    let is_going = metadata("deletionTimestamp").is_some_and(Value::is_string);
    (!is_going && asked.policy.concerns(&question)).then_some(pod)
}

fn parsed(object: Option<&serde_json::value::RawValue>) -> Option<Value> {
    serde_json::from_str(object?.get()).ok()
}

fn is_update(request: &Request) -> bool {
    request.operation == "UPDATE"
}

/// Returns the lists that a request may change.
fn lists(request: &Request) -> &'static [(&'static str, &'static str)] {
    match &*request.sub_resource {
        "" => &LISTS,
        "ephemeralcontainers" => &ADDED,
        _ => &[],
    }
}

/// Returns where images of a pod without a digest stand, and the images; not those that it had there.
fn unpinned<'p>(
    pod: &'p Value,
    had: &'p Value,
    lists: &'static [(&str, &str)],
) -> impl Iterator<Item = (String, &'p str)> {
    lists.iter().flat_map(move |(list, way)| {
        let items = move |pod: &'p Value| {
            let items = pod.pointer(&format!("/spec/{list}"));
            items.and_then(Value::as_array).into_iter().flatten()
        };
        let image = |item: &'p Value| item.pointer(way).and_then(Value::as_str);
        let name = |item: &'p Value| item.get("name").and_then(Value::as_str);
        let had: BTreeSet<_> = items(had).map(|item| (name(item), image(item))).collect();
        let items = items(pod).enumerate();
        items.filter_map(move |(index, item)| {
            let text = image(item).filter(|image| !image.is_empty() && !image.contains('@'))?;
            let is_new = !had.contains(&(name(item), Some(text)));
            is_new.then(|| (format!("/spec/{list}/{index}{way}"), text))
        })
    })
}

/// Returns the images of a pod that could be pinned, each once.
fn images<'p>(pod: &'p Value, had: &'p Value, lists: &'static [(&str, &str)]) -> Vec<&'p str> {
    let images: BTreeSet<&str> = unpinned(pod, had, lists).map(|(_, image)| image).collect();
    images.into_iter().take(MOST_IMAGES).collect()
}

/// Returns the patch that gives each of these images the digest that `digest` knows.
fn patch(
    pod: &Value,
    had: &Value,
    lists: &'static [(&str, &str)],
    digest: impl Fn(&str) -> Option<String>,
) -> Vec<Value> {
    let mut patch = Vec::new();
    for (path, image) in unpinned(pod, had, lists) {
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

    fn pinned_paths(pod: &Value, had: &Value, lists: &'static [(&str, &str)]) -> Vec<String> {
        let patch = patch(pod, had, lists, |image| {
            (image == "a:1").then(|| "sha256:1".to_owned())
        });
        let tests = patch.iter().filter(|it| it["op"] == "test");
        let replaced = patch.iter().filter(|it| it["op"] == "replace");
        assert!(tests.clone().all(|it| it["value"] == "a:1"));
        assert!(replaced.clone().all(|it| it["value"] == "a:1@sha256:1"));
        assert!(
            tests
                .map(|it| &it["path"])
                .eq(replaced.map(|it| &it["path"]))
        );
        patch
            .iter()
            .step_by(2)
            .map(|it| it["path"].as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn only_what_is_known_and_new_and_not_pinned_is_pinned() {
        let pod = json!({"spec": {
            "containers": [{"name": "a", "image": "a:1"}, {"image": "b@sha256:0"}, {"image": "unknown"}, {}, {"image": ""}],
            "initContainers": [{"name": "a", "image": "a:1"}],
            "ephemeralContainers": [{"name": "d", "image": "a:1"}, {"name": "e", "image": "a:1"}],
            "volumes": [{"name": "v", "image": {"reference": "a:1"}}, {"name": "w", "emptyDir": {}}],
        }});
        let nothing = Value::Null;
        assert_eq!(images(&pod, &nothing, &LISTS), ["a:1", "unknown"]);
        for (had, lists, want) in [
            (
                json!(null),
                &LISTS[..],
                &[
                    "/spec/containers/0/image",
                    "/spec/initContainers/0/image",
                    "/spec/volumes/0/image/reference",
                ][..],
            ),
            // what it had there stays as it is, also if it stands elsewhere now
            (
                json!({"spec": {"containers": [{"name": "x"}, {"name": "a", "image": "a:1"}], "initContainers": [{"name": "a", "image": "a:0"}]}}),
                &LISTS,
                &[
                    "/spec/initContainers/0/image",
                    "/spec/volumes/0/image/reference",
                ],
            ),
            (
                json!({"spec": {"ephemeralContainers": [{"name": "d", "image": "a:1"}]}}),
                &ADDED,
                &["/spec/ephemeralContainers/1/image"],
            ),
        ] {
            assert_eq!(pinned_paths(&pod, &had, lists), want, "{had}");
        }
    }
}
