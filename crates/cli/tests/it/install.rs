//! `seaworthy install`: what it writes is whole, passes our own rules, and serves.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use crate::program::{Sandbox, list, text};
use crate::server::Server;

#[test]
fn our_own_deployment_passes_our_own_rules() {
    let sandbox = Sandbox::new();
    let digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let image = format!("registry.example/seaworthy:0.1.0@{digest}");
    let run = sandbox.run(&format!(
        "install --mode webhook --server-image {image} --out out"
    ));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let run = sandbox.run("manifest out --pss restricted");
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    assert!(
        run.stdout.contains("10 objects: 1 allowed, 0 not allowed"),
        "{}",
        run.stdout
    );
    // of what is worse than LOW, a Secret with its values and `failurePolicy` are left, as the README says
    let found = sandbox
        .run("manifest out -f json --severity MEDIUM,HIGH,CRITICAL")
        .json();
    let ids: BTreeSet<&str> = list(&found, "/Misconfigurations")
        .iter()
        .map(|it| text(it, "/ID"))
        .collect();
    assert_eq!(ids, BTreeSet::from(["API-WEBHOOK-FAILURE", "KEY-SECRET"]));
    // nothing is replaced
    let run = sandbox.run(&format!(
        "install --mode webhook --server-image {image} --out out"
    ));
    assert_eq!(run.code, Some(3));
}

#[test]
fn what_stands_beside_the_api_server_serves_it_and_nobody_else() {
    let sandbox = Sandbox::new();
    let etc = sandbox.path("etc");
    let etc = etc.to_str().unwrap();
    for mode in ["static", "image-policy"] {
        let _none = std::fs::remove_dir_all(etc);
        let run = sandbox.run(&format!(
            "install --mode {mode} --host localhost --etc {etc} --out {etc}"
        ));
        assert_eq!(run.code, Some(0), "{mode}: {}", run.stderr);
        let run = sandbox.run("policy verify --policy etc/policy.yaml");
        assert_eq!(run.code, Some(0), "{mode}: {}", run.stderr);
        let mode_of_key = std::fs::metadata(sandbox.path("etc/tls/tls.key"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode_of_key & 0o777, 0o600);
    }
    let mut roots = RootCertStore::empty();
    let pem = |name: &str| sandbox.read(name).into_bytes();
    roots
        .add(CertificateDer::from_pem_slice(&pem("etc/tls/ca.crt")).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = builder.with_root_certificates(roots);
    let client = CertificateDer::from_pem_slice(&pem("etc/tls/client.crt")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(&pem("etc/tls/client.key")).unwrap();
    let known = Arc::new(
        builder
            .clone()
            .with_client_auth_cert(vec![client], key)
            .unwrap(),
    );
    let stranger = Arc::new(builder.with_no_client_auth());
    let cache = sandbox.path("cache");
    let options = format!("--config etc/server.yaml --cache-dir {}", cache.display());
    let mut server = Server::start(&sandbox, &options, Some(known));
    assert!(
        server
            .ask("GET", "/readyz", b"")
            .1
            .starts_with("ok\npolicy cluster@")
    );
    server.tls = Some(stranger);
    assert_eq!(
        server.ask("GET", "/readyz", b"").0,
        0,
        "without a certificate nobody is answered"
    );
}
