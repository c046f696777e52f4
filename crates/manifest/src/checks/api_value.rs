//! Fields that take a few words only.

use crate::prelude::*;
use crate::rights::list;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "API-VALUE",
        title: "value is none of those that exist",
        severity: Severity::Medium,
        concern: "the API server refuses the object; words are case-sensitive",
        fix: "write one of the words that the message lists",
        maps_to: &[],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec: {restartPolicy: never}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec: {containers: [{name: a, imagePullPolicy: always}]}
",
        "\
apiVersion: v1
kind: Service
metadata: {name: x}
spec: {type: Loadbalancer}
",
        "\
apiVersion: batch/v1
kind: CronJob
metadata: {name: x}
spec: {concurrencyPolicy: forbid}
",
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: x}
spec: {template: {spec: {restartPolicy: OnFailure}}}
",
        "\
apiVersion: batch/v1
kind: Job
metadata: {name: x}
spec: {template: {spec: {restartPolicy: Always}}}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec: {containers: [{name: a, securityContext: {seccompProfile: {type: runtimeDefault}}}]}
",
    ],
    good: &[
        "\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec: {restartPolicy: Never, dnsPolicy: Default, containers: [{name: a, imagePullPolicy: Always, ports: [{containerPort: 1, protocol: UDP}]}]}
",
        "\
apiVersion: v1
kind: Service
metadata: {name: x}
spec: {type: NodePort}
",
        "\
apiVersion: batch/v1
kind: Job
metadata: {name: x}
spec: {template: {spec: {restartPolicy: Never}}}
",
        "\
apiVersion: shop.example/v1
kind: Service
metadata: {name: x}
spec: {type: Cart}
",
    ],
};

type Allowed = (&'static [&'static str], &'static [&'static str]);

/// Below the `spec` of a pod.
const POD: &[Allowed] = &[
    (
        &["dnsPolicy"],
        &["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"],
    ),
    (&["preemptionPolicy"], &["PreemptLowerPriority", "Never"]),
    (&["os", "name"], &["linux", "windows"]),
    (
        &["securityContext", "fsGroupChangePolicy"],
        &["OnRootMismatch", "Always"],
    ),
    (&["securityContext", "seccompProfile", "type"], PROFILES),
    (&["securityContext", "appArmorProfile", "type"], PROFILES),
];

const PROFILES: &[&str] = &["RuntimeDefault", "Localhost", "Unconfined"];

/// In a container.
const CONTAINER: &[Allowed] = &[
    (&["imagePullPolicy"], &["Always", "IfNotPresent", "Never"]),
    (
        &["terminationMessagePolicy"],
        &["File", "FallbackToLogsOnError"],
    ),
    (&["securityContext", "procMount"], &["Default", "Unmasked"]),
    (&["securityContext", "seccompProfile", "type"], PROFILES),
    (&["securityContext", "appArmorProfile", "type"], PROFILES),
];

/// In an object of a kind.
const OBJECTS: &[(&str, Allowed)] = &[
    (
        "Service",
        (
            &["spec", "type"],
            &["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"],
        ),
    ),
    (
        "Service",
        (&["spec", "externalTrafficPolicy"], &["Cluster", "Local"]),
    ),
    (
        "Service",
        (&["spec", "internalTrafficPolicy"], &["Cluster", "Local"]),
    ),
    (
        "Service",
        (&["spec", "sessionAffinity"], &["ClientIP", "None"]),
    ),
    (
        "CronJob",
        (
            &["spec", "concurrencyPolicy"],
            &["Allow", "Forbid", "Replace"],
        ),
    ),
    (
        "Deployment",
        (
            &["spec", "strategy", "type"],
            &["Recreate", "RollingUpdate"],
        ),
    ),
    (
        "DaemonSet",
        (
            &["spec", "updateStrategy", "type"],
            &["RollingUpdate", "OnDelete"],
        ),
    ),
    (
        "StatefulSet",
        (
            &["spec", "updateStrategy", "type"],
            &["RollingUpdate", "OnDelete"],
        ),
    ),
    (
        "StatefulSet",
        (
            &["spec", "podManagementPolicy"],
            &["OrderedReady", "Parallel"],
        ),
    ),
];

fn ask(object: &Object, hits: &mut Hits<'_>) {
    if object.is_foreign() {
        return;
    }
    let own = |row: &&(&str, Allowed)| row.0 == object.kind();
    for (_, allowed) in OBJECTS.iter().filter(own) {
        look(&object.root, &Pointer::default(), *allowed, hits);
    }
    let Some(pod) = object.pod() else {
        return;
    };
    if let Some(spec) = pod.get(&["spec"]) {
        look(
            spec,
            &pod.at(),
            (&["restartPolicy"], restarts(object)),
            hits,
        );
        for allowed in POD {
            look(spec, &pod.at(), *allowed, hits);
        }
    }
    for container in pod.containers(&Role::ALL) {
        for allowed in CONTAINER {
            look(container.node, &container.at(), *allowed, hits);
        }
        let ports = container
            .get(&["ports"])
            .map(Node::items)
            .unwrap_or_default();
        for (index, port) in ports.iter().enumerate() {
            let at = container.at().key("ports").item(index);
            look(port, &at, (&["protocol"], &["TCP", "UDP", "SCTP"]), hits);
        }
    }
}

fn restarts(object: &Object) -> &'static [&'static str] {
    match object.kind() {
        "Job" | "CronJob" => &["Never", "OnFailure"],
        "Pod" | "PodTemplate" => &["Always", "Never", "OnFailure"],
        _ => &["Always"],
    }
}

fn look(node: &Node, at: &Pointer, (path, allowed): Allowed, hits: &mut Hits<'_>) {
    let Some(text) = below(node, path).and_then(Node::as_str) else {
        return;
    };
    if !text.is_empty() && !allowed.contains(&text) {
        let message = format!("{} is none of {}", quoted(text), list(allowed));
        hits.push(Hit::new(at.clone().below(path), message));
    }
}
