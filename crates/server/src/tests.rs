//! The answers of a real kubesec service to real requests are what ours are held against.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use manifest::kubesec::{Schemas, Source};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use super::*;

/// A service on a port of its own.
struct Served {
    address: SocketAddr,
    _runtime: Runtime,
    _stop: oneshot::Sender<()>,
}

fn served() -> Served {
    let runtime = Runtime::new().unwrap();
    let listener = runtime
        .block_on(TcpListener::bind(("127.0.0.1", 0)))
        .unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let service = kubesec(Schemas::new(None, Source::BuiltIn));
    runtime.spawn(listen::accept(listener, service, async {
        let _gone = stopped.await;
    }));
    Served {
        address,
        _runtime: runtime,
        _stop: stop,
    }
}

impl Served {
    /// Sends bytes, and returns what comes back until the connection ends.
    fn send(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        // the service may answer and close before it has everything
        let _closed = stream.write_all(request);
        let mut bytes = Vec::new();
        let mut chunk = [0; 4096];
        while let Ok(count @ 1..) = stream.read(&mut chunk) {
            bytes.extend_from_slice(&chunk[..count]);
        }
        String::from_utf8(bytes).unwrap()
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> String {
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
        );
        self.send(&[head.as_bytes(), body].concat())
    }
}

/// Reduces the reasons of rules, which are our own words, and the place of schemas.
fn comparable(body: &str) -> String {
    let Ok(mut reports) = serde_json::from_str::<Value>(body) else {
        return body.to_owned();
    };
    for report in reports.as_array_mut().into_iter().flatten() {
        let scoring = report["scoring"].as_object_mut().unwrap();
        for rules in scoring.values_mut() {
            for rule in rules.as_array_mut().into_iter().flatten() {
                rule["reason"] = Value::Null;
            }
        }
    }
    let text = serde_json::to_string_pretty(&reports).unwrap() + "\n";
    text.replace("file:///SCHEMAS/", "builtin:///")
}

#[test]
fn answers_as_kubesec_does() {
    let Some(path) = testkit::shared("conformance/kubesec.tar.gz") else {
        return;
    };
    let data: BTreeMap<String, Vec<u8>> = testkit::members(&path).unwrap();
    let cases: Value = serde_json::from_slice(&data["kubesec/http.json"]).unwrap();
    let served = served();
    for case in cases.as_array().unwrap() {
        let text = |name: &str| case[name].as_str().unwrap_or_default();
        let body = match case["asset"].as_str() {
            Some(asset) => &data[&asset.replacen("asset/", "kubesec/assets/", 1)][..],
            None => text("body").as_bytes(),
        };
        let mut headers = String::new();
        for (name, value) in case["headers"].as_object().unwrap() {
            headers.extend([name, ": ", value.as_str().unwrap(), "\r\n"]);
        }
        let answer = served.ask(text("method"), text("path"), &headers, body);
        let (head, got) = answer.split_once("\r\n\r\n").unwrap();
        let head = head.to_lowercase();
        let name = text("name");
        assert!(
            head.starts_with(&format!("http/1.1 {} ", case["status"])),
            "{name}: {head}"
        );
        for (header, want) in [("content-type", "contentType"), ("location", "location")] {
            if let Some(want) = case[want].as_str() {
                assert!(
                    head.contains(&format!("\r\n{header}: {want}")),
                    "{name}: {head}"
                );
            }
        }
        assert_eq!(comparable(got), comparable(text("responseBody")), "{name}");
    }
    let metrics = served.ask("GET", "/metrics", "", b"");
    assert!(
        metrics.contains("kubesec_scans_total{code=\"400\"}"),
        "{metrics}"
    );
}

#[test]
fn refuses_what_is_too_much() {
    let served = served();
    let large = vec![b' '; (4 << 20) + 1];
    let answer = served.ask("POST", "/scan", "", &large);
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    let answer = served.send(b"\x16\x03\x01 garbage\r\n\r\nGET / HTTP/1.1\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    let idle: Vec<TcpStream> = (0..200)
        .map(|_| TcpStream::connect(served.address).unwrap())
        .collect();
    let answer = served.ask("POST", "/healthz", "", b"");
    assert!(answer.ends_with("\r\n\r\nOK\n"), "{answer}");
    drop(idle);
    // slower than a body may be
    let answer = served.send(b"POST /scan HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nkind");
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}
