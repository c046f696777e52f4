//! A pod that nobody starts again.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "POD-BARE",
        title: "pod has no controller",
        severity: Severity::Low,
        concern: "when its node fails or is drained the pod is gone, and nothing rolls out a mended image",
        fix: "let a Deployment, StatefulSet, DaemonSet or Job make the pod",
        maps_to: &[],
    },
    ask: Ask::Object(ask),
    bad: &["apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: []}\n"],
    good: &[
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web, ownerReferences: [{kind: ReplicaSet, name: a}]}\n",
        "apiVersion: v1\nkind: Pod\nspec: {restartPolicy: Never}\n",
        "apiVersion: v1\nkind: Pod\nmetadata: {annotations: {helm.sh/hook: test}}\nspec: {}\n",
        "apiVersion: v1\nkind: Pod\nmetadata: {namespace: kube-system}\nspec: {priorityClassName: \
         system-node-critical}\n",
        "apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {}}}\n",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    if object.kind() != "Pod" {
        return;
    }
    let Some(pod) = object.pod() else { return };
    let owners = pod.get(&["metadata", "ownerReferences"]);
    let is_owned = owners.is_some_and(|owners| !owners.items().is_empty());
    let policy = pod.spec(&["restartPolicy"]).and_then(Node::as_str);
    let is_one_shot = matches!(policy, Some("Never" | "OnFailure"));
    let is_kept = pod.annotations().any(|(name, _)| {
        matches!(
            name,
            "helm.sh/hook" | "kubernetes.io/config.mirror" | "kubernetes.io/config.source"
        )
    });
    // the kubelet keeps those of its own directory
    if is_owned || is_one_shot || is_kept || is_of_cluster(pod) {
        return;
    }
    let at = Pointer::default().key("kind");
    hits.push(Hit::new(at, "no controller makes this pod"));
}

fn is_of_cluster(pod: Pod<'_>) -> bool {
    let class = pod.spec(&["priorityClassName"]).and_then(Node::as_str);
    class.is_some_and(|class| class.starts_with("system-"))
}
