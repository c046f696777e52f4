//! What a pod shares with its node.

use std::collections::BTreeSet;

use yaml::Node;

use super::subject::{
    Found, HostPorts, Setters, Subject, containers, found, is, plural, quoted, uses,
};

pub(super) fn namespaces(subject: &Subject<'_>) -> Option<Found> {
    let shared: Vec<String> = ["hostNetwork", "hostPID", "hostIPC"]
        .into_iter()
        .filter(|name| is_true(subject.pod.spec(&[name])))
        .map(|name| format!("{name}=true"))
        .collect();
    if shared.is_empty() {
        return None;
    }
    found("host namespaces", shared.join(", "))
}

pub(super) fn ports(subject: &Subject<'_>) -> Option<Found> {
    let is_defaulted =
        subject.host_ports == HostPorts::Defaulted && is_true(subject.pod.spec(&["hostNetwork"]));
    let mut names = Vec::new();
    let mut ports = BTreeSet::new();
    for container in subject.containers() {
        let list = container.node.get("ports");
        let list = list.map(Node::items).unwrap_or_default().iter();
        let number = |port: &Node, name: &str| port.get(name).and_then(Node::as_int);
        let bad: Vec<String> = list
            .filter_map(|port| {
                let written = number(port, "hostPort").filter(|port| *port != 0);
                let default = || number(port, "containerPort").filter(|_| is_defaulted);
                written.or_else(default)
            })
            .map(|port| port.to_string())
            .collect();
        if !bad.is_empty() {
            names.push(container.name());
            ports.extend(bad);
        }
    }
    if names.is_empty() {
        return None;
    }
    let noun = plural("hostPort", ports.len());
    let list: Vec<String> = ports.into_iter().collect();
    let (who, uses, list) = (containers(&names), uses(names.len()), list.join(", "));
    found("hostPort", format!("{who} {uses} {noun} {list}"))
}

pub(super) fn probes(subject: &Subject<'_>) -> Option<Found> {
    let mut names = BTreeSet::new();
    let mut hosts = BTreeSet::new();
    for container in subject.containers() {
        for (_, action) in container.actions() {
            for host in ["/httpGet/host", "/tcpSocket/host"] {
                let host = action.at(host).and_then(Node::as_str).unwrap_or_default();
                if !host.is_empty() {
                    names.insert(container.name());
                    hosts.insert(host);
                }
            }
        }
    }
    if names.is_empty() {
        return None;
    }
    let names: Vec<&str> = names.into_iter().collect();
    let noun = plural("host", hosts.len());
    let (who, uses, what) = (containers(&names), uses(names.len()), quoted(hosts));
    let detail = format!("{who} {uses} probe or lifecycle {noun} {what}");
    found("probe or lifecycle host", detail)
}

pub(super) fn sysctls(subject: &Subject<'_>, minor: u32) -> Option<Found> {
    let list = subject.security(&["sysctls"]);
    let names: Vec<&str> = list
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(|sysctl| sysctl.get("name")?.as_str())
        .filter(|name| !crate::sysctl::is_safe(name, minor))
        .collect();
    if names.is_empty() {
        return None;
    }
    found("forbidden sysctls", names.join(", "))
}

pub(super) fn windows_process(subject: &Subject<'_>) -> Option<Found> {
    let setters = Setters::of(subject, &["windowsOptions", "hostProcess"], is(true));
    if setters.is_empty() {
        return None;
    }
    let who = setters.words();
    found(
        "hostProcess",
        format!("{who} must not set securityContext.windowsOptions.hostProcess=true"),
    )
}

fn is_true(node: Option<&Node>) -> bool {
    node.and_then(Node::as_bool) == Some(true)
}
