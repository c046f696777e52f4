//! Files of the node in a pod.

use crate::prelude::*;
use crate::volume;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "VOL-HOST-PATH",
        title: "pod has files of its node",
        severity: Severity::Medium,
        concern: "what is on a node belongs to its system or to other pods: reading it tells secrets, \
                  writing it takes the node, and the pod finds other files on each node",
        fix: "use a persistent volume, a ConfigMap, a Secret or an emptyDir",
        maps_to: &[
            "PSS baseline",
            "CIS Kubernetes 5.2.12",
            "NSA/CISA Kubernetes Hardening: Pod security",
        ],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "volumes: [{name: data, hostPath: {path: /opt/data}}]",
        "volumes: [{name: data, hostPath: {}}]",
    ],
    good: &[
        "volumes: [{name: data, emptyDir: {}}, {name: x, hostPath: null}]",
        "volumes: []",
    ],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    for (index, volume) in pod.volumes().iter().enumerate() {
        let Some(host_path) = below(volume, &["hostPath"]) else {
            continue;
        };
        let path = host_path.get("path").and_then(Node::as_str);
        let (name, path) = (volume::name(volume), path.unwrap_or_default());
        let message = format!("volume `{}` is `{}` of the node", short(name), short(path));
        let at = pod.at().key("volumes").item(index).key("hostPath");
        hits.push(Hit::new(at.key("path"), message));
    }
}
