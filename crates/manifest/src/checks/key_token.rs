//! A token for others that lives long.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "KEY-TOKEN",
        title: "token of a service account lives long or is mounted widely",
        severity: Severity::Medium,
        concern: "a stolen token works until it expires, also after the pod is gone from sight; \
                  whoever has a token with an audience is the pod there",
        fix: "set `expirationSeconds` to an hour, and mount the volume only where the token is \
              used",
        maps_to: &["NSA/CISA Kubernetes Hardening: Authentication and authorization"],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: t, expirationSeconds: 604800}}]}}]",
        "\
containers: [{name: a, volumeMounts: [{name: t}]}, {name: b, volumeMounts: [{name: t}]}]
volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: t, audience: vault}}]}}]
",
    ],
    good: &[
        "volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: t, expirationSeconds: 3607}}]}}]",
        "volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: t, expirationSeconds: 86400, audience: sts.amazonaws.com}}]}}]",
        "\
containers: [{name: a, volumeMounts: [{name: t}]}, {name: b}]
volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: t, audience: vault}}]}}]
",
    ],
};

/// A day, as tokens for clouds are made.
const LONG_SECONDS: i64 = 86_400;

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    for (index, volume) in pod.volumes().iter().enumerate() {
        let sources = below(volume, &["projected", "sources"]).map(Node::items);
        for (source, node) in sources.unwrap_or_default().iter().enumerate() {
            let Some(token) = below(node, &["serviceAccountToken"]) else {
                continue;
            };
            let at = pod
                .at()
                .key("volumes")
                .item(index)
                .below(&["projected", "sources"]);
            let at = at.item(source).key("serviceAccountToken");
            let seconds = token.get("expirationSeconds").and_then(Node::as_int);
            if let Some(seconds) = seconds.filter(|seconds| *seconds > LONG_SECONDS) {
                let message = format!("it lives {} hours", seconds / 3_600);
                hits.push(Hit::new(at.clone().key("expirationSeconds"), message));
            }
            let audience = token
                .get("audience")
                .and_then(Node::as_str)
                .unwrap_or_default();
            let name = volume
                .get("name")
                .and_then(Node::as_str)
                .unwrap_or_default();
            let count = pod
                .containers(&Role::ALL)
                .take_while(|_| !audience.is_empty() && hits.bundle.spend())
                .filter(|container| mounts(container, name, hits))
                .count();
            if count > 1 {
                let audience = quoted(audience);
                let message = format!("{count} containers mount the token for {audience}");
                hits.push(Hit::new(at.key("audience"), message).severity(Severity::Low));
            }
        }
    }
}

fn mounts(container: &Container<'_>, volume: &str, hits: &Hits<'_>) -> bool {
    let mounts = container
        .get(&["volumeMounts"])
        .map(Node::items)
        .unwrap_or_default();
    let name = |mount: &Node| mount.get("name").and_then(Node::as_str) == Some(volume);
    mounts.iter().take_while(|_| hits.bundle.spend()).any(name)
}
