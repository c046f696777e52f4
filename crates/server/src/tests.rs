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
    runtime.spawn(listen::accept(listener, service, None, async {
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
    for series in [
        "kubesec_scans_total{code=\"400\"}",
        "process_cpu_seconds_total ",
        "process_open_fds ",
        "process_resident_memory_bytes ",
        "process_start_time_seconds 1",
    ] {
        assert!(metrics.contains(series), "{series}: {metrics}");
    }
}

#[test]
fn refuses_what_is_too_much() {
    let served = served();
    let large = vec![b' '; (4 << 20) + 1];
    let chunk = format!("{:x}\r\n", large.len());
    let chunked =
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    for (name, request, want) in [
        ("a large body", with_body(&large), "HTTP/1.1 413 "),
        (
            "a large body in chunks",
            [
                chunked.as_bytes(),
                chunk.as_bytes(),
                &large,
                b"\r\n0\r\n\r\n",
            ]
            .concat(),
            "HTTP/1.1 413 ",
        ),
        (
            "a length that is a lie",
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n".to_vec(),
            "HTTP/1.1 413 ",
        ),
        (
            "a length that is none",
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n".to_vec(),
            "HTTP/1.1 400 ",
        ),
        (
            "another protocol",
            b"\x16\x03\x01 garbage\r\n\r\nGET / HTTP/1.1\r\n\r\n".to_vec(),
            "HTTP/1.1 400 ",
        ),
        (
            "a head without end",
            [b"POST / HTTP/1.1\r\nX: ", &*large].concat(),
            "HTTP/1.1 431 ",
        ),
        (
            "a body of garbage",
            with_body(b"\x00\xff[{"),
            "HTTP/1.1 400 ",
        ),
        (
            "a body of brackets",
            with_body("[".repeat(100_000).as_bytes()),
            "HTTP/1.1 400 ",
        ),
    ] {
        let answer = served.send(&request);
        assert!(answer.starts_with(want), "{name}: {answer}");
    }
}

fn with_body(body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST /scan HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

#[test]
fn answers_what_stands_before_garbage_in_a_pipeline() {
    let good = "POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
    let answer = served().send(format!("{good}{good}\0\x7f garbage\r\n\r\n").as_bytes());
    assert_eq!(answer.matches("HTTP/1.1 200 OK").count(), 2, "{answer}");
    assert_eq!(answer.matches("HTTP/1.1 400 ").count(), 1, "{answer}");
}

#[test]
fn idle_and_slow_connections_keep_nobody_waiting() {
    listen::raise_descriptors();
    let served = served();
    let halves = [
        "",
        "POST / HT",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nki",
    ];
    let idle: Vec<TcpStream> = (0..1_000)
        .map(|number| {
            let mut stream = TcpStream::connect(served.address).unwrap();
            stream.write_all(halves[number % 3].as_bytes()).unwrap();
            stream
        })
        .collect();
    let answer = served.ask("POST", "/scan", "", b"kind: [");
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    drop(idle);
}

#[test]
fn a_body_has_its_time_however_it_drips() {
    let served = served();
    let mut stream = TcpStream::connect(served.address).unwrap();
    stream
        .write_all(b"POST /scan HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n")
        .unwrap();
    stream
        .set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    let mut answer = [0; 12];
    // one byte each 0.2 s would take 20 s
    for _ in 0..99 {
        if stream.write_all(b"x").is_err() || stream.read_exact(&mut answer).is_ok() {
            break;
        }
    }
    assert_eq!(&answer, b"HTTP/1.1 408");
}
