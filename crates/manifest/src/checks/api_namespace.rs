//! Namespaces keep things apart.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "API-NAMESPACE",
        title: "default or kube-system namespace is used",
        severity: Severity::Low,
        concern: "rights, policies and quotas are given by namespace: in `default` everything \
                  meets, in `kube-system` a pod stands beside the keys of the cluster",
        fix: "make a namespace for it",
        maps_to: &["CIS Kubernetes 5.7.4", "CIS Kubernetes 5.7.1"],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: v1
kind: Pod
metadata: {name: x, namespace: default}
spec: {containers: [{name: a}]}
",
        "\
apiVersion: v1
kind: ConfigMap
metadata: {name: x, namespace: default}
",
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: kube-system}
spec: {template: {spec: {containers: [{name: a}]}}}
",
    ],
    good: &[
        "\
apiVersion: v1
kind: Pod
metadata: {name: x, namespace: shop}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: x}
",
        "\
apiVersion: v1
kind: Service
metadata: {name: kubernetes, namespace: default}
",
        "\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: proxy, namespace: kube-system}
spec: {template: {spec: {priorityClassName: system-node-critical, containers: [{name: a}]}}}
",
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: dns, namespace: kube-system, labels: {k8s-app: dns}}
spec: {template: {spec: {containers: [{name: a}]}}}
",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    let namespace = object.namespace();
    let is_found = match namespace {
        "default" => !matches!(
            (object.kind(), object.name()),
            ("Service" | "Endpoints", "kubernetes") | ("ServiceAccount", "default")
        ),
        "kube-system" => object.pod().is_some_and(|pod| !is_addon(object, pod)),
        _ => false,
    };
    if is_found {
        let at = Pointer::default().below(&["metadata", "namespace"]);
        hits.push(Hit::new(
            at,
            format!("it is in the namespace `{namespace}`"),
        ));
    }
}

/// Whether it is a part of the cluster itself, as those parts are marked.
fn is_addon(object: &Object, pod: Pod<'_>) -> bool {
    const MARKS: &[&str] = &[
        "k8s-app",
        "addonmanager.kubernetes.io/mode",
        "kubernetes.io/cluster-service",
        "tier",
    ];
    let priority = pod.spec(&["priorityClassName"]).and_then(Node::as_str);
    let labels = below(&object.root, &["metadata", "labels"])
        .into_iter()
        .chain(pod.labels());
    priority.is_some_and(|name| name.starts_with("system-"))
        || labels
            .flat_map(Node::entries)
            .any(|entry| MARKS.contains(&&*entry.name))
}
