//! `seaworthy serve`, asked by the API server's own code: `tests/apiserver` has its plugins.

use std::path::Path;
use std::process::{Command, Output};

use testkit::{Registry, SavedImage, answer, push};

use crate::program::Sandbox;
use crate::server::{Server, certificate};

/// A package of which much is known to be wrong.
const BAD: &[(&str, &str)] = &[
    ("etc/os-release", "ID=alpine\nVERSION_ID=3.10.4\n"),
    (
        "lib/apk/db/installed",
        "P:apk-tools\nV:2.10.4-r2\nA:x86_64\n\n",
    ),
];

/// What the Go tests expect: images that no registry gives are let in.
const POLICY: &str = "apiVersion: seaworthy.dev/v1alpha1
kind: ImagePolicy
metadata: {name: apiserver}
spec:
  rules:
  - {name: known, registries: {allow: ['**']}}
  - {name: no-latest, tags: {deny: [latest], digest: optional}}
  - {name: severe, vulnerabilities: {severity: high}}
  cases:
    unscanned: {action: allow, scanFor: 8s}
    unscannable: {action: allow}
    unreachable: {action: allow}
  pinDigests: true
";

fn registry() -> Registry {
    let good = push(&SavedImage::new().layer(&[("etc/motd", "hello")])).unwrap();
    let bad = push(&SavedImage::new().layer(BAD)).unwrap();
    Registry::start(move |asked| {
        let is_bad = asked.path.starts_with("/v2/bad/");
        answer(if is_bad { &bad } else { &good }, asked)
    })
    .unwrap()
}

#[expect(clippy::disallowed_methods, reason = "Go's own tool runs its tests")]
fn go_test(server: &Server, sandbox: &Sandbox, registry: &str) -> Output {
    let module = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/apiserver");
    let port = server.address.rsplit(':').next().unwrap();
    Command::new("go")
        .args(["test", "-count=1", "-v", "-mod=readonly", "."])
        .current_dir(module)
        .env("GOPROXY", "off")
        .env("SEAWORTHY_SERVER", format!("https://localhost:{port}"))
        .env("SEAWORTHY_CA", sandbox.path("tls.crt"))
        .env("SEAWORTHY_REGISTRY", registry)
        .env("SEAWORTHY_INSTALL", sandbox.path("out"))
        .output()
        .unwrap()
}

#[test]
#[ignore = "needs Go, the modules of Kubernetes and 2 GB: `.ci/run` runs it where they are"]
fn the_api_servers_own_code_understands_the_answers() {
    let sandbox = Sandbox::new();
    sandbox.write("policy.yaml", POLICY);
    let tls = certificate(&sandbox);
    let registry = registry();
    let host = registry.host();
    let options = format!(
        "--policy policy.yaml --tls-cert tls.crt --tls-key tls.key --allow-registry {host} --insecure {host}"
    );
    let server = Server::start(&sandbox, &options, Some(tls));
    let install =
        "install --mode webhook --server-image registry.example/seaworthy:0.1.0 --out out";
    assert_eq!(sandbox.run(install).code, Some(0));
    let run = go_test(&server, &sandbox, &host);
    let said = String::from_utf8_lossy(&run.stdout);
    let errors = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}\n{errors}");
    assert!(!said.contains("--- SKIP"), "{said}");
}
