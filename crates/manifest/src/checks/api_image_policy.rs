//! An image policy that lets everything in.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "API-IMAGE-POLICY",
        title: "image policy allows by default",
        severity: Severity::High,
        concern: "when the service that judges images does not answer, every image runs",
        fix: "set `defaultAllow: false`",
        maps_to: &["CIS Kubernetes 5.5.1"],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins: [{name: ImagePolicyWebhook, configuration: {imagePolicy: {defaultAllow: true}}}]
",
        "\
apiVersion: imagepolicy.k8s.io/v1alpha1
kind: ImagePolicy
imagePolicy: {defaultAllow: true}
",
    ],
    good: &[
        "\
apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins: [{name: ImagePolicyWebhook, configuration: {imagePolicy: {defaultAllow: false}}}]
",
        "\
apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins: [{name: ImagePolicyWebhook, path: x.yaml}]
",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    const PATH: &[&str] = &["imagePolicy", "defaultAllow"];
    let allows = |node: &Node| below(node, PATH).and_then(Node::as_bool) == Some(true);
    let mut found = Vec::new();
    if allows(&object.root) {
        found.push(Pointer::default());
    }
    if object.kind() == "AdmissionConfiguration" {
        let plugins = below(&object.root, &["plugins"])
            .map(Node::items)
            .unwrap_or_default();
        for (index, plugin) in plugins.iter().enumerate() {
            if plugin.get("configuration").is_some_and(allows) {
                let at = Pointer::default().key("plugins").item(index);
                found.push(at.key("configuration"));
            }
        }
    }
    for at in found {
        hits.push(Hit::new(at.below(PATH), "defaultAllow is true").set("false"));
    }
}
