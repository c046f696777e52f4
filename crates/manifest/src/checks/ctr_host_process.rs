//! A container of Windows that is a process of its node.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "CTR-HOST-PROCESS",
        title: "container is a process of its Windows node",
        severity: Severity::High,
        concern: "it has the files, the network and, as the user that it names, the rights of the node",
        fix: "remove `windowsOptions.hostProcess: true`",
        maps_to: &["PSS baseline", "CIS Kubernetes 5.2.11"],
    },
    ask: Ask::Container(ask),
    bad: &[
        "securityContext: {windowsOptions: {hostProcess: true}}",
        "apiVersion: v1\nkind: Pod\nspec:\n  securityContext: {windowsOptions: {hostProcess: true}}\n  \
         containers: [{name: a}]\n",
    ],
    good: &[
        "securityContext: {windowsOptions: {hostProcess: false}}",
        "image: x",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let path = ["windowsOptions", "hostProcess"];
    let is_set = container.inherited(&path).and_then(Node::as_bool);
    if is_set == Some(true) {
        hits.push(Hit::new(
            container.inherited_at(&path),
            "hostProcess is true",
        ));
    }
}
