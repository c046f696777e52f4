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

/// Operation, subresource and namespace; the pod, the one before, and where a digest is put.
type Pin = ([&'static str; 3], Value, Value, &'static [&'static str]);

fn pins(old: &str, new: &str) -> Vec<Pin> {
    let web = |images: &[&str]| with(pod(images), "/metadata/labels", json!({"app": "web"}));
    let debugged = with(
        web(&[old]),
        "/spec/ephemeralContainers",
        json!([{"name": "d", "image": new}]),
    );
    let mounted = json!([{"name": "v", "image": {"reference": old}}]);
    let stamp = json!("2026-11-26T00:00:00Z");
    let none = Value::Null;
    let (comes, changes) = (["CREATE", "", "shop"], ["UPDATE", "", "shop"]);
    let first = &["/spec/containers/0/image"];
    vec![
        (comes, web(&[old]), none.clone(), first),
        (comes, pod(&[old]), none.clone(), &[]),
        (
            ["CREATE", "", "kube-system"],
            web(&[old]),
            none.clone(),
            &[],
        ),
        (
            comes,
            with(web(&[]), "/spec/volumes", mounted),
            none.clone(),
            &["/spec/volumes/0/image/reference"],
        ),
        (
            changes,
            web(&[old, new]),
            web(&[old, old]),
            &["/spec/containers/1/image"],
        ),
        (changes, web(&[old]), web(&[old]), &[]),
        (
            changes,
            with(web(&[new]), "/metadata/deletionTimestamp", stamp),
            web(&[old]),
            &[],
        ),
        (
            ["UPDATE", "ephemeralcontainers", "shop"],
            debugged.clone(),
            web(&[old]),
            &["/spec/ephemeralContainers/0/image"],
        ),
        (["UPDATE", "status", "shop"], debugged, web(&[new]), &[]),
        (["DELETE", "", "shop"], none, web(&[old]), &[]),
    ]
}

fn with(mut object: Value, at: &str, value: Value) -> Value {
    let (parent, name) = at.rsplit_once('/').unwrap();
    object.pointer_mut(parent).unwrap()[name] = value;
    object
}

/// What runs stays as it is, and so does what the policy does not concern.
#[test]
fn only_what_comes_in_and_concerns_the_policy_is_pinned() {
    let sandbox = sandbox();
    let scope = "match: {excludedNamespaces: [kube-system], labels: {app: web}}";
    sandbox.write(
        "policy.yaml",
        format!("{POLICY}  pinDigests: true\n  {scope}\n"),
    );
    let image = push(&SavedImage::new().layer(&[("etc/motd", "hello")])).unwrap();
    let registry = Registry::start(move |asked| answer(&image, asked)).unwrap();
    let host = registry.host();
    let options = format!("{FILES} --allow-registry {host} --insecure {host}");
    let server = Server::start(&sandbox, &options, None);
    let [old, new] = ["1", "2"].map(|tag| format!("{host}/shop/api:{tag}"));
    for ([operation, resource, namespace], object, had, want) in pins(&old, &new) {
        let review = admission_review(operation, &object, &had);
        let mut review: Value = serde_json::from_slice(&review).unwrap();
        review["request"]["kind"]["kind"] = json!("Pod");
        review["request"]["subResource"] = json!(resource);
        review["request"]["namespace"] = json!(namespace);
        let answer = server.json("/mutate?timeout=30s", review.to_string().as_bytes());
        assert_eq!(answer["response"]["allowed"], true, "{answer}");
        let patch = answer.pointer("/response/patch").and_then(Value::as_str);
        let patch = patch.map_or(json!([]), |it| {
            serde_json::from_slice(&decoded(it)).unwrap()
        });
        let patch = patch.as_array().unwrap().iter();
        let tests = patch.filter(|it| it["op"] == "test");
        let paths: Vec<&str> = tests.map(|it| it["path"].as_str().unwrap()).collect();
        assert_eq!(paths, want, "{operation} {resource} {namespace} {object}");
    }
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
    let patient = format!("{policy}  cases: {{unscanned: {{action: deny, scanFor: 20s}}}}\n");
    sandbox.write("policy.yaml", patient);
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
