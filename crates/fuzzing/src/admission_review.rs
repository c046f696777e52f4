//! Proves that an `AdmissionReview` is refused, or answered with its own uid in its own version.

use serde_json::Value;
use server::AdmissionReview;

/// Reads `input` as a request of the API server.
///
/// # Panics
/// If the answer is not one to this request.
pub fn check(input: &[u8]) {
    let Ok(review) = AdmissionReview::read(input) else {
        return;
    };
    let asked: Value = serde_json::from_slice(input).unwrap_or_default();
    // serde takes lists for structs, too: nobody sends them
    let request = asked.get("request").filter(|it| it.is_object());
    let Some(request) = request else { return };
    let answer = review.pass();
    assert_eq!(answer.pointer("/response/uid"), request.get("uid"));
    assert_eq!(answer.get("apiVersion"), asked.get("apiVersion"));
    assert_eq!(answer.get("kind"), asked.get("kind"));
}

/// Returns requests, and some that are none.
pub fn seeds() -> Vec<Vec<u8>> {
    let seeds = [
        r#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"1","operation":"UPDATE","subResource":"ephemeralcontainers","namespace":"shop","userInfo":{"username":"a","groups":["b"]},"object":{"kind":"Pod"},"oldObject":{"kind":"Pod"},"dryRun":true}}"#,
        r#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1","request":{"uid":"1","object":null}}"#,
        r#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}"#,
        r#"["admission.k8s.io/v1","AdmissionReview",["1"]]"#,
    ];
    seeds.map(|seed| seed.as_bytes().to_vec()).to_vec()
}
