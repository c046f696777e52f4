//! The profile of AppArmor that holds a container back.
//!
//! None at all is not found: where nodes have AppArmor, the runtime gives its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "CTR-APPARMOR",
        title: "container is not held back by AppArmor",
        severity: Severity::Medium,
        concern: "the runtime's profile keeps a container from mounting and from the kernel's settings; \
                  without it only capabilities and seccomp do",
        fix: "remove the profile, or set `appArmorProfile.type: RuntimeDefault`",
        maps_to: &["PSS baseline"],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "containers: [{name: a, securityContext: {appArmorProfile: {type: Unconfined}}}]",
        "containers: [{name: a, securityContext: {appArmorProfile: {type: unconfined}}}]",
        "securityContext: {appArmorProfile: {type: Unconfined}}\ncontainers: [{name: a}]",
        "apiVersion: v1\nkind: Pod\nmetadata: {annotations: \
         {container.apparmor.security.beta.kubernetes.io/a: unconfined}}\nspec: {containers: [{name: a}]}\n",
        "apiVersion: v1\nkind: Pod\nmetadata: {annotations: \
         {container.apparmor.security.beta.kubernetes.io/b: runtime/default}}\nspec: {containers: [{name: \
         a}]}\n",
    ],
    good: &[
        "containers: [{name: a}]",
        "containers: [{name: a, securityContext: {appArmorProfile: {type: RuntimeDefault}}}]",
        "securityContext: {appArmorProfile: {type: Unconfined}}\ncontainers: [{name: a, securityContext: \
         {appArmorProfile: {type: Localhost, localhostProfile: p}}}]",
        "apiVersion: v1\nkind: Pod\nmetadata: {annotations: \
         {container.apparmor.security.beta.kubernetes.io/a: localhost/p}}\nspec: {containers: [{name: \
         a}]}\n",
    ],
};

const OF_CONTAINER: &str = "container.apparmor.security.beta.kubernetes.io/";
/// The API server takes 256 KiB of annotations, which are fewer.
const MOST: usize = 5_000;

const TYPE: [&str; 2] = ["appArmorProfile", "type"];

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    let annotations: BTreeMap<&str, &str> = pod
        .annotations()
        .filter_map(|(key, value)| Some((key.strip_prefix(OF_CONTAINER)?, value)))
        .take(MOST)
        .collect();
    let at = |name: &str| {
        let key = format!("{OF_CONTAINER}{name}");
        pod.root().below(&["metadata", "annotations", &key])
    };
    for container in pod.containers(&Role::ALL) {
        let name = container.name();
        let annotation = annotations.get(name);
        let hit = match annotation {
            // the own field counts first, that of the pod last
            Some(value) if container.security(&TYPE).is_none() => {
                let is_good =
                    matches!(*value, "" | "runtime/default") || value.starts_with("localhost/");
                (!is_good).then(|| {
                    let message = format!(
                        "its AppArmor profile is `{}`, by an annotation",
                        short(value)
                    );
                    Hit::new(at(name), message)
                })
            }
            _ => by_field(&container),
        };
        if let Some(hit) = hit {
            hits.push(hit.within(&container));
        }
    }
    if annotations.is_empty() {
        return;
    }
    let containers = pod.containers(&Role::ALL);
    let names: BTreeSet<&str> = containers.map(|container| container.name()).collect();
    for name in annotations.keys().filter(|name| !names.contains(*name)) {
        let message = format!(
            "an annotation is for a container `{}`, which is not there",
            short(name)
        );
        hits.push(Hit::new(at(name), message));
    }
}

fn by_field(container: &Container<'_>) -> Option<Hit> {
    let kind = container.inherited(&TYPE)?.as_str()?;
    let message = match kind {
        "" | "RuntimeDefault" | "Localhost" => return None,
        "Unconfined" => "appArmorProfile is Unconfined".to_owned(),
        kind => format!("appArmorProfile is `{}`, which does not exist", short(kind)),
    };
    Some(Hit::new(container.inherited_at(&TYPE), message))
}
