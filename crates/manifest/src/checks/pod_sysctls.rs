//! Settings of the kernel that are not the pod's alone.

use crate::prelude::*;
use crate::sysctl;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "POD-SYSCTLS",
        title: "pod changes unsafe settings of the kernel",
        severity: Severity::Medium,
        concern: "such a setting changes other pods or the whole node, takes its memory or weakens its \
                  defences; kubelets refuse the pod unless they are told otherwise",
        fix: "remove the setting, or set it for the node if all its pods shall have it",
        maps_to: &["PSS baseline"],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "securityContext: {sysctls: [{name: kernel.msgmax, value: \"65536\"}]}",
        "securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies}, {name: net.core.somaxconn}]}",
    ],
    good: &[
        "securityContext: {sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: \"0\"}]}",
        "securityContext: {sysctls: [{name: net/ipv4/tcp_syncookies, value: \"1\"}]}",
        "securityContext: {sysctls: []}",
    ],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    let sysctls = pod.security(&["sysctls"]).map(Node::items);
    for (index, sysctl) in sysctls.unwrap_or_default().iter().enumerate() {
        let Some(name) = sysctl.get("name").and_then(Node::as_str) else {
            continue;
        };
        // none of the safe ones has a dot in a part, so both spellings mean the same
        if sysctl::is_safe(&name.replace('/', "."), hits.bundle.minor) {
            continue;
        }
        let at = pod.at().below(&["securityContext", "sysctls"]);
        let name = short(name);
        hits.push(Hit::new(
            at.item(index).key("name"),
            format!("it changes `{name}`"),
        ));
    }
}
