//! A port of the node that leads to a container.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "POD-HOST-PORT",
        title: "container takes a port of its node",
        severity: Severity::Medium,
        concern: "who reaches the node reaches the container, past Services and often past network \
                  policies; and only one such pod fits on a node",
        fix: "remove `hostPort`; publish the port through a Service",
        maps_to: &["PSS baseline", "CIS Kubernetes 5.2.13"],
    },
    ask: Ask::Container(ask),
    bad: &[
        "ports: [{containerPort: 80, hostPort: 8080}]",
        "ports: [{name: http, containerPort: 80}, {name: admin, containerPort: 81, hostPort: 81}]",
    ],
    good: &[
        "ports: [{containerPort: 80}]",
        "ports: [{containerPort: 80, hostPort: 0}]",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let ports = container.get(&["ports"]).map(Node::items);
    for (index, port) in ports.unwrap_or_default().iter().enumerate() {
        let host_port = port.get("hostPort").and_then(Node::as_int);
        let Some(number) = host_port.filter(|number| *number != 0) else {
            continue;
        };
        let name = port.get("name").and_then(Node::as_str);
        let of = name.map_or_else(String::new, |name| format!(" of port `{}`", short(name)));
        let at = container.at().key("ports").item(index).key("hostPort");
        hits.push(Hit::new(at, format!("hostPort{of} is {number}")));
    }
}
