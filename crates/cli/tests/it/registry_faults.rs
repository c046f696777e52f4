//! Registries that fail, lie or stall: a clear result in time, nothing half-written, no credential told.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use testkit::{Answer, Asked, Pushed, Registry, Reply, answer, push};

use crate::images::shop;
use crate::program::{Run, Sandbox};
use crate::registry::{registry, registry_of, scan};

fn is_layer(pushed: &Pushed, asked: &Asked) -> bool {
    pushed
        .layers
        .iter()
        .any(|of| asked.path.ends_with(&of.to_string()))
}

fn whole(pushed: &Pushed, asked: &Asked) -> Answer {
    match answer(pushed, asked) {
        Reply::Whole(answer) => answer,
        Reply::Cut(..) | Reply::Drip(..) | Reply::Endless(_) | Reply::Silence(_) => {
            panic!("a registry without faults answers whole")
        }
    }
}

/// Scans with a proof that nothing may show, within a time.
fn run(registry: &Registry, options: &str) -> Run {
    let sandbox = Sandbox::new();
    let host = registry.host();
    let config = json!({ "auths": { &host: { "auth": "Y2k6aHVudGVyMg==" } } });
    sandbox.write(".docker/config.json", config.to_string());
    #[expect(clippy::disallowed_methods, reason = "a test of time")]
    let start = Instant::now();
    let run = scan(&sandbox, &host, "shop/api:1", &format!("-d {options}"));
    assert!(start.elapsed() < Duration::from_mins(1), "{run:?}");
    let text = format!("{run:?}");
    assert!(
        !text.contains("hunter2") && !text.contains("Y2k6"),
        "{text}"
    );
    let aside = sandbox.path(".cache/seaworthy/tmp");
    let left = fs::read_dir(aside).map_or(0, Iterator::count);
    assert_eq!(left, 0, "nothing is half written");
    run
}

fn first_line(run: &Run) -> String {
    let lines = run.stderr.lines().find(|line| line.starts_with("error: "));
    lines.unwrap_or_default().to_owned()
}

#[test]
fn a_layer_that_breaks_off_goes_on_where_it_broke() {
    let breaks = AtomicUsize::new(0);
    let registry = registry(move |pushed, asked| {
        let is_cut = is_layer(pushed, asked) && breaks.fetch_add(1, Ordering::SeqCst) < 3;
        is_cut.then(|| Reply::Cut(whole(pushed, asked), 700))
    });
    let result = run(&registry, "");
    assert_eq!(result.code, Some(0), "{result:?}");
    let ranges = registry
        .asked()
        .into_iter()
        .filter_map(|mut asked| asked.headers.remove("range"));
    let ranges: Vec<String> = ranges.collect();
    assert!(ranges.contains(&"bytes=700-".to_owned()), "{ranges:?}");
}

#[test]
fn who_knows_no_ranges_sends_it_again() {
    let breaks = AtomicUsize::new(0);
    let registry = registry(move |pushed, asked| {
        if !is_layer(pushed, asked) {
            return None;
        }
        let mut asked = asked.clone();
        asked.headers.remove("range");
        let answer = whole(pushed, &asked);
        let is_cut = breaks.fetch_add(1, Ordering::SeqCst) == 0;
        Some(if is_cut {
            Reply::Cut(answer, 700)
        } else {
            Reply::Whole(answer)
        })
    });
    assert_eq!(run(&registry, "").code, Some(0));
}

#[test]
fn a_layer_that_never_ends_is_given_up() {
    let registry = registry(|pushed, asked| {
        let is_layer = is_layer(pushed, asked) && !asked.headers.contains_key("range");
        let is_rest = asked.headers.contains_key("range");
        match (is_layer, is_rest) {
            (true, _) => Some(Reply::Cut(whole(pushed, asked), 700)),
            (_, true) => Some(Reply::Cut(whole(pushed, asked), 0)),
            _ => None,
        }
    });
    let result = run(&registry, "");
    assert_eq!(result.code, Some(3));
    assert!(
        first_line(&result).contains("broken off 6 times, last after 700 of"),
        "{result:?}"
    );
}

#[test]
fn bytes_of_another_digest_are_refused() {
    for (what, text) in [
        ("layer", "digest is sha256:"),
        ("manifest", "digest is sha256:"),
    ] {
        let registry = registry(move |pushed, asked| {
            let is_meant = match what {
                "layer" => is_layer(pushed, asked),
                _ => asked.path.ends_with(&pushed.top.to_string()),
            };
            is_meant.then(|| {
                let mut answer = whole(pushed, asked);
                // in the content of a file, and in the last bracket
                let at = if what == "layer" {
                    520
                } else {
                    answer.body.len() - 1
                };
                answer.body[at] ^= 1;
                Reply::Whole(answer)
            })
        });
        let result = run(&registry, "");
        assert_eq!(result.code, Some(3), "{what}");
        assert!(first_line(&result).contains(text), "{what}: {result:?}");
        assert_blames_the_registry(&registry, &result);
    }
}

/// A policy that lets pass what nobody answers for does not let pass what was answered.
#[test]
fn only_silence_is_unreachable() {
    let policy = "apiVersion: seaworthy.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {name: p}\nspec:\n  rules:\n  \
                  - {name: severe, vulnerabilities: {severity: high}}\n  \
                  cases: {unreachable: {action: allow}, unscannable: {action: deny}}\n";
    for (status, want) in [(401, 1), (403, 1), (404, 1), (429, 0), (500, 0), (503, 0)] {
        let registry = Registry::start(move |_| Reply::Whole(Answer::status(status))).unwrap();
        let host = registry.host();
        let sandbox = Sandbox::new();
        sandbox.write("policy.yaml", policy);
        let run = sandbox.run(&format!(
            "check --policy policy.yaml --timeout 20s --insecure {host} {host}/a:1"
        ));
        assert_eq!(run.code, Some(want), "{status} {run:?}");
        if status == 401 {
            assert!(run.stdout.contains("tried no credentials"), "{run:?}");
        }
    }
}

/// The same of what is in an image: whoever gives its manifest may fail at its layers.
#[test]
fn a_blob_that_nobody_gives_is_unreachable_too() {
    let policy = "apiVersion: seaworthy.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {name: p}\nspec:\n  rules:\n  \
                  - {name: severe, vulnerabilities: {severity: high}}\n  \
                  cases: {unreachable: {action: allow}, unscannable: {action: deny}}\n";
    for (what, status, want) in [
        ("layer", 503, 0),
        ("layer", 429, 0),
        ("layer", 404, 1),
        ("layer", 403, 1),
        ("config", 503, 0),
        ("config", 404, 1),
    ] {
        let registry = registry(move |pushed, asked| {
            let is_blob = asked.path.contains("/blobs/");
            let is_meant = is_blob && is_layer(pushed, asked) == (what == "layer");
            is_meant.then(|| Reply::Whole(Answer::status(status)))
        });
        let host = registry.host();
        let sandbox = Sandbox::new();
        sandbox.write("policy.yaml", policy);
        let run = sandbox.run(&format!(
            "check --policy policy.yaml --timeout 20s --insecure {host} {host}/a:1"
        ));
        assert_eq!(run.code, Some(want), "{what} {status} {run:?}");
    }
}

#[test]
fn a_registry_that_answers_two_digests_is_refused() {
    // H-15: the tag is one image for HEAD, another for GET
    let registry = registry(|pushed, asked| {
        let other = format!("sha256:{}", "1".repeat(64));
        let head = asked.method == "HEAD";
        if head {
            return Some(Reply::Whole(
                Answer::ok("").with("Docker-Content-Digest", &other),
            ));
        }
        let is_other = asked.path.ends_with(&other);
        is_other.then(|| Reply::Whole(Answer::ok(pushed.blobs[&pushed.top].clone())))
    });
    let result = run(&registry, "");
    assert_eq!(result.code, Some(3));
    assert!(
        first_line(&result).contains("but its name says sha256:1111"),
        "{result:?}"
    );
}

#[test]
fn a_length_that_lies_is_refused() {
    let shorter = registry(|pushed, asked| {
        is_layer(pushed, asked).then(|| {
            let mut answer = whole(pushed, asked);
            answer.body.truncate(512);
            Reply::Whole(answer)
        })
    });
    let result = run(&shorter, "");
    assert!(
        first_line(&result).contains("512 bytes are offered, but the manifest says"),
        "{result:?}"
    );
    assert_blames_the_registry(&shorter, &result);
    let longer =
        registry(|pushed, asked| is_layer(pushed, asked).then_some(Reply::Endless(1 << 40)));
    let result = run(&longer, "");
    assert!(
        first_line(&result).contains("1099511627776 bytes are offered"),
        "{result:?}"
    );
}

#[test]
fn a_gigabyte_of_manifest_is_not_read() {
    let registry = registry(|_, asked| {
        let is_manifest = asked.method == "GET" && asked.path.contains("/manifests/");
        is_manifest.then_some(Reply::Endless(1 << 30))
    });
    let result = run(&registry, "");
    assert_eq!(result.code, Some(3));
    assert!(
        first_line(&result).ends_with("more than 4194304 bytes"),
        "{result:?}"
    );
}

#[test]
fn a_hundred_thousand_layers_are_a_limit() {
    let pushed = push(&shop()).unwrap();
    let layer = pushed.descriptor(pushed.layers[0]);
    let config = pushed
        .blobs
        .iter()
        .find(|(_, bytes)| bytes.starts_with(b"{\"architecture"));
    let config = pushed.descriptor(*config.unwrap().0);
    // 4 MiB hold no hundred thousand of them: that limit is met first
    for (count, text) in [
        (100_000, "more than 4194304 bytes"),
        (20_000, "more than 1000 layers"),
    ] {
        let mut pushed = pushed.clone();
        pushed.add_top(&json!({ "config": config, "layers": vec![layer.clone(); count] }));
        let registry = registry_of(pushed, |_, _| None);
        let result = run(&registry, "");
        assert_eq!(result.code, Some(3));
        assert!(
            first_line(&result).ends_with(text),
            "{count}: {}",
            first_line(&result)
        );
    }
}

#[test]
fn an_index_that_holds_itself_or_lies_is_refused() {
    // H-08
    let mut pushed = push(&shop()).unwrap();
    let manifest = pushed.top;
    let mut entry = pushed.descriptor(manifest);
    entry["size"] = json!(3);
    pushed.add_top(&json!({ "manifests": [entry] }));
    let wrong_size = registry_of(pushed, |_, _| None);
    let result = run(&wrong_size, "");
    assert!(
        first_line(&result).contains("but its descriptor says 3"),
        "{result:?}"
    );
    assert_blames_the_registry(&wrong_size, &result);
}

#[test]
fn a_descriptor_of_another_size_is_the_registry_s() {
    let pushed = push(&shop()).unwrap();
    let layers = vec![pushed.descriptor(pushed.layers[0])];
    let is_config = |bytes: &[u8]| bytes.starts_with(b"{\"architecture");
    let mut blobs = pushed.blobs.iter();
    let config = blobs.find(|(_, bytes)| is_config(bytes)).unwrap();
    let mut entry = pushed.descriptor(*config.0);
    let real = entry["size"].as_u64().unwrap();
    entry["size"] = json!(real + 1);
    let mut lying = pushed.clone();
    lying.add_top(&json!({ "config": entry, "layers": layers }));
    let registry = registry_of(lying, |_, _| None);
    let result = run(&registry, "");
    let want = format!(
        "error: {}/shop/api: blobs/sha256/{}: {real} bytes are stored, but its descriptor says {}",
        registry.host(),
        config.0.to_hex(),
        real + 1
    );
    assert_eq!(first_line(&result), want);
    assert_blames_the_registry(&registry, &result);
}

/// Nobody has an archive of what comes from a registry.
fn assert_blames_the_registry(registry: &Registry, run: &Run) {
    assert!(first_line(run).contains(&registry.host()), "{run:?}");
    let advice = "gives other bytes than were pushed";
    assert!(
        run.stderr.contains(advice) && !run.stderr.contains("archive"),
        "{run:?}"
    );
}

#[test]
fn a_byte_a_second_ends_with_the_time() {
    let registry = registry(|pushed, asked| {
        is_layer(pushed, asked).then(|| Reply::Drip(whole(pushed, asked), Duration::from_secs(1)))
    });
    let result = run(&registry, "--timeout 3s");
    assert_eq!(result.code, Some(3));
    assert!(
        result.stderr.contains("not done within 3 s (--timeout)"),
        "{result:?}"
    );
    assert!(result.stderr.contains("allow more time"), "{result:?}");
    let silent = self::registry(|_, _| Some(Reply::Silence(Duration::from_secs(30))));
    let result = run(&silent, "--timeout 2s");
    assert!(
        result.stderr.contains("not done within 2 s (--timeout)"),
        "{result:?}"
    );
}

#[test]
fn a_storm_of_429_is_waited_out_or_told() {
    let storms = AtomicUsize::new(0);
    let passing = registry(move |_, _| {
        let is_storm = storms.fetch_add(1, Ordering::SeqCst) < 3;
        let wait = Answer::status(429).with("Retry-After", "0");
        is_storm.then_some(Reply::Whole(wait))
    });
    assert_eq!(run(&passing, "").code, Some(0));
    // a time is held against that of the answer
    let at_three = Answer::status(429).with("Date", "Sat, 28 Nov 2026 03:00:00 GMT");
    for (storm, when) in [
        (
            at_three.with("Retry-After", "Sat, 28 Nov 2026 13:00:00 GMT"),
            "; it asks to wait 36000 s",
        ),
        (Answer::status(429).with("Retry-After", "soon"), ""),
    ] {
        let told = registry(move |_, _| Some(Reply::Whole(storm.clone())));
        let want = format!(
            "error: {} takes no more requests for now (429){when}",
            told.host()
        );
        assert_eq!(first_line(&run(&told, "--timeout 30s")), want);
    }
    let lasting = registry(|_, _| {
        Some(Reply::Whole(
            Answer::status(429).with("Retry-After", "3600"),
        ))
    });
    let result = run(&lasting, "");
    let host = lasting.host();
    assert_eq!(
        first_line(&result),
        format!("error: {host} takes no more requests for now (429); it asks to wait 3600 s")
    );
    assert_eq!(
        lasting.asked().len(),
        1,
        "who cannot wait that long does not ask again"
    );
    let broken = registry(|_, _| Some(Reply::Whole(Answer::status(503).with("Retry-After", "0"))));
    let result = run(&broken, "");
    assert!(
        first_line(&result).ends_with("the answer is 503"),
        "{result:?}"
    );
}

#[test]
fn redirects_lead_neither_to_metadata_nor_in_circles() {
    // H-09: nothing is sent there, the address is looked at before
    for (location, text) in [
        (
            "http://169.254.169.254/latest/meta-data/",
            "the metadata service of a cloud",
        ),
        ("http://[fd00:ec2::254]/", "the metadata service of a cloud"),
        ("http://0.0.0.0:1/", "unspecified"),
        ("file:///etc/passwd", "its scheme is neither http nor https"),
        ("http://me:hunter2@127.0.0.1/", "it holds user information"),
        ("/v2/shop/api/blobs/again", "more than 5 redirects"),
    ] {
        let registry = registry(move |pushed, asked| {
            let is_meant = is_layer(pushed, asked) || asked.path.ends_with("again");
            let redirect = Answer::status(307).with("Location", location);
            is_meant.then_some(Reply::Whole(redirect))
        });
        let result = run(&registry, "");
        assert_eq!(result.code, Some(3), "{location}");
        assert!(first_line(&result).contains(text), "{location}: {result:?}");
    }
    // a token server sends nobody on
    let registry = registry(|_, asked| {
        let host = asked.headers.get("host").cloned().unwrap_or_default();
        let challenge = format!("Bearer realm=\"http://{host}/token\"");
        let is_token = asked.path.starts_with("/token");
        Some(Reply::Whole(if is_token {
            Answer::status(302).with("Location", "/elsewhere")
        } else {
            Answer::status(401).with("WWW-Authenticate", &challenge)
        }))
    });
    let result = run(&registry, "");
    assert!(
        first_line(&result).contains("a request for a token does not follow"),
        "{result:?}"
    );
    assert!(
        !registry
            .asked()
            .iter()
            .any(|asked| asked.path == "/elsewhere")
    );
}

#[test]
fn what_a_registry_says_cannot_steer_a_terminal() {
    let registry = registry(|_, asked| {
        let body = "{\"errors\":[{\"code\":\"X\",\"message\":\"\\u001b[31m red\\nline\"}]}";
        let teapot = Answer {
            status: 418,
            ..Answer::ok(body)
        };
        (asked.method == "GET").then_some(Reply::Whole(teapot))
    });
    let result = run(&registry, "");
    assert!(
        first_line(&result).ends_with("the answer is 418 (X: [31m redline)"),
        "{result:?}"
    );
}
