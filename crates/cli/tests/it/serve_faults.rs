//! What goes wrong around `serve`: each request gets the answer that the policy chose for that case, in time.

use std::io::Write as _;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use testkit::{Pushed, Registry, Reply, SavedImage, answer, push};

use crate::program::{Sandbox, text};
use crate::server::{Server, image_review};

/// What nobody knows is denied, and what is known to be bad.
const POLICY: &str = "apiVersion: seaworthy.dev/v1alpha1
kind: ImagePolicy
metadata: {name: faults}
spec:
  rules:
  - {name: severe, vulnerabilities: {severity: high}}
  cases: {unscanned: {action: deny, scanFor: 20s}}
";

/// A package of which much is known to be wrong.
const BAD: &[(&str, &str)] = &[
    ("etc/os-release", "ID=alpine\nVERSION_ID=3.10.4\n"),
    (
        "lib/apk/db/installed",
        "P:apk-tools\nV:2.10.4-r2\nA:x86_64\n\n",
    ),
];

fn bad() -> Pushed {
    push(&SavedImage::new().layer(BAD)).unwrap()
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("policy.yaml", POLICY);
    sandbox
}

fn options(host: &str) -> String {
    format!("--policy policy.yaml --allow-registry {host} --insecure {host}")
}

#[expect(
    clippy::disallowed_methods,
    reason = "deadlines are held against the clock"
)]
fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let done = work();
    (start.elapsed(), done)
}

fn reason(server: &Server, name: &str) -> String {
    let answer = server.json("/image-policy?timeout=30s", &image_review(&[name], "shop"));
    assert_eq!(answer["status"]["allowed"], false, "{answer}");
    text(&answer, "/status/reason").to_owned()
}

/// The server is killed while it is asked, and started again while the registry is away.
#[test]
fn what_was_known_before_a_kill_is_known_after_it() {
    let sandbox = sandbox();
    let image = bad();
    let registry = Registry::start(move |asked| answer(&image, asked)).unwrap();
    let host = registry.host();
    let options = format!("{} --store store --tag-ttl 1h", options(&host));
    let name = format!("{host}/bad:1");
    let server = Server::start(&sandbox, &options, None);
    let before = reason(&server, &name);
    assert!(before.contains(": severe: "), "{before}");
    let address = server.address.clone();
    let load: Vec<_> = (0..4)
        .map(|number| {
            let (address, host) = (address.clone(), host.clone());
            thread::spawn(move || {
                for round in 0.. {
                    let review = image_review(&[&format!("{host}/img-{number}-{round}:1")], "shop");
                    let Ok(mut stream) = TcpStream::connect(&address) else {
                        return;
                    };
                    let head = format!("POST /image-policy HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", review.len());
                    let _gone = stream.write_all(&[head.as_bytes(), &review].concat());
                    let _gone = std::io::copy(&mut stream, &mut std::io::sink());
                }
            })
        })
        .collect();
    thread::sleep(Duration::from_secs(1));
    drop(server);
    for thread in load {
        thread.join().unwrap();
    }
    drop(registry);
    let server = Server::start(&sandbox, &options, None);
    assert_eq!(reason(&server, &name), before);
    let metrics = server.ask("GET", "/metrics", b"").1;
    assert!(
        metrics.contains("seaworthy_looks_total{result=\"stored\"} 1\n"),
        "{metrics}"
    );
    assert!(metrics.contains("seaworthy_store_ok 1\n"), "{metrics}");
}

#[test]
fn without_its_store_the_server_decides_on_and_says_so() {
    let sandbox = sandbox();
    let image = bad();
    let registry = Registry::start(move |asked| answer(&image, asked)).unwrap();
    let host = registry.host();
    for store in ["broken", "policy.yaml/x", "/dev/null"] {
        if store == "broken" {
            sandbox.write(
                "broken/known.sqlite",
                "this is no database at all ".repeat(400),
            );
        }
        let options = format!("{} --store {store}", options(&host));
        let server = Server::start(&sandbox, &options, None);
        assert!(reason(&server, &format!("{host}/bad:1")).contains(": severe: "));
        let told = server.ask("GET", "/readyz", b"").1;
        assert!(
            told.starts_with("ok\n") && told.contains("without a store: "),
            "{store}: {told}"
        );
        let metrics = server.ask("GET", "/metrics", b"").1;
        assert!(metrics.contains("seaworthy_store_ok 0\n"), "{metrics}");
    }
}

#[test]
fn a_registry_that_hangs_costs_no_more_than_the_time_that_there_is() {
    let sandbox = sandbox();
    let registry = Registry::start(|_| Reply::Silence(Duration::from_secs(20))).unwrap();
    let host = registry.host();
    let server = Arc::new(Server::start(&sandbox, &options(&host), None));
    // far more than it can look at in time, and each another image
    let asked: Vec<_> = (0..60)
        .map(|number| {
            let (server, host) = (Arc::clone(&server), host.clone());
            thread::spawn(move || {
                let names: Vec<String> = (0..20)
                    .map(|of| format!("{host}/img-{number}-{of}:1"))
                    .collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let review = image_review(&names, "shop");
                timed(|| server.json("/image-policy?timeout=2s", &review))
            })
        })
        .collect();
    for thread in asked {
        let (took, answer) = thread.join().unwrap();
        assert_eq!(answer["status"]["allowed"], false, "{answer}");
        assert!(text(&answer, "/status/reason").contains(": unscanned: "));
        // half a second is kept in reserve; the rest is for a machine that is busy
        assert!(took < Duration::from_secs(4), "{took:?}");
    }
}

/// One registry hangs and another answers; then that is silent, too, and what it told before still counts.
#[test]
fn a_registry_that_hangs_holds_up_no_other_and_what_was_known_stands_in_for_it() {
    let sandbox = sandbox();
    let silent = Registry::start(|_| Reply::Silence(Duration::from_secs(30))).unwrap();
    let image = bad();
    let is_away = Arc::new(AtomicBool::new(false));
    let away = Arc::clone(&is_away);
    let registry = Registry::start(move |asked| {
        if away.load(Ordering::SeqCst) {
            Reply::Silence(Duration::from_secs(30))
        } else {
            answer(&image, asked)
        }
    });
    let registry = registry.unwrap();
    let (hangs, works) = (silent.host(), registry.host());
    let server = Server::start(
        &sandbox,
        &format!(
            "{} --tag-ttl 1s --workers 1",
            options(&format!("{hangs},{works}"))
        ),
        None,
    );
    for image in 0..20 {
        let review = image_review(&[&format!("{hangs}/img-{image}:1")], "shop");
        server.json("/image-policy?timeout=1s", &review);
    }
    let name = format!("{works}/bad:1");
    let (took, before) = timed(|| reason(&server, &name));
    assert!(before.contains(": severe: "), "{before}");
    assert!(took < Duration::from_secs(15), "{took:?}");
    is_away.store(true, Ordering::SeqCst);
    thread::sleep(Duration::from_millis(1_500));
    let review = image_review(&[&name], "shop");
    let (took, answer) = timed(|| server.json("/image-policy?timeout=3s", &review));
    assert_eq!(answer["status"]["reason"], before);
    let mode = &answer["status"]["auditAnnotations"]["seaworthy-mode"];
    assert_eq!(mode, "registry-away", "{answer}");
    assert!(took < Duration::from_secs(4), "{took:?}");
}

#[test]
fn slow_bodies_keep_nobody_waiting() {
    let sandbox = sandbox();
    let server = Server::start(&sandbox, "--policy policy.yaml", None);
    let slow: Vec<TcpStream> = (0..600)
        .map(|_| {
            let mut stream = TcpStream::connect(&server.address).unwrap();
            let head = "POST /image-policy HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n";
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(&vec![b' '; 40_000]).unwrap();
            stream
        })
        .collect();
    let review = image_review(&["nowhere.example/x:1"], "shop");
    let (took, _) = timed(|| server.json("/image-policy", &review));
    assert!(took < Duration::from_secs(2), "{took:?}");
    drop(slow);
}

/// The policy changes all the time: each answer is that of one of them, whole.
#[test]
fn a_storm_of_new_policies_drops_no_request() {
    let sandbox = sandbox();
    let server = Server::start(&sandbox, "--policy policy.yaml", None);
    let strict = POLICY.replace(
        "severe, vulnerabilities: {severity: high}",
        "strict, registries: {allow: [a.example]}",
    );
    let strict = strict.replace("a.example", "a.example/**");
    let (mut has_strict, mut has_severe) = (false, false);
    // files are looked at every two seconds, and each time one of the three lies there
    for round in 0..600 {
        if round > 60 && has_strict && has_severe {
            break;
        }
        sandbox.write(
            "policy.yaml",
            match round % 3 {
                0 => strict.as_str(),
                1 => "kind: nothing\n",
                _ => POLICY,
            },
        );
        let reason = reason(&server, "b.example/x:1");
        let is_strict = reason.contains(": strict: ");
        has_strict |= is_strict;
        has_severe |= !is_strict;
        assert!(is_strict || reason.contains(": unscannable: "), "{reason}");
        thread::sleep(Duration::from_millis(130));
    }
    assert!(has_strict && has_severe);
}
