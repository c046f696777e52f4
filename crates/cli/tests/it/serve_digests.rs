//! `seaworthy serve`: the digest that is looked at is the one that is answered for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use testkit::{Asked, Registry, SavedImage, answer, push};

use crate::check::{POLICY, sandbox};
use crate::images::shop;
use crate::program::text;
use crate::server::{FILES, Server, admission_review, image_review, pod};

#[test]
fn tags_of_pods_are_pinned_where_the_policy_asks() {
    let sandbox = sandbox();
    sandbox.write("policy.yaml", format!("{POLICY}  pinDigests: true\n"));
    let image = push(&SavedImage::new().layer(&[("etc/motd", "hello")])).unwrap();
    let registry = Registry::start(move |asked| answer(&image, asked)).unwrap();
    let host = registry.host();
    let options = format!("{FILES} --allow-registry {host} --insecure {host}");
    let server = Server::start(&sandbox, &options, None);
    let name = format!("{host}/shop/api:1.4");
    // an archive does not tell by which digest its registry gives an image
    let object = pod(&[&name, "nobody/knows:1", "shop/api:1.4"]);
    let answer = server.json(
        "/mutate?timeout=30s",
        &admission_review("CREATE", &object, &Value::Null),
    );
    assert_eq!(answer["response"]["patchType"], "JSONPatch");
    let patch = decoded(text(&answer, "/response/patch"));
    let patch: Value = serde_json::from_slice(&patch).unwrap();
    assert_eq!(
        patch[0],
        json!({"op": "test", "path": "/spec/containers/0/image", "value": name})
    );
    assert!(
        text(&patch, "/1/value").starts_with(&format!("{name}@sha256:")),
        "{patch}"
    );
    assert_eq!(patch.as_array().unwrap().len(), 2);
    // off by default
    sandbox.write("policy.yaml", POLICY);
    let server = Server::start(&sandbox, &options, None);
    let answer = server.json(
        "/mutate",
        &admission_review("CREATE", &object, &Value::Null),
    );
    assert_eq!(answer["response"], json!({"allowed": true, "uid": "u-1"}));
}

fn decoded(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .unwrap()
}

/// Between two questions to the registry the tag is moved: nobody is answered for another image.
#[test]
fn a_tag_that_moves_while_it_is_looked_at_leads_to_one_image() {
    let sandbox = sandbox();
    let policy = POLICY.replace("registry.example/**", "127.0.0.1:*/**");
    sandbox.write("policy.yaml", policy);
    let (bad, good) = (
        push(&shop()).unwrap(),
        push(&SavedImage::new().layer(&[("etc/motd", "hello")])).unwrap(),
    );
    let denied = bad.top;
    let tags = Arc::new(AtomicUsize::new(0));
    let handler = move |asked: &Asked| {
        let is_tag = asked.path.ends_with("/manifests/1");
        let is_first = is_tag && tags.fetch_add(1, Ordering::SeqCst) == 0;
        let digest = asked.path.rsplit('/').next().and_then(|it| it.parse().ok());
        let is_bad = digest.is_some_and(|digest| bad.blobs.contains_key(&digest));
        answer(if is_first || is_bad { &bad } else { &good }, asked)
    };
    let registry = Registry::start(handler).unwrap();
    let host = registry.host();
    let options = format!("--policy policy.yaml --allow-registry {host} --insecure {host}");
    let server = Server::start(&sandbox, &options, None);
    let tag = format!("{host}/shop/api:1");
    for name in [tag, format!("{host}/shop/api@{denied}")] {
        let answer = server.json("/image-policy?timeout=30s", &image_review(&[&name], "shop"));
        assert_eq!(answer["status"]["allowed"], false, "{name} {answer}");
        let reason = text(&answer, "/status/reason");
        assert!(reason.contains(": fixable: "), "{name} {reason}");
    }
}
