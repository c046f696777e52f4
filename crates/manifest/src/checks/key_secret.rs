//! A Secret in a repository is none.

use crate::prelude::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::rights::list as list_of;
use crate::secret;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "KEY-SECRET",
        title: "Secret with its values",
        severity: Severity::High,
        concern: "base64 hides nothing: who may read the repository, the chart or its history has \
                  the values",
        fix: "keep values in a store of secrets (External Secrets, Vault, SOPS, Sealed Secrets) \
              and let it make the Secret; change the values, since they are known",
        maps_to: &[
            "CIS Kubernetes 5.4.2",
            "NSA/CISA Kubernetes Hardening: Network separation and hardening",
        ],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: v1
kind: Secret
metadata: {name: x}
data: {password: aHVudGVyMg==}
",
        "\
apiVersion: v1
kind: Secret
metadata: {name: x}
stringData: {password: hunter2}
",
        "\
apiVersion: v1
kind: Secret
metadata: {name: x}
type: kubernetes.io/tls
data: {tls.crt: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t, tls.key: aHVudGVyMg==}
",
    ],
    good: &[
        "\
apiVersion: v1
kind: Secret
metadata: {name: x}
data: {username: YWRtaW4=}
",
        "\
apiVersion: v1
kind: Secret
metadata: {name: x}
type: Opaque
",
        "\
apiVersion: v1
kind: Secret
metadata: {name: x}
data: {}
",
        "\
apiVersion: v1
kind: Secret
metadata: {name: x}
stringData: {password: \"${PASSWORD}\"}
",
        "\
apiVersion: v1
kind: Secret
metadata: {name: x}
stringData: {password: \"\"}
",
        "\
apiVersion: v1
kind: Secret
metadata: {name: x}
data: {ca.crt: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t}
",
        "\
apiVersion: v1
kind: Secret
metadata: {name: x}
data: {password: \"ENC[AES256_GCM,data:x]\"}
sops: {version: 3.8.1}
",
        "\
apiVersion: v1
kind: Secret
metadata: {name: x}
data: {password: eW91ci1wYXNzd29yZA==}
",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    // SOPS encrypts values and says so beside them
    if object.kind() != "Secret" || below(&object.root, &["sops"]).is_some() {
        return;
    }
    for list in ["data", "stringData"] {
        let entries = below(&object.root, &[list]).map(Node::entries);
        let is_real = |entry: &&yaml::Entry| {
            entry
                .value
                .as_str()
                .is_some_and(|value| is_secret(list, value))
        };
        let names: Vec<&str> = entries
            .unwrap_or_default()
            .iter()
            .filter(is_real)
            .map(|entry| &*entry.name)
            // half of what it takes to log in
            .filter(|name| !matches!(*name, "username" | "user" | "host" | "port" | "database"))
            .collect();
        if !names.is_empty() {
            let message = format!("it holds the values of {}", list_of(&names));
            hits.push(Hit::new(Pointer::default().key(list), message).secret());
        }
    }
}

fn is_secret(list: &str, value: &str) -> bool {
    let value = value.trim();
    if list == "stringData" {
        return is_real(value);
    }
    // a value that is no base64 is a template or a mistake
    let decoded = STANDARD.decode(value.replace(['\n', ' '], ""));
    decoded.is_ok_and(|bytes| {
        let text = str::from_utf8(&bytes);
        !bytes.is_empty() && text.map_or(true, |text| is_real(text.trim()))
    })
}

fn is_real(value: &str) -> bool {
    let is_certificate =
        value.contains("-----BEGIN CERTIFICATE-----") && !value.contains("PRIVATE KEY-----");
    let is_switch = !value.contains([' ', '/', ':']) && !secret::is_literal(value);
    !value.is_empty() && !is_certificate && !is_switch && !secret::is_reference(value)
}
