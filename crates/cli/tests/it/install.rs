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
    // who ends is asked no more before it stops to listen, and ends what was begun
    let deployment = sandbox.read("out/deployment.yaml");
    for line in [
        "lifecycle: {preStop: {sleep: {seconds: 10}}}",
        "terminationGracePeriodSeconds: 80",
    ] {
        assert!(deployment.contains(line), "{line}");
    }
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
    let known = client(&sandbox, "etc/tls/ca.crt", Some("etc/tls/client"));
    let stranger = client(&sandbox, "etc/tls/ca.crt", None);
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

/// Returns who believes the authorities of one file, and shows the certificate of another.
fn client(sandbox: &Sandbox, authorities: &str, own: Option<&str>) -> Arc<ClientConfig> {
    let pem = |name: &str| sandbox.read(name).into_bytes();
    let mut roots = RootCertStore::empty();
    for authority in CertificateDer::pem_slice_iter(&pem(authorities)) {
        roots.add(authority.unwrap()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = builder.with_root_certificates(roots);
    Arc::new(match own {
        None => builder.with_no_client_auth(),
        Some(own) => {
            let certificate = CertificateDer::from_pem_slice(&pem(&format!("{own}.crt"))).unwrap();
            let key = PrivateKeyDer::from_pem_slice(&pem(&format!("{own}.key"))).unwrap();
            builder
                .with_client_auth_cert(vec![certificate], key)
                .unwrap()
        }
    })
}

/// The steps of the READMEs beside the API server: whoever asks is answered after each of them.
#[test]
fn certificates_are_renewed_without_a_gap() {
    let sandbox = Sandbox::new();
    let etc = sandbox.path("etc");
    let etc = etc.to_str().unwrap();
    for out in ["etc", "new"] {
        let run = sandbox.run(&format!(
            "install --mode static --host localhost --etc {etc} --out {out}"
        ));
        assert_eq!(run.code, Some(0), "{}", run.stderr);
    }
    sandbox.write("old.crt", sandbox.read("etc/tls/ca.crt"));
    let old = client(&sandbox, "old.crt", Some("etc/tls/client"));
    let cache = sandbox.path("cache");
    let options = format!("--config etc/server.yaml --cache-dir {}", cache.display());
    let mut server = Server::start(&sandbox, &options, Some(Arc::clone(&old)));
    let is_answered = |server: &Server| server.wait_for("/livez", |it| it == "ok\n") == "ok\n";
    assert!(is_answered(&server));
    // both authorities are believed, by the server and by who asks
    let steps = "cat new/tls/ca.crt >> etc/tls/ca.crt && \
                 sed -i \"s|caBundle: .*|caBundle: $(base64 -w0 etc/tls/ca.crt)|\" etc/manifests/webhook.yaml";
    assert_eq!(sandbox.shell(steps).code, Some(0));
    let run = sandbox.run("doctor --offline etc");
    let both = "its CA bundle has 2 certificates";
    assert!(run.code == Some(0) && run.stdout.contains(both), "{run:?}");
    assert!(is_answered(&server), "who asks with the old certificate");
    server.tls = Some(client(&sandbox, "etc/tls/ca.crt", Some("new/tls/client")));
    assert!(is_answered(&server), "who asks with the new certificate");
    let copied = sandbox.shell("cp new/tls/tls.crt new/tls/tls.key etc/tls/");
    assert_eq!(copied.code, Some(0));
    server.tls = Some(client(&sandbox, "new/tls/ca.crt", Some("etc/tls/client")));
    assert!(is_answered(&server), "the server shows the new certificate");
    let copied = sandbox.shell(
        "cp new/tls/client.crt new/tls/client.key etc/tls/ && cp new/tls/ca.crt etc/tls/ca.crt",
    );
    assert_eq!(copied.code, Some(0));
    server.tls = Some(client(&sandbox, "etc/tls/ca.crt", Some("etc/tls/client")));
    assert!(is_answered(&server), "all is new");
}

/// What systemd keeps for a unit as a credential stays what it was when the unit began.
#[test]
fn the_unit_reads_the_key_where_it_is_renewed() {
    let sandbox = Sandbox::new();
    for mode in ["static", "image-policy"] {
        let run = sandbox.run(&format!("install --mode {mode} --out {mode}"));
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let unit = sandbox.read(&format!("{mode}/seaworthy.service"));
        assert!(
            !unit.contains("LoadCredential") && unit.contains("SupplementaryGroups=seaworthy-tls")
        );
        let options = sandbox.read(&format!("{mode}/server.yaml"));
        assert!(
            options.contains("tls-key: /etc/seaworthy/tls/tls.key"),
            "{options}"
        );
        let readme = sandbox.read(&format!("{mode}/README.md"));
        for word in [
            "groupadd --system seaworthy-tls",
            "## Renew the certificates",
            "seaworthy doctor /etc/seaworthy",
        ] {
            assert!(readme.contains(word), "{mode}: {word}");
        }
    }
}

/// The lines of the README of a webhook, with a `kubectl` that keeps what it is given.
#[test]
fn the_webhook_s_readme_renews_with_both_authorities() {
    let sandbox = Sandbox::new();
    let install = "install --mode webhook --server-image registry.example/s:1 --out .";
    let run = sandbox.run(install);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let readme = sandbox.read("README.md");
    let script = readme
        .split("```sh\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let program = sandbox
        .command("")
        .get_program()
        .to_string_lossy()
        .into_owned();
    sandbox.write("bin/kubectl", "#!/bin/sh\nn=$(ls applied* 2>/dev/null | wc -l)\ncat \"$([ \"$3\" = - ] && echo /dev/stdin || echo \"$3\")\" > applied.$n.yaml\n");
    sandbox.write(
        "bin/seaworthy",
        format!("#!/bin/sh\nexec {program} \"$@\"\n"),
    );
    sandbox.write("bin/sleep", "#!/bin/sh\n");
    sandbox.write("script", script);
    let run = sandbox.shell("chmod +x bin/* && PATH=$PWD/bin:$PATH sh -eu script");
    assert_eq!(run.code, Some(0), "{run:?}\n{script}");
    let bundles = |name: &str| {
        let run = sandbox.run(&format!("doctor --offline {name}"));
        run.stdout
            .lines()
            .filter(|it| it.contains("its CA bundle has 2 certificates"))
            .count()
    };
    assert_eq!(
        [bundles("applied.0.yaml"), bundles("applied.2.yaml")],
        [1, 0]
    );
    let text = sandbox.read("applied.0.yaml");
    let lines: BTreeSet<&str> = text
        .lines()
        .filter(|it| it.contains("caBundle: "))
        .collect();
    assert_eq!(lines.len(), 1, "of both webhooks");
    assert_eq!(
        sandbox.read("applied.1.yaml"),
        sandbox.read("new/secret.yaml")
    );
    assert_eq!(
        sandbox.read("applied.2.yaml"),
        sandbox.read("new/webhook.yaml")
    );
}
