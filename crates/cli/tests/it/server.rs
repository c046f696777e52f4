//! A server of the program under test, and what is asked of it.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::{Value, json};

use crate::program::Sandbox;

/// The policy, and where the images are.
pub(crate) const FILES: &str =
    "--policy policy.yaml --image shop/api:1.4=shop.tar --image quay.io/other:1=other.tar";

/// A server that ends when it goes out of scope.
pub(crate) struct Server {
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
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
        let lines = Arc::new(Mutex::new(Vec::new()));
        let read = Arc::clone(&lines);
        // it must not fill up
        thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                read.lock().unwrap().push(line);
            }
        });
        Self {
            child,
            lines,
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

    /// Returns the line of the log that has a text, for which it waits ten seconds at most.
    pub(crate) fn logged(&self, text: &str) -> Value {
        for _ in 0..200 {
            let lines = self.lines.lock().unwrap();
            if let Some(line) = lines.iter().find(|line| line.contains(text)) {
                return serde_json::from_str(line).unwrap();
            }
            drop(lines);
            thread::sleep(Duration::from_millis(50));
        }
        panic!("no line of the log has {text}");
    }

    pub(crate) fn json(&self, path: &str, body: &[u8]) -> Value {
        let (status, answer) = self.ask("POST", path, body);
        assert_eq!(status, 200, "{path}: {answer}");
        serde_json::from_str(&answer).unwrap()
    }

    /// Asks until the answer is one, for ten seconds at most: files are looked at every two.
    pub(crate) fn wait_for(&self, path: &str, has: impl Fn(&str) -> bool) -> String {
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

pub(crate) fn admission_review(operation: &str, object: &Value, old: &Value) -> Vec<u8> {
    let review = json!({
        "kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1",
        "request": {
            "uid": "u-1", "kind": {"group": "", "version": "v1", "kind": object["kind"]}, "namespace": "shop",
            "operation": operation, "userInfo": {"username": "alice", "groups": ["dev"]},
            "object": object, "oldObject": old, "dryRun": false,
        },
    });
    format!("{review}\n").into_bytes()
}

pub(crate) fn pod(images: &[&str]) -> Value {
    let containers: Vec<Value> = images
        .iter()
        .enumerate()
        .map(|(at, image)| json!({"name": format!("c{at}"), "image": image}))
        .collect();
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "demo", "namespace": "shop"}, "spec": {"containers": containers}})
}
