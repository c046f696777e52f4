//! Images by name from Debian's `docker-registry`, pushed there by `skopeo`: without a password, with
//! htpasswd, and with tokens. Skipped aloud where these programs are not installed.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use testkit::{Answer, Registry, Reply, save};

use crate::images::shop;
use crate::program::Sandbox;

/// A `docker-registry` that runs until it is dropped.
struct Server {
    child: Child,
    host: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _is_gone = self.child.kill();
        let _is_gone = self.child.wait();
    }
}

fn are_installed(programs: &[&str]) -> bool {
    let sandbox = Sandbox::new();
    let missing = |name: &&&str| sandbox.shell(&format!("command -v {name}")).code != Some(0);
    let missing: Vec<_> = programs.iter().filter(missing).collect();
    if !missing.is_empty() {
        eprintln!("skipped: {missing:?} not installed");
    }
    missing.is_empty()
}

/// Starts one over the files in `data`, with these settings: `auth`, `tls`.
#[expect(clippy::disallowed_methods, reason = "whole-program tests start it")]
fn start(sandbox: &Sandbox, name: &str, settings: &Value) -> Server {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = free.local_addr().unwrap().to_string();
    drop(free);
    // JSON is YAML
    let config = json!({
        "version": 0.1,
        "log": { "level": "error" },
        "storage": { "filesystem": { "rootdirectory": sandbox.path("data") } },
        "http": { "addr": host, "secret": "x", "tls": settings["tls"] },
        "auth": settings["auth"],
    });
    let config = sandbox.write(
        name,
        config
            .to_string()
            .replace("\"version\":0.1", "\"version\":\"0.1\""),
    );
    let child = Command::new("docker-registry")
        .arg("serve")
        .arg(config)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let server = Server { child, host };
    for _ in 0..200 {
        if TcpStream::connect(&server.host).is_ok() {
            return server;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("docker-registry does not answer at {}", server.host);
}

fn push(sandbox: &Sandbox, source: &str, host: &str, name: &str, options: &str) {
    let run = sandbox.shell(&format!(
        "skopeo --insecure-policy copy --all -q --dest-tls-verify=false {options} {source} \
         docker://{host}/{name}"
    ));
    assert_eq!(run.code, Some(0), "{run:?}");
}

/// What is equal whatever the image is called.
fn facts(report: &Value) -> String {
    let kept = [
        "/VulnerabilityID",
        "/PkgName",
        "/InstalledVersion",
        "/Severity",
    ];
    let results = report["Results"].as_array().cloned().unwrap_or_default();
    let mut lines = Vec::new();
    for result in results {
        for found in result["Vulnerabilities"].as_array().into_iter().flatten() {
            lines.push(
                kept.map(|key| found.pointer(key).unwrap().to_string())
                    .join(" "),
            );
        }
        let packages = result["Packages"].as_array().into_iter().flatten();
        lines.extend(
            packages.map(|package| format!("{} {}", package["ID"], package["Layer"]["DiffID"])),
        );
    }
    lines.push(report["Metadata"]["DiffIDs"].to_string());
    lines.push(report["Metadata"]["ImageID"].to_string());
    lines.join("\n")
}

#[test]
fn real_images_are_by_name_what_they_are_as_archives() {
    if !are_installed(&["docker-registry", "skopeo"]) {
        return;
    }
    let sandbox = Sandbox::new();
    let server = start(&sandbox, "plain.yml", &json!({}));
    let host = &server.host;
    sandbox.write("shop.tar", save(&[shop()]).unwrap());
    let archives = ["bookworm-app-docker25-gz", "alpine-310", "wolfi"];
    let corpus = archives.iter().filter_map(|name| {
        let path = testkit::corpus(&format!("images/{name}.tar"))?;
        Some(((*name).to_owned(), path))
    });
    let own = ("shop".to_owned(), PathBuf::from("shop.tar"));
    for (name, path) in corpus.chain([own]) {
        let path = path.display();
        push(
            &sandbox,
            &format!("docker-archive:{path}"),
            host,
            &format!("{name}:1"),
            "",
        );
        let by_name = sandbox.run(&format!("image {host}/{name}:1 -f json --list-all-pkgs"));
        let archive = sandbox.run(&format!("image --input {path} -f json --list-all-pkgs"));
        let (by_name, archive) = (by_name.json(), archive.json());
        assert!(facts(&archive).len() > 200, "{name}");
        assert_eq!(facts(&by_name), facts(&archive), "{name}");
    }
    let missing = sandbox.run(&format!("image {host}/nothing:1"));
    let first = missing.stderr.lines().next().unwrap_or_default().to_owned();
    assert_eq!(
        first,
        format!("error: {host} knows no image {host}/nothing:1")
    );
    let Some(layout) = testkit::corpus("images/multi-arch-dir") else {
        return;
    };
    push(
        &sandbox,
        &format!("oci:{}", layout.display()),
        host,
        "multi:1",
        "",
    );
    let all = sandbox.run(&format!("image {host}/multi:1 -f json --platform all"));
    assert!(
        all.json().as_array().is_some_and(|all| all.len() > 1),
        "{all:?}"
    );
}

#[test]
fn htpasswd_takes_a_pull_secret() {
    if !are_installed(&["docker-registry", "skopeo", "htpasswd"]) {
        return;
    }
    let sandbox = Sandbox::new();
    let made = sandbox.shell("htpasswd -Bbn ci hunter2 > users");
    assert_eq!(made.code, Some(0), "{made:?}");
    let auth = json!({ "auth": { "htpasswd": { "realm": "x", "path": sandbox.path("users") } } });
    let server = start(&sandbox, "basic.yml", &auth);
    let host = &server.host;
    sandbox.write("shop.tar", save(&[shop()]).unwrap());
    push(
        &sandbox,
        "docker-archive:shop.tar",
        host,
        "shop/api:1.4",
        "--dest-creds ci:hunter2",
    );
    let image = format!("image {host}/shop/api:1.4");
    let refused = sandbox.run(&image);
    assert_eq!(refused.code, Some(3));
    assert!(
        refused
            .stderr
            .starts_with(&format!("error: {host} refused the pull (401)")),
        "{refused:?}"
    );
    let entry = json!({ "username": "ci", "password": "hunter2" });
    let config = json!({ "auths": { format!("http://{host}/v2/shop") : entry } });
    let secret = format!(
        "apiVersion: v1\nkind: Secret\ntype: kubernetes.io/dockerconfigjson\nmetadata: {{name: pull}}\n\
         stringData:\n  .dockerconfigjson: '{config}'\n"
    );
    sandbox.write("pull.yaml", secret);
    let run = sandbox.run(&format!("{image} --pull-secret pull.yaml"));
    assert_eq!(run.code, Some(0), "{run:?}");
    sandbox.write("password", "hunter2\n");
    let given = format!("{image} --username ci --password-stdin");
    let run = sandbox.run_piped(&given, &sandbox.path("password"));
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn a_signed_token_is_fetched_and_accepted() {
    if !are_installed(&["docker-registry", "skopeo", "openssl"]) {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.write("shop.tar", save(&[shop()]).unwrap());
    let open = start(&sandbox, "plain.yml", &json!({}));
    push(
        &sandbox,
        "docker-archive:shop.tar",
        &open.host,
        "shop/api:1.4",
        "",
    );
    drop(open);
    let made = sandbox.shell(
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 3650 \
         -subj /CN=tokens && openssl x509 -in cert.pem -outform der | base64 -w0 > der",
    );
    assert_eq!(made.code, Some(0), "{made:?}");
    let token = token(&sandbox);
    let server_of_tokens = Registry::start(move |asked| {
        let header = asked.headers.get("authorization");
        let is_known = header.is_some_and(|header| header == "Basic Y2k6aHVudGVyMg==");
        Reply::Whole(if is_known {
            Answer::ok(json!({ "access_token": token }).to_string())
        } else {
            Answer::status(401)
        })
    })
    .unwrap();
    let elsewhere = server_of_tokens.host();
    let auth = json!({ "auth": { "token": {
        "realm": format!("http://{elsewhere}/token"),
        "service": "registry",
        "issuer": "tokens",
        "rootcertbundle": sandbox.path("cert.pem"),
    } } });
    let server = start(&sandbox, "token.yml", &auth);
    let host = &server.host;
    let config = json!({ "auths": { host: { "auth": "Y2k6aHVudGVyMg==" } } });
    sandbox.write(".docker/config.json", config.to_string());
    let image = format!("image {host}/shop/api:1.4");
    let refused = sandbox.run(&image);
    assert!(
        refused.stderr.contains("asked without credentials"),
        "{refused:?}"
    );
    let run = sandbox.run(&format!("{image} --token-server {elsewhere}"));
    assert_eq!(run.code, Some(0), "{run:?}");
    let other = sandbox.run(&format!("image {host}/other:1 --token-server {elsewhere}"));
    let denied = format!("error: {host} refused the pull (401)");
    assert!(other.stderr.starts_with(&denied), "{other:?}");
}

#[test]
fn a_certificate_of_ones_own_is_believed_where_it_is_named() {
    if !are_installed(&["docker-registry", "skopeo", "openssl"]) {
        return;
    }
    let sandbox = Sandbox::new();
    let made = sandbox.shell(
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=ca && \
         openssl req -newkey rsa:2048 -nodes -keyout key.pem -out csr -subj /CN=registry && \
         printf 'subjectAltName=IP:127.0.0.1' > names && \
         openssl x509 -req -in csr -CA ca.pem -CAkey ca.key -days 30 -out cert.pem -extfile names",
    );
    assert_eq!(made.code, Some(0), "{made:?}");
    sandbox.write("shop.tar", save(&[shop()]).unwrap());
    let tls = json!({ "certificate": sandbox.path("cert.pem"), "key": sandbox.path("key.pem") });
    let server = start(&sandbox, "tls.yml", &json!({ "tls": tls }));
    let host = &server.host;
    push(
        &sandbox,
        "docker-archive:shop.tar",
        host,
        "shop/api:1.4",
        "",
    );
    let image = format!("image {host}/shop/api:1.4 -f json");
    let proved = sandbox.run(&format!("{image} --cacert ca.pem"));
    assert!(!proved.stdout.contains("\"unproved\""), "{proved:?}");
    assert_eq!(proved.code, Some(0), "{proved:?}");
    let waived = sandbox.run(&format!("{image} --insecure {host}"));
    let why = format!("{host} was believed without a proof of who it is");
    assert!(waived.stdout.contains(&why), "{waived:?}");
    let folder = format!("certs.d/{}_", host.replace(':', "_"));
    sandbox.write(&format!("{folder}/ca.crt"), sandbox.read("ca.pem"));
    let by_folder = sandbox.run(&format!("{image} --hosts-dir certs.d"));
    assert_eq!(by_folder.code, Some(0), "{by_folder:?}");
    let wrong = sandbox.run(&format!("{image} --cacert csr"));
    assert!(
        wrong.stderr.contains("it holds no certificate in PEM"),
        "{wrong:?}"
    );
    let refused = sandbox.run(&image);
    assert_eq!(refused.code, Some(3), "{refused:?}");
    assert!(refused.stderr.contains("certificate"), "{refused:?}");
}

/// The usual way of private registries: one certificate, signed by itself and marked as an authority's.
#[test]
fn a_certificate_that_signs_itself_is_believed_where_it_is_given() {
    if !are_installed(&["docker-registry", "skopeo", "openssl"]) {
        return;
    }
    let sandbox = Sandbox::new();
    let make = |name: &str, of: &str| {
        let made = sandbox.shell(&format!(
            "openssl req -x509 -newkey rsa:2048 -nodes -keyout {name}.key -out {name}.pem -days 30 \
             -subj /CN=registry -addext subjectAltName={of}"
        ));
        assert_eq!(made.code, Some(0), "{made:?}");
    };
    make("own", "IP:127.0.0.1");
    make("other", "IP:127.0.0.1");
    make("elsewhere", "DNS:elsewhere.example");
    sandbox.write("shop.tar", save(&[shop()]).unwrap());
    for (name, given, want) in [
        ("own", "own", ""),
        ("own", "other", "none of those that are given"),
        ("elsewhere", "elsewhere", "not valid for"),
    ] {
        let tls = json!({
            "certificate": sandbox.path(&format!("{name}.pem")),
            "key": sandbox.path(&format!("{name}.key")),
        });
        let server = start(
            &sandbox,
            &format!("{name}-{given}.yml"),
            &json!({ "tls": tls }),
        );
        let host = &server.host;
        push(
            &sandbox,
            "docker-archive:shop.tar",
            host,
            "shop/api:1.4",
            "",
        );
        let image = format!("image {host}/shop/api:1.4 -f json");
        let code = if want.is_empty() { Some(0) } else { Some(3) };
        let run = sandbox.run(&format!("{image} --cacert {given}.pem"));
        assert_eq!(run.code, code, "{name} {given}: {run:?}");
        assert!(run.stderr.contains(want), "{name} {given}: {run:?}");
        assert!(!run.stdout.contains("\"unproved\""), "{run:?}");
        sandbox.write(
            "hosts/_default/hosts.toml",
            format!(
                "server = \"https://{host}\"\nca = \"{}\"\n",
                sandbox.path(&format!("{given}.pem")).display()
            ),
        );
        let by_folder = sandbox.run(&format!("{image} --hosts-dir hosts"));
        assert_eq!(by_folder.code, code, "{name} {given}: {by_folder:?}");
    }
}

/// Returns a token for `shop/api` as the registry wants it signed.
fn token(sandbox: &Sandbox) -> String {
    let header = json!({ "typ": "JWT", "alg": "RS256", "x5c": [sandbox.read("der")] });
    let access = json!([{ "type": "repository", "name": "shop/api", "actions": ["pull"] }]);
    let claims = json!({
        "iss": "tokens", "sub": "ci", "aud": "registry", "jti": "1",
        "iat": 1, "nbf": 1, "exp": 4_102_444_800_u64, "access": access,
    });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&header), part(&claims));
    sandbox.write("signed", &signed);
    let line = "openssl dgst -sha256 -sign key.pem signed | base64 -w0 | tr '+/' '-_' | tr -d =";
    let signature = sandbox.shell(line);
    assert_eq!(signature.code, Some(0), "{signature:?}");
    format!("{signed}.{}", signature.stdout)
}
