//! A pod that runs where nobody wants pods.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "POD-TOLERATIONS",
        title: "pod tolerates every taint",
        severity: Severity::Low,
        concern: "it also lands on control planes and on nodes that are kept apart, and who breaks out of \
                  it is close to the cluster's keys",
        fix: "name the taints that the pod shall tolerate by their `key`",
        maps_to: &[],
    },
    ask: Ask::Object(ask),
    bad: &[
        "apiVersion: v1\nkind: Pod\nspec: {tolerations: [{operator: Exists}]}\n",
        "apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {tolerations: [{key: \"\", operator: \
         Exists, effect: NoSchedule}]}}}\n",
    ],
    good: &[
        "apiVersion: v1\nkind: Pod\nspec: {tolerations: [{key: gpu, operator: Exists}]}\n",
        "apiVersion: v1\nkind: Pod\nspec: {tolerations: [{operator: Exists, effect: NoExecute}]}\n",
        // what shall run on every node
        "apiVersion: apps/v1\nkind: DaemonSet\nspec: {template: {spec: {tolerations: [{operator: Exists}]}}}\n",
        "apiVersion: v1\nkind: Pod\nspec: {priorityClassName: system-cluster-critical, tolerations: \
         [{operator: Exists}]}\n",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    let Some(pod) = object.pod() else { return };
    let tolerations = pod.spec(&["tolerations"]).map(Node::items);
    let mut tolerations = tolerations.unwrap_or_default().iter();
    let Some(index) = tolerations.position(tolerates_all) else {
        return;
    };
    let class = pod.spec(&["priorityClassName"]).and_then(Node::as_str);
    let is_of_cluster = class.is_some_and(|class| class.starts_with("system-"));
    if object.kind() == "DaemonSet" || is_of_cluster || is_of_daemon_set(pod) {
        return;
    }
    let at = pod.at().key("tolerations").item(index);
    hits.push(Hit::new(
        at,
        "it tolerates every taint: a toleration has no key",
    ));
}

/// Without a key `Exists` is the only operator that the API server takes.
fn tolerates_all(toleration: &Node) -> bool {
    let text = |name: &str| toleration.get(name).and_then(Node::as_str).unwrap_or("");
    // running pods stay; where the pod comes to is not changed
    let is_about_place = matches!(text("effect"), "" | "NoSchedule");
    text("operator") == "Exists" && text("key").is_empty() && is_about_place
}

fn is_of_daemon_set(pod: Pod<'_>) -> bool {
    let owners = pod.get(&["metadata", "ownerReferences"]).map(Node::items);
    let kind = |owner: &Node| owner.get("kind").and_then(Node::as_str) == Some("DaemonSet");
    owners.unwrap_or_default().iter().any(kind)
}
