//! `--platform`: an image of several platforms is judged by the one that is meant, or by all of them, by
//! `check` and by the webhooks alike.

use serde_json::{Value, json};
use testkit::{Registry, SavedImage, answer, push};

use crate::images::shop;
use crate::program::{Sandbox, text};
use crate::server::{Server, admission_review};

const POLICY: &str = r#"apiVersion: seaworthy.dev/v1alpha1
kind: ImagePolicy
metadata: {name: prod}
spec:
  rules:
  - {name: fixable, vulnerabilities: {ids: ["CVE-2020-1967"]}}
"#;

/// A registry whose only image is well for linux/amd64 and has known problems for linux/arm64.
fn registry() -> Registry {
    let mut pushed = push(&shop().architecture("arm64")).unwrap();
    let bad = pushed.top;
    let good = push(&SavedImage::new().layer(&[("etc/motd", "hello")])).unwrap();
    pushed.blobs.extend(good.blobs.clone());
    let entry = |architecture: &str, digest| {
        let mut descriptor = pushed.descriptor(digest);
        descriptor["platform"] = json!({"os": "linux", "architecture": architecture});
        descriptor
    };
    let entries = [entry("amd64", good.top), entry("arm64", bad)];
    pushed.add_top(&json!({ "manifests": entries }));
    Registry::start(move |asked| answer(&pushed, asked)).unwrap()
}

#[test]
fn an_image_is_judged_for_every_platform_that_is_meant() {
    let registry = registry();
    let host = registry.host();
    let image = format!("{host}/shop/api:1");
    for (platform, want, place) in [
        ("", "allow", ""),
        ("--platform linux/amd64", "allow", ""),
        (
            "--platform linux/arm64",
            "deny",
            "CVE-2020-1967 (openssl 1.1.1d-r2)",
        ),
        (
            "--platform all",
            "deny",
            "CVE-2020-1967 (openssl 1.1.1d-r2 on linux/arm64)",
        ),
        (
            "--platform linux/s390x",
            "deny",
            "no image here is for linux/s390x",
        ),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write("policy.yaml", POLICY);
        let run = sandbox.run(&format!(
            "check --policy policy.yaml {platform} --insecure {host} {image}"
        ));
        assert_eq!(
            run.code,
            Some(i32::from(want == "deny")),
            "{platform} {run:?}"
        );
        assert!(run.stdout.contains(place), "{platform} {}", run.stdout);
        let options =
            format!("--policy policy.yaml {platform} --allow-registry {host} --insecure {host}");
        let server = Server::start(&sandbox, &options, None);
        let review = json!({
            "apiVersion": "imagepolicy.k8s.io/v1alpha1",
            "kind": "ImageReview",
            "spec": {"containers": [{"image": image}], "namespace": "shop"},
        });
        let answer: Value = server.json("/image-policy?timeout=30s", review.to_string().as_bytes());
        assert_eq!(
            answer["status"]["allowed"],
            want == "allow",
            "{platform} {answer}"
        );
        if want == "deny" {
            let reason = text(&answer, "/status/reason");
            assert!(reason.contains(place), "{platform} {reason}");
        }
    }
}

#[test]
fn a_pod_of_other_nodes_is_told_unless_the_name_means_an_image_for_them() {
    let alone = push(&SavedImage::new().layer(&[("etc/motd", "hello")])).unwrap();
    let alone = Registry::start(move |asked| answer(&alone, asked)).unwrap();
    let several = registry();
    for (registry, architecture, want) in [
        (&alone, "arm64", "HIGH JOIN-PLATFORM"),
        (&alone, "amd64", ""),
        (&several, "arm64", ""),
    ] {
        let sandbox = Sandbox::new();
        let rule = "{name: joined, manifestRules: {ids: [JOIN-PLATFORM]}}";
        let before = POLICY.split("  - ").next().unwrap();
        sandbox.write("policy.yaml", format!("{before}  - {rule}\n"));
        let host = registry.host();
        let pod = json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"},
            "spec": {
                "nodeSelector": {"kubernetes.io/arch": architecture},
                "containers": [{"name": "a", "image": format!("{host}/shop/api:1")}],
            },
        });
        sandbox.write("pod.json", pod.to_string());
        let run = sandbox.run(&format!(
            "check --policy policy.yaml --insecure {host} pod.json"
        ));
        assert_eq!(run.code, Some(i32::from(!want.is_empty())), "{run:?}");
        assert!(run.stdout.contains(want), "{}", run.stdout);
        for platform in ["", "--platform all"] {
            let options = format!(
                "--policy policy.yaml {platform} --allow-registry {host} --insecure {host}"
            );
            let server = Server::start(&sandbox, &options, None);
            let review = admission_review("CREATE", &pod, &Value::Null);
            let answer = server.json("/validate?timeout=30s", &review);
            let is_let_in = answer["response"]["allowed"] == json!(true);
            assert_eq!(is_let_in, want.is_empty(), "{platform} {answer}");
        }
    }
}

#[test]
fn a_platform_that_is_none_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("policy.yaml", POLICY);
    sandbox.write(
        "none.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
    );
    for command in [
        "check --policy policy.yaml none.yaml",
        "serve --policy policy.yaml",
    ] {
        let run = sandbox.run(&format!("{command} --platform everything"));
        assert_eq!(run.code, Some(2), "{command} {run:?}");
    }
}
