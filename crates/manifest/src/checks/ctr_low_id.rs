//! Users and groups that the node may have, too.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "CTR-LOW-ID",
        title: "container runs as a user or group that the node may have",
        severity: Severity::Low,
        concern: "who breaks out has the files of the node's user of the same number; group 0 is that of \
                  root",
        fix: "choose numbers above 10000 for `runAsUser` and `runAsGroup`",
        maps_to: &[],
    },
    ask: Ask::Container(ask),
    bad: &[
        "securityContext: {runAsUser: 1000}",
        "securityContext: {runAsUser: 10000}",
        "securityContext: {runAsGroup: 0}",
        "apiVersion: v1\nkind: Pod\nspec:\n  securityContext: {runAsGroup: 100}\n  containers: [{name: a}]\n",
    ],
    good: &[
        "securityContext: {runAsUser: 10001, runAsGroup: 65532}",
        "image: x",
        // worse, which has its own rule
        "securityContext: {runAsUser: 0}",
    ],
};

/// The numbers up to which distributions give them to users.
const LOW: i64 = 10_000;

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    for (field, least) in [("runAsUser", 1), ("runAsGroup", 0)] {
        let id = container.inherited(&[field]).and_then(Node::as_int);
        let Some(id) = id.filter(|id| (least..=LOW).contains(id)) else {
            continue;
        };
        if container.is_nobody_outside(hits.bundle) {
            return;
        }
        let at = container.inherited_at(&[field]);
        hits.push(Hit::new(at, format!("{field} is {id}")));
    }
}
