//! A port that nobody listens on.

use crate::bundle::Bundle;
use crate::network;
use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "NET-TARGET-PORT",
        title: "Service leads to a port that its pods do not have",
        severity: Severity::Low,
        concern: "connections to the Service fail",
        fix: "write the name or number of a port of the containers into `targetPort`",
        maps_to: &[],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: web}]}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a}]}
---
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: web}]}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a, ports: [{name: dns, containerPort: 53}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 53, targetPort: dns, protocol: UDP}]}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: '80'}]}
",
    ],
    good: &[
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a, ports: [{containerPort: 53, protocol: UDP}, {containerPort: 53}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {selector: {app: web}, ports: [{name: a, port: 53, protocol: UDP}, {name: b, port: 53}]}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 8080}]}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a}]}
---
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
",
        "\
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: web}]}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}
",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    if object.kind() != "Service" || network::service_selector(object).is_none() {
        return;
    }
    // without an address of its own a Service leads to no port
    let is_headless =
        below(&object.root, &["spec", "clusterIP"]).and_then(Node::as_str) == Some("None");
    let ports = below(&object.root, &["spec", "ports"])
        .map(Node::items)
        .unwrap_or_default();
    if is_headless || ports.is_empty() {
        return;
    }
    let pods: Vec<Pod<'_>> = network::pods_of(object, hits.bundle).collect();
    if pods.is_empty() || hits.bundle.is_exhausted() {
        return;
    }
    for (index, port) in ports.iter().enumerate() {
        let Some(target) = port
            .get("targetPort")
            .filter(|target| !target.is_null())
            .or_else(|| port.get("port"))
        else {
            continue;
        };
        let bundle = hits.bundle;
        let protocol = network::protocol(port);
        let is_there = pods.iter().any(|pod| has(*pod, (target, protocol), bundle));
        if !is_there && !bundle.is_exhausted() {
            let at = Pointer::default()
                .below(&["spec", "ports"])
                .item(index)
                .key("targetPort");
            let is_quoted = target
                .as_str()
                .is_some_and(|text| text.parse::<u16>().is_ok());
            let name = quoted(target.text().unwrap_or_default());
            let message = if is_quoted {
                format!("{name} in quotes is a name, and no port has it: write the number without")
            } else {
                format!("no pod that it selects has the port {name} with {protocol}")
            };
            hits.push(Hit::new(at, message));
        }
    }
}

/// A number need not be listed; but where others are, it is forgotten or wrong.
fn has(pod: Pod<'_>, (target, protocol): (&Node, &str), bundle: &Bundle<'_>) -> bool {
    let mut ports = pod
        .containers(&[Role::Main, Role::Init])
        .flat_map(network::ports)
        .take_while(|_| bundle.spend())
        .peekable();
    let is_none = ports.peek().is_none();
    let mut ports = ports.filter(|own| own.protocol == protocol);
    match (target.as_str(), target.as_int()) {
        (Some(name), _) if !name.is_empty() => ports.any(|own| own.name == name),
        (_, Some(number)) => is_none || ports.any(|own| own.number == Some(number)),
        _ => true,
    }
}
