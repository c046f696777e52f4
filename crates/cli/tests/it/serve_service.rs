//! `seaworthy serve` as a service: files that change, and strangers that ask.

use std::io::Write as _;
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use crate::check::{POLICY, sandbox};
use crate::program::text;
use crate::server::{FILES, Server, certificate, image_review};

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
    assert!(!page.contains("none"), "{page}");
}
