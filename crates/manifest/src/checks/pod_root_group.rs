//! Files of root's group.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "POD-ROOT-GROUP",
        title: "pod is in the group of root",
        severity: Severity::Low,
        concern: "processes of the pod read, and often write, the files of root's group in the image and in \
                  mounted volumes",
        fix: "choose a group above 0 for `fsGroup` and `supplementalGroups`",
        maps_to: &[],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "securityContext: {fsGroup: 0}",
        "securityContext: {supplementalGroups: [1000, 0]}",
    ],
    good: &[
        "securityContext: {fsGroup: 2000, supplementalGroups: [1000]}",
        "securityContext: {supplementalGroups: []}",
    ],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    let is_root = |group: &Node| group.as_int() == Some(0);
    let at = |field| pod.at().below(&["securityContext", field]);
    if pod.security(&["fsGroup"]).is_some_and(is_root) {
        hits.push(Hit::new(at("fsGroup"), "fsGroup is 0"));
    }
    let groups = pod.security(&["supplementalGroups"]).map(Node::items);
    if let Some(index) = groups.unwrap_or_default().iter().position(is_root) {
        let at = at("supplementalGroups").item(index);
        hits.push(Hit::new(at, "supplementalGroups has 0"));
    }
}
