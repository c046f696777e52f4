//! `ImageReview`, what the API server's plugin `ImagePolicyWebhook` asks and reads.
//!
//! Source of truth: `imagepolicy.k8s.io/v1alpha1`, admission.md §1.4, §1.5. An answer is always a verdict: a
//! status, a redirect or a missing body would be for the plugin to interpret.

use std::collections::{BTreeMap, BTreeSet};

use pipeline::review::MOST_IMAGES;
use policy::image_policy::{Outcome, plain};
use serde::{Deserialize, Serialize};

use crate::gate::{Audit, Decision};
use crate::json::{self, nullable};

const API_VERSION: &str = "imagepolicy.k8s.io/v1alpha1";
const KIND: &str = "ImageReview";

/// What is asked.
#[derive(Debug, Default)]
pub struct ImageReview {
    /// Images as the pod names them, each once, in order; one without a name is empty.
    pub images: Vec<String>,
    /// The pod's annotations that are for the webhook.
    pub annotations: BTreeMap<String, String>,
    /// Its namespace.
    pub namespace: String,
    /// Why nobody can judge it, if so.
    pub unjudged: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object")]
struct Wire {
    #[serde(default)]
    api_version: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    spec: Option<Spec>,
}

#[derive(Default, Deserialize)]
#[serde(default, expecting = "an object")]
struct Spec {
    containers: Option<Vec<Container>>,
    annotations: Option<BTreeMap<String, String>>,
    #[serde(deserialize_with = "nullable")]
    namespace: String,
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct Container {
    #[serde(default, deserialize_with = "nullable")]
    image: String,
}

impl ImageReview {
    /// Reads a request.
    ///
    /// # Errors
    /// Why it is none.
    pub fn read(body: &[u8]) -> Result<Self, String> {
        let wire: Wire =
            json::read(body).map_err(|error| format!("it is no JSON of a review: {error}"))?;
        if wire.kind != KIND || wire.api_version != API_VERSION {
            let got = format!("{} {}", wire.api_version, wire.kind);
            let got: String = got.trim().chars().take(100).collect();
            return Err(format!("it is `{got}`, and no {API_VERSION} {KIND}"));
        }
        let spec = wire.spec.ok_or("it has no spec")?;
        let mut images: Vec<String> = Vec::new();
        let mut seen = BTreeSet::new();
        for container in spec.containers.into_iter().flatten() {
            if seen.insert(container.image.clone()) {
                images.push(container.image);
            }
            if images.len() > MOST_IMAGES {
                break;
            }
        }
        let has_many = images.len() > MOST_IMAGES;
        Ok(Self {
            unjudged: has_many.then(|| format!("it has more than {MOST_IMAGES} images")),
            images,
            annotations: spec.annotations.unwrap_or_default(),
            namespace: spec.namespace,
        })
    }
}

/// Returns the answer that a verdict is.
pub(crate) fn answer(decision: &Decision) -> String {
    written(&Status {
        allowed: decision.verdict.outcome != Outcome::Deny,
        audit_annotations: Some(&decision.audit),
        reason: &decision.line,
    })
}

fn written(status: &Status<'_>) -> String {
    let answer = Answer {
        api_version: API_VERSION,
        kind: KIND,
        status,
    };
    // these are texts and truths: nothing of it can fail
    serde_json::to_string(&answer).unwrap_or_default()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    api_version: &'a str,
    kind: &'a str,
    status: &'a Status<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Status<'a> {
    allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    audit_annotations: Option<&'a Audit>,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'a str,
}

/// Returns the answer to what is no review: a denial that says why.
pub(crate) fn refusal(why: &str) -> String {
    let why = plain(&format!("seaworthy cannot read this review: {why}"));
    let why: String = why.chars().take(300).collect();
    written(&Status {
        allowed: false,
        audit_annotations: None,
        reason: &why,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::recorded::recorded;

    #[test]
    fn reviews_are_read_as_the_plugin_writes_them() {
        let full = r#"{"kind":"ImageReview","apiVersion":"imagepolicy.k8s.io/v1alpha1","metadata":{},"spec":{"containers":[{"image":"a:1"},{"image":"b"},{"image":"a:1"},{}],"annotations":{"x.image-policy.k8s.io/y":"z"},"namespace":"shop"},"status":{"allowed":false}}"#;
        let review = ImageReview::read(full.as_bytes()).unwrap();
        assert_eq!(review.images, ["a:1", "b", ""]);
        assert_eq!(
            (review.namespace.as_str(), review.annotations.len()),
            ("shop", 1)
        );
        let none = r#"{"kind":"ImageReview","apiVersion":"imagepolicy.k8s.io/v1alpha1","spec":{"namespace":"shop"}}"#;
        assert_eq!(ImageReview::read(none.as_bytes()).unwrap().images, [""; 0]);
        for (body, why) in [
            (
                "",
                "it is no JSON of a review: EOF while parsing a value at line 1 column 0",
            ),
            (
                r#"{"spec":{"containers":["a"]}}"#,
                "it is no JSON of a review: invalid type: string \"a\", expected an object at line 1 column 26",
            ),
            (
                r#"["imagepolicy.k8s.io/v1alpha1","ImageReview",{"containers":[]}]"#,
                "it is no JSON of a review: invalid type: sequence, expected an object at line 1 column 0",
            ),
            (
                r#"{"spec":[[{"image":"a"}],null,"shop"]}"#,
                "it is no JSON of a review: invalid type: sequence, expected an object at line 1 column 8",
            ),
            (
                "{}",
                "it is ``, and no imagepolicy.k8s.io/v1alpha1 ImageReview",
            ),
            (
                r#"{"kind":"Pod","apiVersion":"v1"}"#,
                "it is `v1 Pod`, and no imagepolicy.k8s.io/v1alpha1 ImageReview",
            ),
            (
                r#"{"kind":"ImageReview","apiVersion":"imagepolicy.k8s.io/v1"}"#,
                "it is `imagepolicy.k8s.io/v1 ImageReview`, and no imagepolicy.k8s.io/v1alpha1 ImageReview",
            ),
        ] {
            assert_eq!(
                ImageReview::read(body.as_bytes()).unwrap_err(),
                why,
                "{body}"
            );
        }
    }

    #[test]
    fn more_images_than_a_pod_has_are_not_judged() {
        for (count, is_judged) in [(MOST_IMAGES, true), (MOST_IMAGES + 1, false)] {
            let images = (0..count).map(|number| format!("{{\"image\":\"a:{number}\"}}"));
            let images: Vec<String> = images.collect();
            let body = format!(
                r#"{{"kind":"ImageReview","apiVersion":"{API_VERSION}","spec":{{"containers":[{}],"namespace":"shop"}}}}"#,
                images.join(",")
            );
            let review = ImageReview::read(body.as_bytes()).unwrap();
            assert_eq!(review.unjudged.is_none(), is_judged, "{count}");
        }
    }

    /// Every body that the plugin was recorded to send.
    #[test]
    fn recorded_reviews_are_read() {
        let Some(path) = testkit::shared("conformance/admission.tar.gz") else {
            return;
        };
        let bodies = recorded(&path, "imagereview/bodies/");
        assert!(bodies.len() > 5, "{}", bodies.len());
        for (name, body, value) in bodies {
            let review = ImageReview::read(&body).unwrap();
            let images = value.pointer("/spec/containers").and_then(Value::as_array);
            let want: Vec<&str> = images
                .into_iter()
                .flatten()
                .filter_map(|it| it["image"].as_str())
                .collect();
            assert!(
                want.iter()
                    .all(|image| review.images.iter().any(|it| it == image)),
                "{name}"
            );
            assert_eq!(value["spec"]["namespace"], review.namespace, "{name}");
        }
    }
}
