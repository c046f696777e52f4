//! Environment variables are read by more than the program.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "KEY-REFERENCE",
        title: "secret as an environment variable",
        severity: Severity::Low,
        concern: "environment variables are seen by every child, end up in crash reports and logs, \
                  and keep the old value after a change",
        fix: "mount the Secret as a volume and read the file",
        maps_to: &[
            "CIS Kubernetes 5.4.1",
            "NSA/CISA Kubernetes Hardening: Network separation and hardening",
        ],
    },
    ask: Ask::Container(ask),
    bad: &[
        "env: [{name: A, valueFrom: {secretKeyRef: {name: db, key: password}}}]",
        "envFrom: [{secretRef: {name: db}}]",
    ],
    good: &[
        "env: [{name: A, valueFrom: {configMapKeyRef: {name: db, key: host}}}]",
        "envFrom: [{configMapRef: {name: db}}]",
        "env: []",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    for (list, path) in [
        ("env", &["valueFrom", "secretKeyRef"][..]),
        ("envFrom", &["secretRef"]),
    ] {
        let items = container.get(&[list]).map(Node::items).unwrap_or_default();
        for (index, item) in items.iter().enumerate() {
            let Some(reference) = below(item, path) else {
                continue;
            };
            let name = reference
                .get("name")
                .and_then(Node::as_str)
                .unwrap_or_default();
            let at = container.at().key(list).item(index).below(path);
            let message = match item.get("name").and_then(Node::as_str) {
                Some(variable) => format!(
                    "{} comes from the Secret {}",
                    quoted(variable),
                    quoted(name)
                ),
                None => format!("all of the Secret {} becomes variables", quoted(name)),
            };
            hits.push(Hit::new(at, message));
        }
    }
}
