//! A host that the node talks to because a container says so.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "CTR-PROBE-HOST",
        title: "probe or hook talks to a host of its choice",
        severity: Severity::Medium,
        concern: "the kubelet asks from the node: it reaches what pods may not, such as the node's loopback \
                  or the cloud's metadata service",
        fix: "remove `host`; the kubelet then asks the pod itself",
        maps_to: &["PSS baseline"],
    },
    ask: Ask::Container(ask),
    bad: &[
        "livenessProbe: {httpGet: {host: 169.254.169.254, port: 80}}",
        "readinessProbe: {tcpSocket: {host: 127.0.0.1, port: 10250}}",
        "lifecycle: {preStop: {httpGet: {host: db.example.com, port: 80}}}",
        "apiVersion: v1\nkind: Pod\nspec:\n  containers: [{name: a}]\n  initContainers: [{name: b, \
         restartPolicy: Always, startupProbe: {httpGet: {host: x, port: 80}}}]\n",
    ],
    good: &[
        "livenessProbe: {httpGet: {port: 80, httpHeaders: [{name: Host, value: x}]}}",
        "livenessProbe: {httpGet: {host: \"\", port: 80}}",
        // its own loopback, as control planes have it
        "apiVersion: v1\nkind: Pod\nspec: {hostNetwork: true, containers: [{name: a, livenessProbe: {httpGet: \
         {host: 127.0.0.1, port: 2381}}}]}\n",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    for (path, action) in container.actions() {
        for kind in ["httpGet", "tcpSocket"] {
            let host = below(action, &[kind, "host"]).and_then(Node::as_str);
            let Some(host) = host.filter(|host| !host.is_empty()) else {
                continue;
            };
            let is_loopback = matches!(host, "127.0.0.1" | "::1" | "localhost");
            if is_loopback && container.pod.is_set(&["hostNetwork"], true) {
                continue;
            }
            let at = container.at().below(path).below(&[kind, "host"]);
            let name = path.last().copied().unwrap_or_default();
            hits.push(Hit::new(at, format!("{name} talks to `{}`", short(host))));
        }
    }
}
