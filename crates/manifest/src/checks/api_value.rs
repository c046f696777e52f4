//! Fields that take a few words only, and ports, which take few numbers.

use crate::prelude::*;
use crate::rights::list;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "API-VALUE",
        title: "value is none of those that exist",
        severity: Severity::Medium,
        concern: "the API server refuses the object; words are case-sensitive",
        fix: "write one of the words, or a number within the range, that the message names",
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
        "\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec: {containers: [{name: a, ports: [{containerPort: 70000}]}]}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec: {containers: [{name: a, livenessProbe: {httpGet: {port: 0}}}]}
",
        "\
apiVersion: v1
kind: Service
metadata: {name: x}
spec: {ports: [{port: 53, protocol: udp}]}
",
        "\
apiVersion: v1
kind: Service
metadata: {name: x}
spec: {ports: [{port: 80, targetPort: 80800}]}
",
    ],
    good: &[
        "\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec: {restartPolicy: Never, dnsPolicy: Default, containers: [{name: a, imagePullPolicy: Always, ports: [{containerPort: 1, hostPort: 0, protocol: UDP}]}]}
",
        "\
apiVersion: v1
kind: Service
metadata: {name: x}
spec: {type: NodePort, ports: [{port: 65535, targetPort: http, nodePort: 0}]}
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

/// Where a value is; put together where something is wrong with it, which is seldom.
type Place<'p> = &'p dyn Fn() -> Pointer;

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
        look(&object.root, &Pointer::default, *allowed, hits);
    }
    if object.kind() == "Service" {
        let path = ["spec", "ports"];
        let at = || Pointer::default().below(&path);
        look_at_ports(below(&object.root, &path), &at, SERVICE_PORTS, hits);
    }
    let Some(pod) = object.pod() else {
        return;
    };
    if let Some(spec) = pod.get(&["spec"]) {
        let at = || pod.at();
        look(spec, &at, (&["restartPolicy"], restarts(object)), hits);
        for allowed in POD {
            look(spec, &at, *allowed, hits);
        }
    }
    for container in pod.containers(&Role::ALL) {
        let at = || container.at();
        for allowed in CONTAINER {
            look(container.node, &at, *allowed, hits);
        }
        let ports = container.get(&["ports"]);
        look_at_ports(ports, &|| at().key("ports"), CONTAINER_PORTS, hits);
        for path in PROBE_PORTS {
            look_at_number(container.node, &at, path, 1, hits);
        }
    }
}

/// Fields of a port of a container and of a Service that are numbers, and the least that they may be:
/// 0 is none at all where one may be left out.
const CONTAINER_PORTS: &[(&str, i64)] = &[("containerPort", 1), ("hostPort", 0)];
const SERVICE_PORTS: &[(&str, i64)] = &[("port", 1), ("targetPort", 0), ("nodePort", 0)];

const PROBE_PORTS: &[&[&str]] = &[
    &["livenessProbe", "httpGet", "port"],
    &["livenessProbe", "tcpSocket", "port"],
    &["livenessProbe", "grpc", "port"],
    &["readinessProbe", "httpGet", "port"],
    &["readinessProbe", "tcpSocket", "port"],
    &["readinessProbe", "grpc", "port"],
    &["startupProbe", "httpGet", "port"],
    &["startupProbe", "tcpSocket", "port"],
    &["startupProbe", "grpc", "port"],
];

fn look_at_ports(
    ports: Option<&Node>,
    at: Place<'_>,
    numbers: &'static [(&'static str, i64)],
    hits: &mut Hits<'_>,
) {
    let ports = ports.map(Node::items).unwrap_or_default();
    for (index, port) in ports.iter().enumerate() {
        let at = || at().item(index);
        look(port, &at, (&["protocol"], &["TCP", "UDP", "SCTP"]), hits);
        for (name, least) in numbers {
            look_at_number(port, &at, &[name], *least, hits);
        }
    }
}

fn look_at_number(node: &Node, at: Place<'_>, path: &[&str], least: i64, hits: &mut Hits<'_>) {
    let number = below(node, path).and_then(Node::as_int);
    if let Some(number) = number.filter(|number| !(least..=65_535).contains(number)) {
        let message = format!("{number} is no port: they are 1 to 65535");
        hits.push(Hit::new(at().below(path), message));
    }
}

fn restarts(object: &Object) -> &'static [&'static str] {
    match object.kind() {
        "Job" | "CronJob" => &["Never", "OnFailure"],
        "Pod" | "PodTemplate" => &["Always", "Never", "OnFailure"],
        _ => &["Always"],
    }
}

fn look(node: &Node, at: Place<'_>, (path, allowed): Allowed, hits: &mut Hits<'_>) {
    let Some(text) = below(node, path).and_then(Node::as_str) else {
        return;
    };
    if !text.is_empty() && !allowed.contains(&text) {
        let message = format!("{} is none of {}", quoted(text), list(allowed));
        hits.push(Hit::new(at().below(path), message));
    }
}
