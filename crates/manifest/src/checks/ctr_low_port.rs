//! A port that only root may listen on, and nobody who may.

use crate::capability::meant;
use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "CTR-LOW-PORT",
        title: "container may not listen on its port",
        severity: Severity::Low,
        concern: "below port 1024 the kernel asks for a capability that the container has dropped; runtimes \
                  lift this in a pod's own network only, and not all of them",
        fix: "listen on a port above 1023; a Service may still be on 80 or 443",
        maps_to: &[],
    },
    ask: Ask::Container(ask),
    bad: &[
        "ports: [{containerPort: 80}]\nsecurityContext: {runAsNonRoot: true, capabilities: {drop: [ALL]}}",
        "ports: [{containerPort: 443}]\nsecurityContext: {runAsUser: 1000, capabilities: {drop: [ALL]}}",
    ],
    good: &[
        "ports: [{containerPort: 8080}]\nsecurityContext: {runAsNonRoot: true, capabilities: {drop: [ALL]}}",
        "ports: [{containerPort: 80}]\nsecurityContext: {runAsNonRoot: true, capabilities: {drop: [ALL], add: \
         [NET_BIND_SERVICE]}}",
        "ports: [{containerPort: 80}]",
        "apiVersion: v1\nkind: Pod\nspec:\n  securityContext: {runAsUser: 1000, sysctls: [{name: \
         net.ipv4.ip_unprivileged_port_start, value: \"0\"}]}\n  containers:\n  - name: a\n    ports: \
         [{containerPort: 80}]\n    securityContext: {capabilities: {drop: [ALL]}}\n",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let ports = container.get(&["ports"]).map(Node::items);
    for (index, port) in ports.unwrap_or_default().iter().enumerate() {
        let number = port.get("containerPort").and_then(Node::as_int);
        let Some(number) = number.filter(|number| (1..1024).contains(number)) else {
            continue;
        };
        if may_bind(container) {
            return;
        }
        let at = container.at().key("ports").item(index);
        let message = format!("port {number} wants root or `NET_BIND_SERVICE`, and it has neither");
        hits.push(Hit::new(at.key("containerPort"), message));
    }
}

fn may_bind(container: &Container<'_>) -> bool {
    let user = container.inherited(&["runAsUser"]).and_then(Node::as_int);
    let non_root = container
        .inherited(&["runAsNonRoot"])
        .and_then(Node::as_bool);
    let is_root = user.map_or(non_root != Some(true), |user| user == 0);
    let names = |names: &[Node], wanted: &[&str]| {
        let mut names = names.iter().filter_map(Node::as_str).filter_map(meant);
        names.any(|name| wanted.contains(&name))
    };
    let dropped = container.security(&["capabilities", "drop"]);
    let dropped = dropped.map(Node::items).unwrap_or_default();
    let sysctls = container.pod.security(&["sysctls"]).map(Node::items);
    let opens = |sysctl: &Node| {
        let name = sysctl.get("name").and_then(Node::as_str);
        name.is_some_and(|name| name.ends_with("ip_unprivileged_port_start"))
    };
    is_root
        || !names(dropped, &["ALL"])
        || names(container.added(), &["ALL", "NET_BIND_SERVICE"])
        || sysctls.unwrap_or_default().iter().any(opens)
}
