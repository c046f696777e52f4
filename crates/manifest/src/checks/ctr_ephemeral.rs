//! A container that somebody put into a running pod.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "CTR-EPHEMERAL",
        title: "pod has an ephemeral container",
        severity: Severity::Medium,
        concern: "it was put into the running pod for debugging, with tools and often with more rights, and \
                  stays until the pod goes; the API server refuses it in a new pod or a template",
        fix: "delete the pod after debugging; take `ephemeralContainers` out of manifests",
        maps_to: &[],
    },
    ask: Ask::Container(ask),
    bad: &[
        "apiVersion: v1\nkind: Pod\nspec:\n  containers: [{name: a}]\n  ephemeralContainers: [{name: debug, \
         image: busybox}]\n",
    ],
    good: &[
        "image: x",
        "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a}], ephemeralContainers: []}\n",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    match container.role {
        Role::Main | Role::Init => {}
        Role::Ephemeral => hits.push(Hit::new(container.at(), "it is an ephemeral container")),
    }
}
