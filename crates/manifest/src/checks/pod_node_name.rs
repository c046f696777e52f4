//! A pod that passes the scheduler by.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "POD-NODE-NAME",
        title: "pod names its node",
        severity: Severity::Low,
        concern: "the scheduler is not asked: taints, resources and spread do not count, and the pod waits \
                  for ever if the node is gone",
        fix: "use `nodeSelector` or node affinity",
        maps_to: &[],
    },
    ask: Ask::Object(ask),
    bad: &[
        "apiVersion: v1\nkind: Pod\nspec: {nodeName: worker-1}\n",
        "apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {nodeName: worker-1}}}\n",
    ],
    good: &[
        "apiVersion: v1\nkind: Pod\nspec: {nodeName: \"\"}\n",
        // written by the scheduler: it was read from a cluster
        "apiVersion: v1\nkind: Pod\nmetadata: {uid: 0a1b}\nspec: {nodeName: worker-1}\n",
        "apiVersion: v1\nkind: Pod\nspec: {nodeSelector: {disk: ssd}}\n",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    let Some(pod) = object.pod() else { return };
    let name = pod.spec(&["nodeName"]).and_then(Node::as_str);
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return;
    };
    let was_scheduled = object.kind() == "Pod" && object.is_from_cluster();
    if !was_scheduled {
        let message = format!("nodeName is `{}`", short(name));
        hits.push(Hit::new(pod.at().key("nodeName"), message));
    }
}
