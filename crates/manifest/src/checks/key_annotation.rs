//! Annotations are copied everywhere.

use crate::prelude::*;
use crate::secret;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "KEY-ANNOTATION",
        title: "secret in an annotation or a label",
        severity: Severity::High,
        concern: "annotations and labels go into events, metrics, logs and every list of objects",
        fix: "put it into a Secret that is not in the repository; change it, since it is known",
        maps_to: &[
            "NSA/CISA Kubernetes Hardening: Network separation and hardening",
        ],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: v1
kind: Service
metadata: {name: x, annotations: {shop.example/db-password: hunter2}}
",
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: x}
spec: {template: {metadata: {annotations: {hook: \"https://app:s3cr3t@hooks.shop.example\"}}}}
",
        "\
apiVersion: v1
kind: Secret
metadata:
  name: x
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {\"apiVersion\":\"v1\",\"data\":{\"password\":\"aHVudGVyMg==\"},\"kind\":\"Secret\"}
",
    ],
    good: &[
        "\
apiVersion: v1
kind: Service
metadata: {name: x, annotations: {checksum/secret: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08}}
",
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, annotations: {nginx.ingress.kubernetes.io/auth-secret: users}}
",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    let own = Pointer::default();
    look(object, below(&object.root, &["metadata"]), &own, hits);
    if let Some(pod) = object.pod().filter(|_| object.kind() != "Pod") {
        look(object, pod.get(&["metadata"]), &pod.root(), hits);
    }
}

fn look(object: &Object, metadata: Option<&Node>, at: &Pointer, hits: &mut Hits<'_>) {
    const APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
    for list in ["annotations", "labels"] {
        let entries = metadata
            .and_then(|metadata| metadata.get(list))
            .map(Node::entries);
        for entry in entries.unwrap_or_default() {
            let (name, Some(value)) = (&*entry.name, entry.value.as_str()) else {
                continue;
            };
            let is_applied = name == APPLIED;
            let what = if is_applied && object.kind() == "Secret" {
                let has = |key: &str| value.contains(&format!("\"{key}\":{{\""));
                (has("data") || has("stringData")).then_some("a copy of the Secret")
            } else if is_applied {
                // what it copies is judged where it stands
                None
            } else if is_sure(name) {
                secret::named(name, value)
            } else {
                secret::shape(value)
            };
            if let Some(what) = what {
                let at = at.clone().below(&["metadata", list]).key(name);
                let message = format!("the value of {} is {what}", quoted(name));
                hits.push(Hit::new(at, message).secret());
            }
        }
    }
}

/// Whether the name says that the value is a secret, and not where one is.
fn is_sure(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["password", "passwd", "apikey", "api-key"]
        .iter()
        .any(|word| name.ends_with(word))
}
