//! A container with a label of SELinux that others do not have.

use crate::prelude::*;
use crate::selinux;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "CTR-SELINUX",
        title: "container leaves the bounds of SELinux",
        severity: Severity::Medium,
        concern: "the types of SELinux for containers keep them from the node's files; another type, user \
                  or role may let them through",
        fix: "remove `type`, `user` and `role` from `seLinuxOptions`, or use `container_t`",
        maps_to: &["PSS baseline"],
    },
    ask: Ask::Container(ask),
    bad: &[
        "securityContext: {seLinuxOptions: {type: spc_t}}",
        "securityContext: {seLinuxOptions: {type: container_t, user: system_u}}",
        "apiVersion: v1\nkind: Pod\nspec:\n  securityContext: {seLinuxOptions: {role: sysadm_r}}\n  \
         containers: [{name: a}]\n",
    ],
    good: &[
        "securityContext: {seLinuxOptions: {type: container_t, level: \"s0:c1,c2\"}}",
        "securityContext: {seLinuxOptions: {type: \"\", user: \"\"}}",
        "apiVersion: v1\nkind: Pod\nspec:\n  securityContext: {seLinuxOptions: {type: spc_t}}\n  \
         containers: [{name: a, securityContext: {seLinuxOptions: {type: container_t}}}]\n",
    ],
};

/// Types that SELinux does not hold back at all.
const UNBOUND: &[&str] = &["spc_t", "unconfined_t"];

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    const FIELD: &str = "seLinuxOptions";
    let Some(options) = container.inherited(&[FIELD]) else {
        return;
    };
    // an empty one takes nothing from the pod's: Pod Security refuses what the pod says all the same
    let of_pod = container.pod.security(&[FIELD]);
    let (options, at) = match of_pod {
        Some(of_pod) if options.entries().is_empty() => (
            of_pod,
            container.pod.at().below(&["securityContext", FIELD]),
        ),
        _ => (options, container.inherited_at(&[FIELD])),
    };
    for field in ["type", "user", "role"] {
        let value = options.get(field).and_then(Node::as_str);
        let value = value.unwrap_or_default();
        let is_good = match field {
            "type" => selinux::is_confined(value, hits.bundle.minor),
            _ => value.is_empty(),
        };
        if is_good {
            continue;
        }
        let message = format!("its SELinux {field} is `{}`", short(value));
        let hit = Hit::new(at.clone().key(field), message);
        let is_unbound = UNBOUND.contains(&value);
        hits.push(if is_unbound {
            hit.severity(Severity::High)
        } else {
            hit
        });
    }
}
