//! Images by name, from a registry in this process: what is asked, what is sent, what is told.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};
use testkit::{Answer, Asked, Pushed, Registry, Reply, answer, push, save};

use crate::images::shop;
use crate::program::{Run, Sandbox};

/// Returns a registry that holds the image `shop`, and answers by `fault` where that says anything.
pub(crate) fn registry(
    fault: impl Fn(&Pushed, &Asked) -> Option<Reply> + Send + Sync + 'static,
) -> Registry {
    registry_of(push(&shop()).unwrap(), fault)
}

pub(crate) fn registry_of(
    pushed: Pushed,
    fault: impl Fn(&Pushed, &Asked) -> Option<Reply> + Send + Sync + 'static,
) -> Registry {
    Registry::start(move |asked| fault(&pushed, asked).unwrap_or_else(|| answer(&pushed, asked)))
        .unwrap()
}

/// Scans `HOST/shop/api:1.4`, or as `name` says, which stands behind the host.
pub(crate) fn scan(sandbox: &Sandbox, host: &str, name: &str, options: &str) -> Run {
    sandbox.run(&format!("image {host}/{name} {options}"))
}

fn methods(registry: &Registry) -> Vec<String> {
    let line = |asked: Asked| format!("{} {}", asked.method, asked.path);
    registry.asked().into_iter().map(line).collect()
}

#[test]
fn the_report_is_that_of_the_archive_but_for_its_name() {
    let sandbox = Sandbox::new();
    let registry = registry(|_, _| None);
    let host = registry.host();
    sandbox.write("shop.tar", save(&[shop()]).unwrap());
    let of_archive = sandbox.run("image --input shop.tar -f json");
    let of_registry = scan(&sandbox, &host, "shop/api:1.4", "-f json");
    assert_eq!((of_registry.code, &*of_registry.stderr), (Some(0), ""));
    let named: Value = serde_json::from_str(&of_registry.stdout).unwrap();
    let metadata = named.pointer("/Metadata").unwrap();
    assert_eq!(
        metadata["RepoTags"],
        json!([format!("{host}/shop/api:1.4")])
    );
    let top = push(&shop()).unwrap().top;
    assert_eq!(
        metadata["RepoDigests"],
        json!([format!("{host}/shop/api@{top}")])
    );
    let findings = |text: &str| {
        let report: Value = serde_json::from_str(text).unwrap();
        report
            .pointer("/Results/0/Vulnerabilities/0/VulnerabilityID")
            .cloned()
    };
    assert!(findings(&of_archive.stdout).is_some());
    assert_eq!(findings(&of_registry.stdout), findings(&of_archive.stdout));
}

#[test]
fn a_tag_is_asked_by_head_and_cached_layers_are_not_fetched() {
    let sandbox = Sandbox::new();
    let pushed = push(&shop()).unwrap();
    let registry = registry(|_, _| None);
    let host = registry.host();
    let first = scan(&sandbox, &host, "shop/api", "-f json");
    let asked = methods(&registry);
    let top = pushed.top;
    assert_eq!(asked[0], "HEAD /v2/shop/api/manifests/latest");
    assert_eq!(asked[1], format!("GET /v2/shop/api/manifests/{top}"));
    assert_eq!(
        asked.len(),
        5,
        "two layers and the configuration, once each: {asked:?}"
    );
    let again = scan(&sandbox, &host, "shop/api", "-f json");
    assert_eq!(first, again);
    let more: Vec<String> = methods(&registry).split_off(5);
    assert_eq!(more.len(), 3, "no layer: {more:?}");
    // a digest decides, whatever the tag
    let pinned = scan(&sandbox, &host, &format!("shop/api:2@{top}"), "-f json");
    assert_eq!(pinned.code, Some(0), "{pinned:?}");
}

#[test]
fn of_an_index_only_the_platform_that_is_meant_is_fetched() {
    let mut pushed = push(&shop()).unwrap();
    let real = pushed.top;
    let entry = |platform: &str, mut descriptor: Value| {
        let (os, architecture) = platform.split_once('/').unwrap();
        descriptor["platform"] = json!({ "os": os, "architecture": architecture });
        descriptor
    };
    let missing = json!({ "digest": format!("sha256:{}", "0".repeat(64)), "size": 7 });
    let entries = [
        entry("linux/arm64", missing.clone()),
        entry("linux/amd64", pushed.descriptor(real)),
        entry("unknown/unknown", missing),
    ];
    pushed.add_top(&json!({ "manifests": entries }));
    let registry = registry_of(pushed, |_, _| None);
    let sandbox = Sandbox::new();
    let run = scan(&sandbox, &registry.host(), "shop/api:1", "");
    assert_eq!(run.code, Some(0), "{run:?}");
    let wrong = scan(
        &sandbox,
        &registry.host(),
        "shop/api:1",
        "--platform windows/amd64",
    );
    assert_eq!(wrong.code, Some(3));
    assert!(
        wrong
            .stderr
            .starts_with("error: no image here is for windows/amd64\n"),
        "{wrong:?}"
    );
}

/// A registry that wants a token, which its own token server gives to user `ci`.
fn with_tokens(pushed: &Pushed, asked: &Asked, valid: &str) -> Reply {
    let header = |name: &str| asked.headers.get(name).map_or("", String::as_str);
    if asked.path.starts_with("/token") {
        // ci:hunter2
        let is_known = header("authorization") == "Basic Y2k6aHVudGVyMg==";
        let is_scoped = asked.path.contains("scope=repository%3Ashop%2Fapi%3Apull");
        return Reply::Whole(if is_known && is_scoped {
            Answer::ok(json!({ "token": valid, "expires_in": 300 }).to_string())
        } else {
            Answer::status(401)
        });
    }
    if header("authorization") == format!("Bearer {valid}") {
        return answer(pushed, asked);
    }
    let host = header("host");
    let challenge = format!("Bearer realm=\"http://{host}/token\",service=\"x\"");
    Reply::Whole(Answer::status(401).with("WWW-Authenticate", &challenge))
}

fn with_config(sandbox: &Sandbox, host: &str, auth: &str) {
    let config = json!({ "auths": { host: { "auth": auth } } });
    sandbox.write(".docker/config.json", config.to_string());
}

#[test]
fn a_token_is_fetched_with_the_credentials_of_docker() {
    let registry = registry(|pushed, asked| Some(with_tokens(pushed, asked, "t0ken")));
    let sandbox = Sandbox::new();
    let host = registry.host();
    let refused = scan(&sandbox, &host, "shop/api:1", "");
    let denied = format!(
        "error: {host}: no token from http://{host}/token: the answer is 401\n  tried     no \
         credentials\n  next      check the \
         credentials; a token server of another host is allowed by --token-server\n"
    );
    assert_eq!((refused.code, refused.stderr), (Some(3), denied));
    with_config(&sandbox, &host, "Y2k6aHVudGVyMg==");
    let run = scan(&sandbox, &host, "shop/api:1", "-d");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(!format!("{run:?}").contains("hunter2"));
    let tokens = methods(&registry)
        .into_iter()
        .filter(|line| line.contains("/token"));
    assert_eq!(
        tokens.count(),
        2,
        "one refused, one for all that was asked then"
    );
}

#[test]
fn a_token_that_ends_in_between_is_fetched_anew() {
    let served = AtomicUsize::new(0);
    let registry = registry(move |pushed, asked| {
        // each token is good for two answers
        let number = served.load(Ordering::SeqCst) / 2;
        let reply = with_tokens(pushed, asked, &format!("t{number}"));
        if matches!(&reply, Reply::Whole(answer) if answer.status == 200)
            && !asked.path.starts_with("/token")
        {
            served.fetch_add(1, Ordering::SeqCst);
        }
        Some(reply)
    });
    let sandbox = Sandbox::new();
    with_config(&sandbox, &registry.host(), "Y2k6aHVudGVyMg==");
    let run = scan(&sandbox, &registry.host(), "shop/api:1", "");
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn credentials_reach_neither_another_token_server_nor_another_storage() {
    let other = Arc::new(registry(|_, asked| {
        let is_token = asked.path.starts_with("/token");
        is_token.then(|| Reply::Whole(Answer::status(401)))
    }));
    let (sandbox, elsewhere) = (Sandbox::new(), other.host());
    // H-10: the realm is somebody else's
    let challenge = format!("Bearer realm=\"http://{elsewhere}/token\",service=\"x\"");
    let greedy = registry(move |_, _| {
        let denied = Answer::status(401).with("WWW-Authenticate", &challenge);
        Some(Reply::Whole(denied))
    });
    with_config(&sandbox, &greedy.host(), "Y2k6aHVudGVyMg==");
    let run = scan(&sandbox, &greedy.host(), "shop/api:1", "-d");
    assert_eq!(run.code, Some(3), "{run:?}");
    let why = "it is another host than the registry, so it was asked without credentials";
    assert!(run.stderr.contains(why), "{run:?}");
    // H-11: blobs lie elsewhere, and that storage asks for a proof, too
    let storage = elsewhere.clone();
    let sending = registry(move |pushed, asked| {
        let has_proof = asked.headers.contains_key("authorization");
        if !has_proof {
            let denied = Answer::status(401).with("WWW-Authenticate", "Basic realm=\"x\"");
            return Some(Reply::Whole(denied));
        }
        let is_layer = pushed
            .layers
            .iter()
            .any(|of| asked.path.ends_with(&of.to_string()));
        let location = format!("http://{storage}{}", asked.path);
        let redirect = Answer::status(307).with("Location", &location);
        is_layer.then_some(Reply::Whole(redirect))
    });
    with_config(&sandbox, &sending.host(), "Y2k6aHVudGVyMg==");
    let run = scan(&sandbox, &sending.host(), "shop/api:1", "");
    assert_eq!(run.code, Some(0), "{run:?}");
    let seen = other.asked();
    assert_eq!(seen.len(), 3, "one token, two layers: {seen:?}");
    let leaked = seen
        .iter()
        .any(|asked| asked.headers.contains_key("authorization"));
    assert!(!leaked, "{seen:?}");
}

#[test]
fn pull_secrets_are_tried_one_after_the_other() {
    let registry = registry(|_, asked| {
        // new:p
        let is_right = asked
            .headers
            .get("authorization")
            .is_some_and(|h| h == "Basic bmV3OnA=");
        let denied = Answer::status(401).with("WWW-Authenticate", "Basic realm=\"x\"");
        (!is_right).then_some(Reply::Whole(denied))
    });
    let (sandbox, host) = (Sandbox::new(), registry.host());
    let secret = |name: &str, auth: &str| {
        let config = json!({ "auths": { &host: { "auth": auth } } });
        format!(
            "kind: Secret\ntype: kubernetes.io/dockerconfigjson\nmetadata: {{name: {name}}}\n\
             stringData:\n  .dockerconfigjson: '{config}'\n---\n"
        )
    };
    // old:hunter2
    let old = secret("old", "b2xkOmh1bnRlcjI=");
    sandbox.write("old.yaml", &old);
    sandbox.write("both.yaml", old + &secret("new", "bmV3OnA="));
    let run = scan(&sandbox, &host, "shop/api:1", "--pull-secret both.yaml");
    assert_eq!(run.code, Some(0), "{run:?}");
    let run = scan(&sandbox, &host, "shop/api:1", "--pull-secret old.yaml");
    let want = format!(
        "error: {host} refused the pull (401)\n  tried     user \"old\" from Secret old in old.yaml\n  \
         needed    scope repository:shop/api:pull\n  next      seaworthy registry login {host}, or \
         check what was tried\n"
    );
    assert_eq!((run.code, run.stderr), (Some(3), want));
}

#[test]
fn login_proves_and_keeps_and_logout_forgets() {
    let registry = registry(|_, asked| {
        let is_right = asked
            .headers
            .get("authorization")
            .is_some_and(|header| header == "Basic Y2k6aHVudGVyMg==");
        let denied = Answer::status(401).with("WWW-Authenticate", "Basic realm=\"x\"");
        (!is_right).then_some(Reply::Whole(denied))
    });
    let (sandbox, host) = (Sandbox::new(), registry.host());
    sandbox.write("password", "hunter2\n");
    sandbox.write("wrong", "hunter3\n");
    let login = |file: &str| {
        let options = "--username ci --password-stdin";
        sandbox.run_piped(
            &format!("registry login {host} {options}"),
            &sandbox.path(file),
        )
    };
    let refused = login("wrong");
    assert_eq!(refused.code, Some(3), "{refused:?}");
    let want = format!(
        "error: {host} refused the login (401)\n  tried     user \"ci\" from --username\n  next      check user and password\n"
    );
    assert_eq!(refused.stderr, want);
    assert!(!sandbox.path(".docker").exists());
    assert_eq!(login("password").code, Some(0));
    assert!(sandbox.run("registry ls").stdout.starts_with(&host));
    assert_eq!(scan(&sandbox, &host, "shop/api:1", "").code, Some(0));
    sandbox.run(&format!("registry logout {host}"));
    let after = scan(&sandbox, &host, "shop/api:1", "");
    assert!(after.stderr.contains("refused the pull (401)"), "{after:?}");
    for run in [&refused, &after] {
        assert!(!format!("{run:?}").contains("hunter"), "{run:?}");
    }
}

#[test]
fn mirrors_come_first_and_the_name_stays() {
    let mirror = registry(|_, _| None);
    let broken = registry(|_, _| Some(Reply::Whole(Answer::status(500).with("Retry-After", "0"))));
    let origin = registry(|_, _| None);
    let (sandbox, host) = (Sandbox::new(), origin.host());
    // what is for the registry is not for its mirrors
    with_config(&sandbox, &host, "Y2k6aHVudGVyMg==");
    let hosts = format!(
        "[host.'http://{}']\n[host.'http://{}']\n",
        broken.host(),
        mirror.host()
    );
    let folder = format!("certs.d/{}_/hosts.toml", host.replace(':', "_"));
    sandbox.write(&folder, hosts);
    let run = scan(&sandbox, &host, "shop/api:1", "-f json --hosts-dir certs.d");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains(&format!("\"{host}/shop/api:1\"")));
    assert!(!run.stdout.contains(&mirror.host()));
    assert_eq!(origin.asked().len(), 0, "the mirror has all of it");
    let asked = mirror.asked();
    assert_eq!(asked[0].path, format!("/v2/shop/api/manifests/1?ns={host}"));
    let leaked = |asked: &Asked| asked.headers.contains_key("authorization");
    assert!(!broken.asked().iter().chain(&asked).any(leaked));
    // the same in Podman's form, under another name there
    let conf = format!(
        "[[registry]]\nprefix = '{host}/shop'\nlocation = '{host}/shop'\n[[registry.mirror]]\n\
         location = '{}/copies'\n",
        mirror.host()
    );
    sandbox.write("registries.conf", conf);
    let run = scan(
        &sandbox,
        &host,
        "shop/api:2",
        "--registries-conf registries.conf",
    );
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        mirror
            .asked()
            .iter()
            .any(|asked| asked.path == "/v2/copies/api/manifests/2")
    );
    sandbox.write(
        "registries.conf",
        format!("[[registry]]\nlocation = '{host}'\nblocked = true\n"),
    );
    let run = scan(
        &sandbox,
        &host,
        "shop/api:2",
        "--registries-conf registries.conf",
    );
    assert!(
        run.stderr.contains("is blocked by registries.conf"),
        "{run:?}"
    );
}

#[test]
fn who_need_not_prove_anything_is_told_of() {
    let registry = registry(|_, _| None);
    let (sandbox, host) = (Sandbox::new(), registry.host());
    let run = scan(&sandbox, &host, "shop/api:1", "-f json");
    assert!(
        !run.stdout.contains("\"unproved\""),
        "loopback is this machine"
    );
    let run = scan(
        &sandbox,
        &host,
        "shop/api:1",
        &format!("-f json --insecure {host}"),
    );
    let why = format!("{host} was asked in plain text, and believed without a proof of who it is");
    assert!(run.stdout.contains(&why), "{run:?}");
    assert_eq!(run.code, Some(0));
}

/// How the plugins of [`with_plugin`] are asked.
const PLUGINS: &str =
    "--image-credential-provider-config providers.yaml --image-credential-provider-bin-dir bin";

/// Starts a registry that one user may read, and a sandbox with a plugin that knows who that is.
fn with_plugin() -> (Registry, Sandbox) {
    let registry = registry(|_, asked| {
        let is_right = asked
            .headers
            .get("authorization")
            .is_some_and(|header| header == "Basic QVdTOmh1bnRlcjI=");
        let denied = Answer::status(401).with("WWW-Authenticate", "Basic realm=\"x\"");
        (!is_right).then_some(Reply::Whole(denied))
    });
    let (sandbox, host) = (Sandbox::new(), registry.host());
    let config = format!(
        "apiVersion: kubelet.config.k8s.io/v1\nkind: CredentialProviderConfig\nproviders:\n\
         - name: ecr\n  apiVersion: credentialprovider.kubelet.k8s.io/v1\n  \
         defaultCacheDuration: 1h\n  matchImages: ['{host}']\n"
    );
    sandbox.write("providers.yaml", config);
    let plugin = format!(
        "#!/bin/sh\ngrep -q '\"image\":\"{host}/shop/api\"' || exit 1\necho '{{\"kind\":\
         \"CredentialProviderResponse\",\"apiVersion\":\"credentialprovider.kubelet.k8s.io/v1\",\"cacheKeyType\":\"Image\",\"auth\":{{\"{host}\":\
         {{\"username\":\"AWS\",\"password\":\"hunter2\"}}}}}}'\n"
    );
    let path = sandbox.write("bin/ecr", plugin);
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    (registry, sandbox)
}

#[test]
fn plugins_of_kubelet_are_asked() {
    let (registry, sandbox) = with_plugin();
    let run = scan(&sandbox, &registry.host(), "shop/api:1", PLUGINS);
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn a_plugin_that_fails_is_noted_and_what_else_fits_is_tried() {
    let (registry, sandbox) = with_plugin();
    let host = registry.host();
    let failing = sandbox.write("bin/broken", "#!/bin/sh\nexit 1\n");
    fs::set_permissions(failing, fs::Permissions::from_mode(0o755)).unwrap();
    let config = sandbox.read("providers.yaml");
    let (head, provider) = config.split_once("- name: ecr").unwrap();
    let of = |name: &str| format!("- name: {name}{provider}");
    let secret = |password: &str| {
        format!(
            "kind: Secret\ntype: kubernetes.io/dockerconfigjson\nmetadata: {{name: pull}}\nstringData:\n  \
             .dockerconfigjson: '{{\"auths\":{{\"{host}\":{{\"username\":\"AWS\",\"password\":\"{password}\"}}}}}}'\n"
        )
    };
    sandbox.write("good.yaml", secret("hunter2"));
    sandbox.write("bad.yaml", secret("old"));
    let failed = format!("tried     credential helper broken: it failed for {host}/shop/api\n");
    for (providers, more, want) in [
        (of("broken") + &of("ecr"), "", None),
        (of("ecr") + &of("broken"), "", None),
        (of("broken"), "--pull-secret good.yaml", None),
        (of("broken"), "", Some("tried     no credentials\n")),
        (
            of("broken"),
            "--pull-secret bad.yaml",
            Some("tried     user \"AWS\" from Secret pull in bad.yaml\n"),
        ),
    ] {
        sandbox.write("providers.yaml", format!("{head}{providers}"));
        let run = scan(&sandbox, &host, "shop/api:1", &format!("{PLUGINS} {more}"));
        let code = want.map_or(0, |_| 3);
        assert_eq!(run.code, Some(code), "{providers} {more}: {run:?}");
        let Some(tried) = want else { continue };
        let start = format!("error: {host} refused the pull (401)\n");
        assert!(run.stderr.starts_with(&start), "{run:?}");
        assert!(run.stderr.contains(&failed), "{run:?}");
        assert!(run.stderr.contains(tried), "{run:?}");
    }
}

/// Starts a proxy that leads every `CONNECT` to `target`, and counts them.
fn proxy(target: String) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let (target, counted) = (target.clone(), Arc::clone(&counted));
            thread::spawn(move || tunnel(&client, &target, &counted));
        }
    });
    (host, count)
}

fn tunnel(mut client: &TcpStream, target: &str, counted: &AtomicUsize) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        head.extend(byte);
    }
    if head.starts_with(b"CONNECT registry.test:80 ") {
        counted.fetch_add(1, Ordering::SeqCst);
    }
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
    let server = TcpStream::connect(target)?;
    let (mut to_server, mut from_client) = (server.try_clone()?, client.try_clone()?);
    thread::spawn(move || io::copy(&mut from_client, &mut to_server));
    io::copy(&mut &server, &mut client)?;
    client.shutdown(Shutdown::Both)
}

#[test]
fn a_proxy_is_asked_for_all_but_this_machine() {
    let registry = registry(|_, _| None);
    let (proxy, count) = proxy(registry.host());
    let through = || {
        let sandbox = Sandbox::new().with("HTTP_PROXY", &format!("http://{proxy}"));
        sandbox.with("https_proxy", &format!("http://me:hunter2@{proxy}"))
    };
    let options = "--insecure registry.test -f json";
    let run = scan(&through(), "registry.test", "shop/api:1", options);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(count.load(Ordering::SeqCst) > 0);
    let before = count.load(Ordering::SeqCst);
    let run = scan(&through(), &registry.host(), "shop/api:1", "");
    assert_eq!(
        (run.code, count.load(Ordering::SeqCst)),
        (Some(0), before),
        "{run:?}"
    );
    let exempt = through().with("NO_PROXY", "test");
    let run = scan(&exempt, "registry.test", "shop/api:1", options);
    assert!(
        run.stderr.contains("its name cannot be resolved"),
        "{run:?}"
    );
    let bad = Sandbox::new().with("HTTPS_PROXY", "http://me:hunter2@a b");
    let run = scan(&bad, "registry.test", "shop/api:1", "");
    assert_eq!(
        run.stderr,
        "error: environment HTTPS_PROXY: it is no address of a proxy\n"
    );
}

/// Answers as an engine that has one image.
fn engine(socket: &Path, archive: Vec<u8>) {
    let listener = UnixListener::bind(socket).unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut line = String::new();
            let mut reader = BufReader::new(&stream);
            while !line.ends_with("\r\n\r\n") && reader.read_line(&mut line).unwrap_or(0) > 0 {}
            let (status, body) = match line.lines().next().unwrap_or_default() {
                "GET /images/docker.io/library/shop:1.4/json HTTP/1.0" => (200, &b"{}"[..]),
                "GET /images/get?names=docker.io%2Flibrary%2Fshop%3A1.4 HTTP/1.0" => {
                    (200, &*archive)
                }
                _ => (404, &b"{\"message\":\"no such image\"}"[..]),
            };
            let head = format!("HTTP/1.0 {status} X\r\nContent-Type: application/x-tar\r\n\r\n");
            let mut out = &stream;
            let _may_be_gone = out
                .write_all(head.as_bytes())
                .and_then(|()| out.write_all(body));
        }
    });
}

#[test]
fn engines_on_this_machine_give_what_they_have() {
    let sandbox = Sandbox::new();
    let socket = sandbox.path("engine.sock");
    engine(&socket, save(&[shop()]).unwrap());
    let sandbox = sandbox.with("DOCKER_HOST", &format!("unix://{}", socket.display()));
    let run = sandbox.run("image shop:1.4 --image-src docker -f json");
    let report = run.json();
    assert_eq!(
        report.pointer("/Metadata/RepoTags"),
        Some(&json!(["shop/api:1.4"]))
    );
    assert_eq!(report.pointer("/ArtifactName"), Some(&json!("shop:1.4")));
    let run = sandbox.run("image other --image-src docker");
    let want = "error: index.docker.io/library/other: no engine here has it\n  tried     \
                [DIR]/engine.sock: it has no such image\n  next      pull it, or add `remote` to \
                --image-src\n";
    assert_eq!((run.code, &*run.stderr), (Some(3), want));
    let elsewhere = Sandbox::new().with("DOCKER_HOST", "tcp://me:hunter2@engine.example:2375");
    let run = elsewhere.run("image other --image-src docker");
    let want = "  tried     DOCKER_HOST: `tcp` is not asked, only sockets are (unix://)\n";
    assert!(run.stderr.contains(want), "{}", run.stderr);
    // one that is not there is passed over
    let registry = registry(|_, _| None);
    let image = format!("image {}/shop:1", registry.host());
    let run = sandbox.run(&format!("{image} --image-src docker,podman,remote"));
    assert_eq!(run.code, Some(0), "{run:?}");
}

/// A name with a `:` would be kept, and sent, as another user's with another password.
#[test]
fn a_user_s_name_holds_no_password() {
    let sandbox = Sandbox::new();
    let password = sandbox.write("password", "hunter3\n");
    for run in [
        "registry login a.example --username ci:hunter2 --password-stdin",
        "image a.example/x:1 --username ci:hunter2 --password-stdin",
    ] {
        let run = sandbox.run_piped(run, &password);
        assert_eq!(run.code, Some(2), "{run:?}");
        let text = format!("{}{}", run.stdout, run.stderr);
        assert!(
            text.contains("holds no `:`") && !text.contains("hunter"),
            "{text}"
        );
    }
    assert!(!sandbox.path(".docker/config.json").exists());
}
