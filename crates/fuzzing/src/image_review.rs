//! Proves that an `ImageReview` is refused, told to be too large, or read with every image that its JSON names.

use serde_json::Value;
use server::ImageReview;

/// Reads `input` as a request of the plugin.
///
/// # Panics
/// If an image of it is lost, or one is added.
pub fn check(input: &[u8]) {
    let Ok(review) = ImageReview::read(input) else {
        return;
    };
    if review.unjudged.is_some() {
        return;
    }
    let asked: Value = serde_json::from_slice(input).unwrap_or_default();
    // serde takes lists for structs, too: nobody sends them
    let Some(spec) = asked.get("spec").filter(|it| it.is_object()) else {
        return;
    };
    let containers = spec.get("containers").and_then(Value::as_array);
    let containers = containers.map_or(&[][..], Vec::as_slice);
    if !containers.iter().all(Value::is_object) {
        return;
    }
    let image = |it: &Value| {
        it.get("image")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let named: Vec<String> = containers.iter().map(image).collect();
    assert!(named.iter().all(|name| review.images.contains(name)));
    assert!(review.images.iter().all(|name| named.contains(name)));
}

/// Returns a request, and some that are none.
pub fn seeds() -> Vec<Vec<u8>> {
    let seeds = [
        r#"{"kind":"ImageReview","apiVersion":"imagepolicy.k8s.io/v1alpha1","metadata":{},"spec":{"containers":[{"image":"nginx:1.25"},{}],"annotations":{"a.image-policy.k8s.io/b":"c"},"namespace":"shop"},"status":{"allowed":false}}"#,
        r#"{"kind":"ImageReview","apiVersion":"imagepolicy.k8s.io/v1alpha1","spec":{"containers":null}}"#,
        r#"{"kind":"ImageReview","apiVersion":"imagepolicy.k8s.io/v1"}"#,
    ];
    seeds.map(|seed| seed.as_bytes().to_vec()).to_vec()
}
