//! A probe of a port that nobody listens on.

use crate::network;
use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "NET-PROBE-PORT",
        title: "probe asks a port that the container does not have",
        severity: Severity::Low,
        concern: "the probe fails, and the container is restarted for ever or never gets requests",
        fix: "write the name or number of a port of the container",
        maps_to: &[],
    },
    ask: Ask::Container(ask),
    bad: &[
        "\
ports: [{name: http, containerPort: 80}]
livenessProbe: {httpGet: {port: web}}
",
        "\
ports: [{containerPort: 80}]
readinessProbe: {tcpSocket: {port: 8080}}
",
        "startupProbe: {httpGet: {port: http}}",
    ],
    good: &[
        "\
ports: [{name: http, containerPort: 80}]
livenessProbe: {httpGet: {port: http}}
",
        "readinessProbe: {tcpSocket: {port: 8080}}",
        "livenessProbe: {exec: {command: [x]}}",
        "\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec: {containers: [{name: a, ports: [{containerPort: 1}], livenessProbe: {tcpSocket: {port: 2}}}, {name: b, ports: [{containerPort: 2}]}]}
",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        for action in ["httpGet", "tcpSocket", "grpc"] {
            let path = [probe, action, "port"];
            let Some(port) = container.get(&path) else {
                continue;
            };
            if !has(container, port, hits) && !hits.bundle.is_exhausted() {
                let name = quoted(port.text().unwrap_or_default());
                let message = format!("the {probe} asks the port {name}, which it does not have");
                hits.push(Hit::new(container.at().below(&path), message));
            }
        }
    }
}

/// A name is that of a port of the container; containers of a pod share the numbers, and need not list
/// them.
fn has(container: &Container<'_>, port: &Node, hits: &Hits<'_>) -> bool {
    match (port.as_str(), port.as_int()) {
        // a number in quotes is a mistake of another kind
        (Some(name), _) if name.parse::<u16>().is_err() => {
            name.is_empty() || network::ports(*container).any(|own| own.name == name)
        }
        (_, Some(number)) => {
            let all = || {
                container
                    .pod
                    .containers(&Role::ALL)
                    .flat_map(network::ports)
                    .take_while(|_| hits.bundle.spend())
            };
            network::ports(*container).next().is_none()
                || all().any(|own| own.number == Some(number))
        }
        _ => true,
    }
}
