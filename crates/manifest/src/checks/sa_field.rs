//! An old name of a field.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "SA-FIELD",
        title: "pod names its service account in a deprecated field",
        severity: Severity::Low,
        concern: "`serviceAccount` is kept for old files only; tools that look for \
                  `serviceAccountName` take the pod for one with the default account",
        fix: "write `serviceAccountName`",
        maps_to: &[],
    },
    ask: Ask::Pod(ask),
    bad: &["serviceAccount: web"],
    good: &["serviceAccountName: web", "containers: []"],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    let is_set = |field| {
        pod.spec(&[field])
            .and_then(Node::as_str)
            .is_some_and(|name| !name.is_empty())
    };
    // the API server writes both
    if is_set("serviceAccount") && !is_set("serviceAccountName") {
        let at = pod.at().key("serviceAccount");
        hits.push(Hit::new(at, "`serviceAccount` is deprecated"));
    }
}
