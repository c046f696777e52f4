//! Calls of the kernel that a container may make.

use std::collections::BTreeMap;

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "CTR-SECCOMP",
        title: "container may make every call of the kernel",
        severity: Severity::Medium,
        concern: "most ways out of a container go through calls that hardly any program needs; without a \
                  seccomp profile none is refused",
        fix: "set `seccompProfile.type: RuntimeDefault`, or `Localhost` with a profile of your own",
        maps_to: &[
            "PSS restricted",
            "CIS Kubernetes 5.7.2",
            "NSA/CISA Kubernetes Hardening: Pod security",
        ],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "containers: [{name: a}]",
        "containers: [{name: a, securityContext: {seccompProfile: {type: Unconfined}}}]",
        "containers: [{name: a, securityContext: {seccompProfile: {type: LocalHost}}}]",
        "securityContext: {seccompProfile: {type: Unconfined}}\ncontainers: [{name: a}]",
        "securityContext: {seccompProfile: {type: RuntimeDefault}}\ncontainers: [{name: a, securityContext: \
         {seccompProfile: {type: Unconfined}}}]",
        "containers: [{name: a, securityContext: {seccompProfile: {type: RuntimeDefault}}}]\n\
         initContainers: [{name: b}]",
        // no longer read
        "apiVersion: v1\nkind: Pod\nmetadata: {annotations: {seccomp.security.alpha.kubernetes.io/pod: \
         runtime/default}}\nspec: {containers: [{name: a}]}\n",
    ],
    good: &[
        "containers: [{name: a, securityContext: {seccompProfile: {type: RuntimeDefault}}}]",
        "securityContext: {seccompProfile: {type: Localhost, localhostProfile: a.json}}\ncontainers: [{name: \
         a}]",
        "securityContext: {seccompProfile: {type: Unconfined}}\ncontainers: [{name: a, securityContext: \
         {seccompProfile: {type: RuntimeDefault}}}]",
        "os: {name: windows}\ncontainers: [{name: a}]",
    ],
};

/// From this minor version on only the fields count.
const WITHOUT_ANNOTATIONS: u32 = 27;

const OF_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const OF_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";
/// The API server takes 256 KiB of annotations, which are fewer.
const MOST: usize = 5_000;

const TYPE: [&str; 2] = ["seccompProfile", "type"];

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    if pod.is_windows() {
        return;
    }
    // by the name of the container, empty for the pod
    let annotations: BTreeMap<&str, (&str, &str)> = pod
        .annotations()
        .filter_map(|(key, value)| {
            let name = if key == OF_POD {
                Some("")
            } else {
                key.strip_prefix(OF_CONTAINER)
            };
            Some((name?, (key, value)))
        })
        .take(MOST)
        .collect();
    for container in pod.containers(&Role::ALL) {
        let field = |node: Option<&Node>| {
            node.and_then(Node::as_str)
                .is_some_and(|kind| !kind.is_empty())
        };
        let own = annotations.get(container.name());
        let annotation = if field(container.security(&TYPE)) {
            None
        } else if field(pod.security(&TYPE)) {
            own
        } else {
            own.or_else(|| annotations.get(""))
        };
        let hit = match annotation {
            Some(found) if hits.bundle.minor < WITHOUT_ANNOTATIONS => by_annotation(pod, *found),
            _ => by_field(&container, annotation.is_some()),
        };
        if let Some(hit) = hit {
            hits.push(hit.within(&container));
        }
    }
}

fn by_annotation(pod: Pod<'_>, (key, value): (&str, &str)) -> Option<Hit> {
    let is_good =
        matches!(value, "runtime/default" | "docker/default") || value.starts_with("localhost/");
    if is_good {
        return None;
    }
    let at = pod.root().below(&["metadata", "annotations", key]);
    let message = format!(
        "its seccomp profile is `{}`, by an annotation",
        short(value)
    );
    Some(Hit::new(at, message).severity(Severity::High))
}

fn by_field(container: &Container<'_>, is_annotated: bool) -> Option<Hit> {
    let kind = container.inherited(&TYPE).and_then(Node::as_str);
    let at = container.inherited_at(&TYPE);
    let hit = match kind.unwrap_or_default() {
        "RuntimeDefault" | "Localhost" => return None,
        "Unconfined" => Hit::new(at, "seccompProfile is Unconfined").severity(Severity::High),
        "" if is_annotated => {
            let message = "seccompProfile is not set, and its annotation counts no longer";
            Hit::new(at, message)
        }
        "" => Hit::new(at, "seccompProfile is not set"),
        kind => {
            let message = format!("seccompProfile is `{}`, which does not exist", short(kind));
            return Some(Hit::new(at, message));
        }
    };
    // which goes with `Localhost` only
    let has_file = container.inherited(&["seccompProfile", "localhostProfile"]);
    Some(if has_file.is_some() {
        hit
    } else {
        hit.set("RuntimeDefault")
    })
}
