//! A container that adds capabilities, and runs as a user who gets none of them.

use crate::prelude::*;
use crate::user;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "JOIN-CAPABILITY",
        title: "added capabilities have no effect",
        severity: Severity::Low,
        concern: "Kubernetes gives added capabilities to root and to programs that carry them as file capabilities; \
                  another user of an image without such programs has none of them, and what needs them fails",
        fix: "remove them if the program works without; else give the program file capabilities in the image (RUN \
              setcap)",
        maps_to: &[],
    },
    ask,
    of_windows: false,
    bad: &[
        "{user: '1000', has_capable: false}\n---\nsecurityContext: {capabilities: {add: [NET_ADMIN]}}",
        "{has_capable: false}\n---\nsecurityContext: {runAsUser: 7, capabilities: {add: [NET_ADMIN, CHOWN]}}",
        "{user: '1000', has_capable: false, setuid: [/usr/bin/su]}\n---\nsecurityContext: {allowPrivilegeEscalation: false, capabilities: {add: [NET_ADMIN]}}",
    ],
    good: &[
        "{user: '0', has_capable: false}\n---\nsecurityContext: {capabilities: {add: [NET_ADMIN]}}",
        "{user: app, has_capable: false}\n---\nsecurityContext: {capabilities: {add: [NET_ADMIN]}}",
        "{user: '1000', has_capable: true}\n---\nsecurityContext: {capabilities: {add: [NET_ADMIN]}}",
        "{user: '1000'}\n---\nsecurityContext: {capabilities: {add: [NET_ADMIN]}}",
        "{user: '1000', has_capable: false}\n---\nsecurityContext: {runAsUser: 0, capabilities: {add: [NET_ADMIN]}}",
        "{user: '1000', has_capable: false}\n---\nsecurityContext: {privileged: true, capabilities: {add: [NET_ADMIN]}}",
        // ports below 1024 are open to everyone in containerd and CRI-O, and elsewhere this is not: it may be wanted
        "{user: '1000', has_capable: false}\n---\nsecurityContext: {capabilities: {add: [NET_BIND_SERVICE]}}",
        // su makes root of the user, who has them then
        "{user: '1000', has_capable: false, setuid: [/usr/bin/su]}\n---\nsecurityContext: {capabilities: {add: [NET_ADMIN]}}",
    ],
};

fn ask(join: &Join<'_>) -> Vec<Hit> {
    let at = &["securityContext", "capabilities", "add"];
    let security = |field: &str| join.container.security(&[field]).and_then(Node::as_bool);
    let may_gain = security("allowPrivilegeEscalation") != Some(false);
    if security("privileged") == Some(true)
        || join.running.has_capable != Some(false)
        || (may_gain && !join.running.setuid.is_empty())
    {
        return Vec::new();
    }
    let Some(user) = user::other(join) else {
        return Vec::new();
    };
    let added = join.container.security(&["capabilities", "add"]);
    let added = added.map(Node::items).unwrap_or_default().iter();
    let names: Vec<&str> = added
        .filter_map(Node::as_str)
        .filter(|name| !name.to_ascii_uppercase().ends_with("NET_BIND_SERVICE"))
        .collect();
    if names.is_empty() {
        return Vec::new();
    }
    let message = format!(
        "it adds {}, of which user {user} gets nothing: no program of the image has capabilities",
        names.join(", ")
    );
    vec![Hit::new(at, message)]
}
