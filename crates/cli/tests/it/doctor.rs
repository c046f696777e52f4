//! `seaworthy doctor`: what `install` wrote is well, each thing that is broken in it is told, and so is
//! what a server answers.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use crate::program::Sandbox;
use crate::server::Server;

const INSTALL: &str =
    "install --mode webhook --namespace ship --server-image registry.example/seaworthy:0.1.0";

/// A file, what stands in it, what is put in its place, and what then fails; nothing if nothing does.
const BROKEN: &[(&str, &str, &str, &str)] = &[
    ("webhook.yaml", "", "", ""),
    (
        "webhook.yaml",
        "timeoutSeconds: 5",
        "timeoutSeconds: 31",
        "timeoutSeconds is 31: the API server takes 1 to 30",
    ),
    (
        "webhook.yaml",
        "failurePolicy: Ignore",
        "failurePolicy: Fail",
        "",
    ),
    (
        "webhook.yaml",
        "failurePolicy: Ignore\n  matchPolicy: Equivalent\n  # the label is the API server's own: nobody can forge it\n  namespaceSelector",
        "failurePolicy: Fail\n  nobody",
        "failurePolicy is Fail and kube-system, ship may be asked about",
    ),
    (
        "webhook.yaml",
        "name: seaworthy, path: /validate",
        "name: sea, path: /validate",
        "Secret/seaworthy-tls: the certificate is for seaworthy.ship.svc, and is asked as sea.ship.svc",
    ),
    (
        "webhook.yaml",
        "service: {namespace: ship, name: seaworthy, path: /validate}",
        "url: 'https://localhost:8443/validate?timeout=3s'",
        "clientConfig names neither a service nor an https address without user, `?` and `#`",
    ),
    (
        "webhook.yaml",
        "service: {namespace: ship, name: seaworthy, path: /validate}",
        "service: {namespace: shop, name: seaworthy, path: /validate}",
        "Secret/seaworthy-tls: the certificate is for seaworthy.ship.svc, and is asked as seaworthy.shop.svc",
    ),
    (
        "webhook.yaml",
        "admissionReviewVersions: [v1]",
        "admissionReviewVersions: [v2]",
        "admissionReviewVersions is [v2]",
    ),
    (
        "webhook.yaml",
        "sideEffects: None\n",
        "sideEffects: Some\n",
        "sideEffects is Some",
    ),
    (
        "configmap.yaml",
        "kind: ImagePolicy\n",
        "kind: ImagePolcy\n",
        "ConfigMap/seaworthy policy.yaml",
    ),
    (
        "configmap.yaml",
        "apiVersion: seaworthy.dev/v1alpha1\n    kind: ImagePolicy\n",
        "kind: ImagePolcy\n",
        "ConfigMap/seaworthy policy.yaml",
    ),
    (
        "configmap.yaml",
        "kind: ImagePolicy\n",
        "kind: ImagePolicy\n    knd: x\n",
        "ConfigMap/seaworthy policy.yaml",
    ),
];

/// Stands for the whole file.
const ALL: &str = "all of it";
/// Begins a line that is replaced whole.
const KEY: &str = "  tls.key:";

#[test]
fn what_install_writes_is_well_until_somebody_breaks_it() {
    let sandbox = Sandbox::new();
    sandbox.run(&format!("{INSTALL} --out other"));
    let others = sandbox.read("other/secret.yaml");
    let certificate = (
        "secret.yaml",
        ALL,
        &*others,
        "the CA bundle did not sign the certificate",
    );
    let others_key = others.lines().find(|it| it.contains(KEY)).unwrap();
    let key = (
        "secret.yaml",
        KEY,
        others_key,
        "Secret/seaworthy-tls: the key is another certificate's",
    );
    for (file, from, to, want) in BROKEN.iter().copied().chain([certificate, key]) {
        let _none = fs::remove_dir_all(sandbox.path("out"));
        sandbox.run(&format!("{INSTALL} --out out"));
        let text = sandbox.read(&format!("out/{file}"));
        let broken = match from {
            ALL => to.to_owned(),
            KEY => {
                let line = text.lines().find(|it| it.contains(from)).unwrap();
                text.replace(line, to)
            }
            _ => text.replace(from, to),
        };
        assert!(from.is_empty() || broken != text, "{from}");
        sandbox.write(&format!("out/{file}"), broken);
        let run = sandbox.run("doctor out --offline");
        let failing: Vec<&str> = run
            .stdout
            .lines()
            .filter(|it| it.starts_with("FAIL"))
            .collect();
        assert_eq!(
            run.code,
            Some(i32::from(!want.is_empty())),
            "{to}: {}",
            run.stdout
        );
        assert!(
            failing.iter().all(|it| it.contains(want)),
            "{want}: {failing:?}"
        );
    }
}

#[test]
fn what_the_options_of_the_server_name_is_looked_at() {
    let sandbox = Sandbox::new();
    for (file, text, code, want) in [
        ("README.md", "", 0, ""),
        ("policy.yaml", "", 1, "FAIL  out/policy.yaml: "),
        (
            "policy.yaml",
            "a: [",
            1,
            "FAIL  out/policy.yaml: out/policy.yaml:1:4: unclosed bracket",
        ),
        ("policy.yaml", "{}", 1, "FAIL  out/policy.yaml: "),
        (
            "webhook.yaml",
            "a: [",
            1,
            "FAIL  out/webhook.yaml:1:4: not looked at: ",
        ),
        (
            "server.yaml",
            "policy: /x/prod.yaml\n",
            0,
            "warn  out/server.yaml: policy is /x/prod.yaml, which is neither there nor beside this file",
        ),
        (
            "server.yaml",
            "{tls-cert: /x/client.crt, tls-key: /x/tls.key}\n",
            0,
            "warn  out/server.yaml: tls-cert is /x/client.crt",
        ),
        (
            "server.yaml",
            "{tls-cert: /x/tls/client.crt, tls-key: tls/tls.key}\n",
            1,
            "FAIL  out/tls/client.crt: the key is another certificate's",
        ),
        (
            "server.yaml",
            "{tls-cert: README.md, tls-key: tls/tls.key}\n",
            1,
            "FAIL  out/README.md: there is no certificate in it",
        ),
    ] {
        let _none = fs::remove_dir_all(sandbox.path("out"));
        sandbox.run("install --mode image-policy --out out");
        sandbox.write(&format!("out/{file}"), text);
        let run = sandbox.run("doctor out --offline");
        assert_eq!(run.code, Some(code), "{file} {text}: {}", run.stdout);
        let mut told = run.stdout.lines().filter(|it| !it.starts_with("ok"));
        let is_told = want.is_empty() || told.any(|it| it.starts_with(want));
        assert!(is_told, "{want}: {}", run.stdout);
    }
}

#[test]
fn what_the_plugin_is_told_is_held_against_its_bounds() {
    let sandbox = Sandbox::new();
    for (key, value, state, want) in [
        ("allowTTL", "30", "ok", "allowTTL is 30 s"),
        (
            "allowTTL",
            "1801",
            "FAIL",
            "takes 1 to 1800 and does not start",
        ),
        (
            "allowTTL",
            "0",
            "warn",
            "allowTTL is 300 s, the default: so long",
        ),
        (
            "allowTTL",
            "null",
            "warn",
            "allowTTL is 300 s, the default: so long",
        ),
        ("ALLOWTTL", "30", "ok", "allowTTL is 30 s"),
        ("allowTTL", "-1", "warn", "no verdict is kept"),
        ("allowTTL", "-2", "FAIL", "does not start"),
        ("allowTTL", "\"30s\"", "FAIL", "allowTTL is no whole number"),
        ("allowTTL", "1.5", "FAIL", "allowTTL is no whole number"),
        ("denyTTL", "0", "ok", "denyTTL is 30 s, the default"),
        (
            "retryBackoff",
            "0",
            "ok",
            "retryBackoff is 500 ms, the default",
        ),
        ("nothing", "1", "ok", "retryBackoff is 500 ms, the default"),
        ("retryBackoff", "-1", "warn", "without a pause"),
        (
            "defaultAllow",
            "\"true\"",
            "FAIL",
            "defaultAllow is neither true nor false",
        ),
        ("nothing", "1", "FAIL", "kubeConfigFile names no file"),
        ("denyTTL", "300", "warn", "so long a new exception"),
        ("retryBackoff", "300001", "FAIL", "takes 1 to 300000"),
        ("defaultAllow", "false", "ok", "no pod starts"),
    ] {
        let text = format!(
            "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins:\n\
             - {{name: ImagePolicyWebhook, configuration: {{imagePolicy: {{{key}: {value}}}}}}}\n"
        );
        sandbox.write("admission.yaml", text);
        let run = sandbox.run("doctor admission.yaml");
        let line = run.stdout.lines().find(|it| it.contains(want));
        assert!(
            line.is_some_and(|it| it.starts_with(state)),
            "{key} {value}: {}",
            run.stdout
        );
    }
}

/// A file of `install --mode image-policy`, what stands in it, what is put in its place, and what is told.
const BESIDE: &[(&str, &str, &str, &str)] = &[
    ("policy.yaml", "", "", ""),
    (
        "admission-configuration.yaml",
        "plugins:",
        "plugin: x\nplugins:",
        "FAIL  etc/admission-configuration.yaml: there is no field `plugin`: the API server does not start",
    ),
    (
        "admission-configuration.yaml",
        "  configuration:",
        "  config: {}\n  configuration:",
        "there is no field `config`",
    ),
    (
        "admission-configuration.yaml",
        "apiserver.config.k8s.io/v1",
        "apiserver.k8s.io/v1alpha1",
        "apiVersion is `apiserver.k8s.io/v1alpha1`",
    ),
    (
        "admission-configuration.yaml",
        "{etc}/kubeconfig.yaml",
        "kube.yaml",
        "FAIL  etc/admission-configuration.yaml ImagePolicyWebhook: kubeConfigFile: there is no kube.yaml",
    ),
    (
        "admission-configuration.yaml",
        "{etc}/kubeconfig.yaml",
        "kubeconfig.yaml",
        "warn  etc/admission-configuration.yaml ImagePolicyWebhook: kubeConfigFile is kubeconfig.yaml: it is looked for in the folder",
    ),
    (
        "imagepolicy.json",
        "\"allowTTL\": 30",
        "\"allowTTL\": \"30s\"",
        "FAIL  imagepolicy.json ImagePolicyWebhook: allowTTL is no whole number",
    ),
    (
        "kubeconfig.yaml",
        "current-context: seaworthy\n",
        "",
        "FAIL  etc/kubeconfig.yaml: it has no current-context",
    ),
    (
        "kubeconfig.yaml",
        "current-context: seaworthy",
        "current-context: sea",
        "current-context is `sea`, which there is not",
    ),
    (
        "kubeconfig.yaml",
        "cluster: seaworthy,",
        "cluster: sea,",
        "its context names the cluster `sea`, which there is not",
    ),
    (
        "kubeconfig.yaml",
        "/image-policy",
        "/image-policy?x=y",
        "warn  etc/kubeconfig.yaml https://localhost:8443/image-policy?x=y: what stands behind",
    ),
    (
        "policy.yaml",
        "mode: audit",
        "mode: auditt",
        "FAIL  etc/policy.yaml: ",
    ),
];

#[test]
fn what_stands_beside_the_api_server_is_well_until_somebody_breaks_it() {
    let sandbox = Sandbox::new();
    let etc = sandbox.path("etc");
    let etc = etc.to_str().unwrap();
    let install = format!("install --mode image-policy --host localhost --etc {etc} --out");
    sandbox.run(&format!("{install} other"));
    for (file, from, to, want) in BESIDE {
        let _none = fs::remove_dir_all(sandbox.path("etc"));
        sandbox.run(&format!("{install} etc"));
        let (text, from) = (
            sandbox.read(&format!("etc/{file}")),
            from.replace("{etc}", etc),
        );
        let broken = text.replace(&from, to);
        assert!(from.is_empty() || broken != text, "{from}");
        sandbox.write(
            &format!("etc/{file}"),
            if from.is_empty() { text } else { broken },
        );
        let run = sandbox.run("doctor etc --offline");
        let is_broken = !want.is_empty() && !want.starts_with("warn");
        assert_eq!(run.code, Some(i32::from(is_broken)), "{}", run.stdout);
        assert!(run.stdout.contains(want), "{want}: {}", run.stdout);
    }
    sandbox.run(&format!("{install} etc"));
    sandbox.write("etc/tls/tls.key", sandbox.read("other/tls/tls.key"));
    let run = sandbox.run("doctor etc --offline");
    let want = "FAIL  etc/tls/tls.crt: the key is another certificate's: the server does not start";
    assert!(run.stdout.contains(want), "{}", run.stdout);
    sandbox.write("etc/tls/tls.crt", sandbox.read("other/tls/tls.crt"));
    let run = sandbox.run("doctor etc --offline");
    let want = "FAIL  etc/tls/tls.crt: the CA bundle did not sign the certificate";
    assert!(run.stdout.contains(want), "{}", run.stdout);
}

/// The files name each other by where they will lie on the control plane.
#[test]
fn what_install_writes_for_elsewhere_is_well_where_it_lies() {
    let sandbox = Sandbox::new();
    for options in ["", "--etc /etc/sea/worthy"] {
        let folder = sandbox.path("control-plane");
        let _none = fs::remove_dir_all(&folder);
        sandbox.run(&format!(
            "install --mode image-policy {options} --out control-plane"
        ));
        for at in ["control-plane", folder.to_str().unwrap()] {
            let run = sandbox.run(&format!("doctor {at} --offline"));
            assert_eq!(run.code, Some(0), "{options} {at}: {}", run.stdout);
            let bundle = "its CA bundle has 1 certificate";
            assert!(run.stdout.contains(bundle), "{}", run.stdout);
        }
        fs::remove_file(folder.join("kubeconfig.yaml")).unwrap();
        let run = sandbox.run("doctor control-plane --offline");
        assert_eq!(run.code, Some(1), "{options}: {}", run.stdout);
    }
}

#[test]
fn a_server_is_asked_as_the_cluster_asks_it() {
    let sandbox = Sandbox::new();
    let etc = sandbox.path("etc");
    let etc = etc.to_str().unwrap();
    let run = sandbox.run(&format!(
        "install --mode image-policy --host localhost --etc {etc} --out {etc}"
    ));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let options = "--policy etc/policy.yaml --tls-cert etc/tls/tls.crt --tls-key etc/tls/tls.key --client-ca etc/tls/ca.crt";
    let server = Server::start(&sandbox, options, None);
    let address = server.address.clone();
    let run = sandbox.run(&format!("doctor etc --connect {address}"));
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    for want in [
        "the certificate is localhost's, and who asks believes its signer",
        "it is ready",
        "days old",
    ] {
        assert!(run.stdout.contains(want), "{want}: {}", run.stdout);
    }
    // whoever it is
    let run = sandbox.run(&format!("doctor --connect {address}"));
    assert_eq!(
        run.code,
        Some(1),
        "it asks for a certificate: {}",
        run.stdout
    );
    // as another cluster knows it
    sandbox.run(&format!("{INSTALL} --out out"));
    let run = sandbox.run(&format!("doctor out --connect {address}"));
    assert_eq!(run.code, Some(1), "{}", run.stdout);
    drop(server);
    let run = sandbox.run(&format!("doctor etc --connect {address}"));
    assert_eq!(run.code, Some(1), "{}", run.stdout);
    assert!(run.stdout.contains("it is not reached"), "{}", run.stdout);
}

/// What the health check of our own image asks.
#[test]
fn a_server_is_asked_by_its_address_alone() {
    let sandbox = Sandbox::new();
    let etc = sandbox.path("etc");
    let etc = etc.to_str().unwrap();
    sandbox.run(&format!(
        "install --mode image-policy --host localhost --etc {etc} --out {etc}"
    ));
    let options = "--policy etc/policy.yaml --tls-cert etc/tls/tls.crt --tls-key etc/tls/tls.key";
    let server = Server::start(&sandbox, options, None);
    let ask = format!("doctor --connect {}", server.address);
    let run = sandbox.run(&ask);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("it is ready"), "{}", run.stdout);
    let run = sandbox.run(&format!("{ask} --offline"));
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    drop(server);
    let run = sandbox.run(&ask);
    assert_eq!(run.code, Some(1), "{}", run.stdout);
}

/// Each byte comes in time, and the answer never: without an end to all of it this test would not end.
#[test]
fn a_server_that_drips_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            thread::spawn(move || {
                let mut socket = socket;
                // the head of a long record of a handshake
                let mut said = socket.write_all(&[22, 3, 3, 0x40, 0]);
                while said.is_ok() {
                    thread::sleep(Duration::from_millis(50));
                    said = socket.write_all(&[2]);
                }
            });
        }
    });
    let sandbox = Sandbox::new();
    sandbox.run(&format!("{INSTALL} --out out"));
    let run = sandbox.run(&format!("doctor out --connect {address} --timeout 1"));
    assert_eq!(run.code, Some(1), "{}", run.stdout);
    assert!(
        run.stdout
            .contains("it is not reached: not done within 1 s"),
        "{}",
        run.stdout
    );
}

#[test]
fn nothing_to_look_at_is_an_error() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n",
    );
    let run = sandbox.run("doctor pod.yaml");
    assert_eq!(run.code, Some(2), "{}", run.stdout);
}
