//! `seaworthy serve`: what a cluster asks over TLS is decided as `check` decides it.

use serde_json::{Value, json};

use crate::check::{IMAGES, denied, sandbox};
use crate::program::text;
use crate::server::{FILES, Server, admission_review, certificate, image_review, pod};

#[test]
fn the_webhooks_say_what_check_says_byte_for_byte() {
    let sandbox = sandbox();
    let tls = certificate(&sandbox);
    let server = Server::start(
        &sandbox,
        &format!("{FILES} --tls-cert tls.crt --tls-key tls.key"),
        Some(tls),
    );
    for images in [
        &["shop/api:1.4"][..],
        &["quay.io/other:1"],
        &["shop/api:1.4", "quay.io/other:1"],
    ] {
        let object = pod(images);
        sandbox.write("pod.json", object.to_string());
        let checked = denied(
            &sandbox,
            &format!("check --policy policy.yaml pod.json {IMAGES} -f json"),
        );
        let message = text(&checked, "/Verdicts/0/Message");
        assert!(!message.is_empty());
        let answer = server.json(
            "/validate?timeout=30s",
            &admission_review("CREATE", &object, &Value::Null),
        );
        assert_eq!(
            text(&answer, "/response/status/message"),
            message,
            "{images:?}"
        );
        assert_eq!(answer["response"]["allowed"], false);
        assert_eq!(answer["response"]["status"]["code"], 403);
        let answer = server.json("/image-policy?timeout=30s", &image_review(images, "shop"));
        assert_eq!(text(&answer, "/status/reason"), message, "{images:?}");
        assert_eq!(answer["status"]["allowed"], false);
    }
}

/// What only image and manifest together show, in the same words on both sides; and an image of which
/// nothing is known is a case of the policy, not a pass.
#[test]
fn what_image_and_manifest_show_together_is_the_same_in_the_cluster() {
    let sandbox = sandbox();
    let rule = "{name: joined, manifestRules: {ids: [JOIN-ROOT-REFUSED, JOIN-PROGRAM]}}";
    let policy = format!(
        "apiVersion: seaworthy.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {{name: prod}}\nspec:\n  rules:\n  - {rule}\n  cases: {{unreachable: {{action: deny}}}}\n"
    );
    sandbox.write("policy.yaml", policy);
    let tls = certificate(&sandbox);
    let server = Server::start(
        &sandbox,
        &format!("{FILES} --tls-cert tls.crt --tls-key tls.key"),
        Some(tls),
    );
    let mut object = pod(&["shop/api:1.4"]);
    let container = &mut object["spec"]["containers"][0];
    container["securityContext"] = json!({"runAsNonRoot": true});
    container["command"] = json!(["/bin/sh", "-c", "run"]);
    sandbox.write("pod.json", object.to_string());
    let checked = denied(
        &sandbox,
        &format!("check --policy policy.yaml pod.json {IMAGES} -f json"),
    );
    let message = text(&checked, "/Verdicts/0/Message");
    for part in [
        "HIGH JOIN-ROOT-REFUSED (",
        "HIGH JOIN-PROGRAM (it starts \"/bin/sh\", and its image has no such program)",
    ] {
        assert!(message.contains(part), "{message}");
    }
    let review = admission_review("CREATE", &object, &Value::Null);
    let answer = server.json("/validate?timeout=30s", &review);
    assert_eq!(text(&answer, "/response/status/message"), message);
    let unknown = pod(&["nowhere.invalid/x:1"]);
    let review = admission_review("CREATE", &unknown, &Value::Null);
    let answer = server.json("/validate?timeout=30s", &review);
    assert_eq!(answer["response"]["allowed"], false, "{answer}");
}

#[test]
fn everything_recorded_of_the_genuine_api_server_is_answered() {
    let Some(path) = testkit::shared("conformance/admission.tar.gz") else {
        return;
    };
    let files = testkit::members(&path).unwrap();
    let sandbox = sandbox();
    let server = Server::start(&sandbox, FILES, None);
    let mut answered = 0;
    for (file, endpoint) in [
        ("imagereview", "/image-policy"),
        ("admissionreview", "/validate"),
    ] {
        let cases: Value =
            serde_json::from_slice(&files[&format!("admission/{file}/cases.json")]).unwrap();
        for case in cases.as_array().unwrap() {
            let requests = case["requests"].as_array().into_iter().flatten();
            for request in requests {
                let Some(body) = request["body"]
                    .as_str()
                    .filter(|body| body.starts_with('{'))
                else {
                    continue;
                };
                let is_mutating = case["plugin"]
                    .as_str()
                    .is_some_and(|plugin| plugin.to_lowercase().contains("mutat"));
                let endpoint = if is_mutating { "/mutate" } else { endpoint };
                let asked: Value = serde_json::from_str(body).unwrap();
                let answer = server.json(&format!("{endpoint}?timeout=10s"), body.as_bytes());
                assert_eq!(answer["kind"], asked["kind"], "{}", case["case"]);
                assert_eq!(
                    answer["apiVersion"], asked["apiVersion"],
                    "{}",
                    case["case"]
                );
                assert_eq!(
                    answer["response"]["uid"], asked["request"]["uid"],
                    "{}",
                    case["case"]
                );
                answered += 1;
            }
        }
    }
    assert!(answered > 300, "{answered}");
}
