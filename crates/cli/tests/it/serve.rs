//! `seaworthy serve`: what a cluster asks over TLS is decided as `check` decides it.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::{Value, json};
use testkit::{Asked, Registry, SavedImage, answer, push};

use crate::check::{IMAGES, POLICY, denied, sandbox};
use crate::images::shop;
use crate::program::{Sandbox, text};

/// The policy, and where the images are.
const FILES: &str =
    "--policy policy.yaml --image shop/api:1.4=shop.tar --image quay.io/other:1=other.tar";

/// A server that ends when it goes out of scope.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
    pub(crate) tls: Option<Arc<ClientConfig>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

/// Makes a certificate for `localhost` and returns what believes in it.
pub(crate) fn certificate(sandbox: &Sandbox) -> Arc<ClientConfig> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    sandbox.write("tls.crt", made.cert.pem());
    sandbox.write("tls.key", made.signing_key.serialize_pem());
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    Arc::new(builder.with_root_certificates(roots).with_no_client_auth())
}

impl Server {
    pub(crate) fn start(sandbox: &Sandbox, options: &str, tls: Option<Arc<ClientConfig>>) -> Self {
        let mut command = sandbox.command(&format!("serve --listen 127.0.0.1:0 {options}"));
        let mut child = command
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        // what is wrong with a store is told before
        while !line.starts_with("listening on http") && log.read_line(&mut line).unwrap() > 0 {
            let at = line.find("listening on ").unwrap_or(line.len());
            line.drain(..at);
        }
        let address = line.trim().rsplit('/').next().unwrap().to_owned();
        assert!(line.starts_with("listening on http"), "{line}");
        // nobody reads the log, but it must not fill up
        thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Self {
            child,
            address,
            tls,
        }
    }

    /// Sends a request and returns status and body.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &[u8]) -> (u16, String) {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_mins(1)))
            .unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let request = [head.as_bytes(), body].concat();
        match &self.tls {
            None => exchange(stream, &request),
            Some(tls) => {
                let name = ServerName::try_from("localhost").unwrap();
                let connection = ClientConnection::new(Arc::clone(tls), name).unwrap();
                exchange(StreamOwned::new(connection, stream), &request)
            }
        }
    }

    pub(crate) fn json(&self, path: &str, body: &[u8]) -> Value {
        let (status, answer) = self.ask("POST", path, body);
        assert_eq!(status, 200, "{path}: {answer}");
        serde_json::from_str(&answer).unwrap()
    }

    /// Asks until the answer is one, for ten seconds at most: files are looked at every two.
    fn wait_for(&self, path: &str, has: impl Fn(&str) -> bool) -> String {
        for _ in 0..100 {
            let (_, answer) = self.ask("GET", path, b"");
            if has(&answer) {
                return answer;
            }
            thread::sleep(Duration::from_millis(100));
        }
        self.ask("GET", path, b"").1
    }
}

fn exchange(mut stream: impl Read + Write, request: &[u8]) -> (u16, String) {
    let _may_be_refused = stream.write_all(request);
    let mut answer = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "the answers of our own server")]
    let _may_end_without_goodbye = stream.read_to_end(&mut answer);
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    assert!(!head.to_lowercase().contains("retry-after"), "{head}");
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    (status.unwrap_or_default(), body.to_owned())
}

pub(crate) fn image_review(images: &[&str], namespace: &str) -> Vec<u8> {
    let containers: Vec<Value> = images.iter().map(|image| json!({"image": image})).collect();
    let review = json!({
        "kind": "ImageReview", "apiVersion": "imagepolicy.k8s.io/v1alpha1", "metadata": {},
        "spec": {"containers": containers, "namespace": namespace}, "status": {"allowed": false},
    });
    format!("{review}\n").into_bytes()
}

fn admission_review(operation: &str, object: &Value, old: &Value) -> Vec<u8> {
    let review = json!({
        "kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1",
        "request": {
            "uid": "u-1", "kind": {"group": "", "version": "v1", "kind": "Pod"}, "namespace": "shop",
            "operation": operation, "userInfo": {"username": "alice", "groups": ["dev"]},
            "object": object, "oldObject": old, "dryRun": false,
        },
    });
    format!("{review}\n").into_bytes()
}

fn pod(images: &[&str]) -> Value {
    let containers: Vec<Value> = images
        .iter()
        .enumerate()
        .map(|(at, image)| json!({"name": format!("c{at}"), "image": image}))
        .collect();
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "demo", "namespace": "shop"}, "spec": {"containers": containers}})
}

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
        "HIGH JOIN-PROGRAM (it starts \"/bin/sh\", which its image does not have)",
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
fn what_changes_no_image_or_goes_away_passes_at_once() {
    let sandbox = sandbox();
    let server = Server::start(&sandbox, FILES, None);
    let bad = pod(&["quay.io/other:1"]);
    let mut going = bad.clone();
    going["metadata"]["deletionTimestamp"] = json!("2026-11-26T00:00:00Z");
    let mut volume = pod(&["registry.example/fine:1"]);
    volume["spec"]["volumes"] = json!([{"name": "v", "image": {"reference": "quay.io/other:1"}}]);
    let mut ephemeral = pod(&["registry.example/fine:1"]);
    ephemeral["spec"]["ephemeralContainers"] =
        json!([{"name": "debug", "image": "quay.io/other:1"}]);
    sandbox.write("policy.yaml", POLICY);
    for (operation, object, old, is_allowed) in [
        ("CREATE", &bad, &Value::Null, false),
        ("UPDATE", &bad, &pod(&["shop/api:1.4"]), false),
        ("UPDATE", &bad, &bad, true),
        ("UPDATE", &going, &pod(&["shop/api:1.4"]), true),
        ("DELETE", &Value::Null, &bad, true),
        ("CREATE", &volume, &Value::Null, false),
        (
            "UPDATE",
            &ephemeral,
            &pod(&["registry.example/fine:1"]),
            false,
        ),
        (
            "CREATE",
            &json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}}),
            &Value::Null,
            true,
        ),
    ] {
        let answer = server.json("/validate", &admission_review(operation, object, old));
        assert_eq!(
            answer["response"]["allowed"], is_allowed,
            "{operation} {object} {answer}"
        );
        assert_eq!(answer["response"]["uid"], "u-1");
    }
}

#[test]
fn what_nobody_can_judge_is_denied() {
    let sandbox = sandbox();
    let excludes = format!("{POLICY}  match: {{excludedNamespaces: [kube-system]}}\n");
    sandbox.write("policy.yaml", excludes);
    let server = Server::start(&sandbox, FILES, None);
    let bad = pod(&["quay.io/other:1"]);
    let mut large = bad.clone();
    large["spec"]["imagePullSecrets"] = json!(vec![json!({}); 450_000]);
    let mut elsewhere = bad.clone();
    elsewhere["metadata"]["namespace"] = json!("kube-system");
    let mut going = bad.clone();
    going["metadata"]["deletionTimestamp"] = json!("2026-11-26T00:00:00Z");
    let list = json!({"apiVersion": "v1", "kind": "List", "items": [pod(&["shop/api:2"]), bad]});
    for object in [
        large,
        elsewhere,
        going,
        list,
        Value::Null,
        json!("x"),
        json!([]),
        json!({}),
    ] {
        let answer = server.json(
            "/validate",
            &admission_review("CREATE", &object, &Value::Null),
        );
        let shown: String = object.to_string().chars().take(200).collect();
        assert_eq!(answer["response"]["allowed"], false, "{shown}");
    }
}

#[test]
fn what_is_judged_in_part_is_denied() {
    let sandbox = sandbox();
    let server = Server::start(&sandbox, FILES, None);
    let mut crowd = pod(&[]);
    crowd["spec"]["initContainers"] = json!(vec![json!({}); 1_001]);
    let mut patch = pod(&[]);
    patch["$patch"] = json!("replace");
    for (object, why) in [
        (pod(&[]), ""),
        (crowd, "it has more than 1000 containers"),
        (patch, "patch"),
    ] {
        let answer = server.json(
            "/validate",
            &admission_review("CREATE", &object, &Value::Null),
        );
        assert_eq!(answer["response"]["allowed"], why.is_empty(), "{answer}");
        assert!(answer.to_string().contains(why), "{why}: {answer}");
    }
}

#[test]
fn who_debugs_a_pod_is_asked_only_about_what_they_add() {
    let sandbox = sandbox();
    let lets_pass = format!("{POLICY}  cases: {{unscannable: {{action: allow}}}}\n");
    sandbox.write("policy.yaml", lets_pass);
    let server = Server::start(&sandbox, FILES, None);
    let running = pod(&["quay.io/other:1"]);
    for (image, is_privileged, is_allowed, warnings) in [
        ("registry.example/debug:1", false, true, 0),
        ("registry.example/debug:1", true, true, 1),
        ("quay.io/debug:1", false, false, 1),
        // its own image again, which is none of the allowed, is asked about by rules alone
        ("quay.io/other:1", true, true, 1),
    ] {
        let mut debugged = running.clone();
        let context = json!({"privileged": is_privileged});
        debugged["spec"]["ephemeralContainers"] =
            json!([{"name": "debug", "image": image, "securityContext": context}]);
        let review = admission_review("UPDATE", &debugged, &running);
        let mut review: Value = serde_json::from_slice(&review).unwrap();
        review["request"]["subResource"] = json!("ephemeralcontainers");
        let answer = server.json("/validate", review.to_string().as_bytes());
        let response = &answer["response"];
        assert_eq!(response["allowed"], is_allowed, "{image} {answer}");
        let warned = response["warnings"].as_array().map_or(0, Vec::len);
        assert!(warned >= warnings, "{image} {is_privileged} {answer}");
        assert_eq!(
            warned == 0,
            warnings == 0,
            "{image} {is_privileged} {answer}"
        );
    }
}

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

fn decoded(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .unwrap()
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

#[test]
fn files_are_renewed_and_broken_ones_are_told_and_not_used() {
    let sandbox = sandbox();
    let tls = certificate(&sandbox);
    let mut server = Server::start(
        &sandbox,
        &format!("{FILES} --tls-cert tls.crt --tls-key tls.key"),
        Some(tls),
    );
    assert!(
        server
            .ask("GET", "/readyz", b"")
            .1
            .starts_with("ok\npolicy prod@")
    );
    sandbox.write("policy.yaml", "kind: Pod\n");
    let told = server.wait_for("/readyz", |it| it.contains("the new one is wrong"));
    assert!(told.contains("`apiVersion` is missing"), "{told}");
    assert!(
        server
            .ask("GET", "/metrics", b"")
            .1
            .contains("seaworthy_policy_ok 0\n")
    );
    let answer = server.json("/image-policy", &image_review(&["quay.io/other:1"], "shop"));
    assert_eq!(
        answer["status"]["allowed"], false,
        "the old policy decides on"
    );
    sandbox.write(
        "policy.yaml",
        POLICY
            .replace("name: prod", "name: next")
            .replace("shop/**", "**"),
    );
    server.wait_for("/readyz", |it| {
        it.starts_with("ok\npolicy next@") && !it.contains("wrong")
    });
    let answer = server.json(
        "/image-policy?timeout=30s",
        &image_review(&["quay.io/other:1"], "shop"),
    );
    assert_eq!(answer["status"]["allowed"], true, "{answer}");
    // a new certificate is believed by who believes in that one alone
    server.tls = Some(certificate(&sandbox));
    thread::sleep(Duration::from_secs(5));
    assert!(server.ask("GET", "/livez", b"").1.starts_with("ok"));
}

#[test]
fn strangers_get_an_answer_and_no_more() {
    let sandbox = sandbox();
    let server = Server::start(&sandbox, FILES, None);
    let long = vec![b'x'; 13 << 20];
    let deep = "[".repeat(100_000);
    for body in [
        &b""[..],
        b"{}",
        b"null",
        b"\xff\xfe",
        deep.as_bytes(),
        br#"{"kind":"ImageReview","apiVersion":"imagepolicy.k8s.io/v1"}"#,
    ] {
        let answer = server.json("/image-policy", body);
        assert_eq!(answer["status"]["allowed"], false);
        assert!(text(&answer, "/status/reason").starts_with("seaworthy cannot read this review: "));
        for path in ["/validate", "/mutate"] {
            assert_eq!(server.ask("POST", path, body).0, 400, "{path}");
        }
    }
    // a body that is too long is not read to its end
    let stream = TcpStream::connect(&server.address).unwrap();
    let head = format!(
        "POST /validate HTTP/1.1\r\nHost: l\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        long.len()
    );
    let mut stream = stream;
    let _may_be_refused = stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(&long));
    let (status, _) = server.ask("GET", "/livez", b"");
    assert_eq!(status, 200);
    let name = "evil/\u{1b}[2J\n\u{202e}name:latest";
    let answer = server.json("/image-policy", &image_review(&[name], "shop"));
    let reason = text(&answer, "/status/reason");
    assert!(
        !reason.chars().any(|c| c.is_control() || c == '\u{202e}'),
        "{reason:?}"
    );
    assert!(reason.len() <= 1_000);
    let metrics = server.ask("GET", "/metrics", b"").1;
    assert!(
        metrics.contains("seaworthy_decisions_total{") && metrics.ends_with("# EOF\n"),
        "{metrics}"
    );
    let (status, page) = server.ask("GET", "/", b"");
    assert!(status == 200 && page.contains("prod@"), "{page}");
}
