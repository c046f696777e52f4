//! The kernel's files in a container, with nothing hidden.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "CTR-PROC-MOUNT",
        title: "container sees all of /proc",
        severity: Severity::High,
        concern: "runtimes hide the parts of /proc that tell about the node or change it; unmasked, a \
                  process reads kernel memory maps and writes kernel settings",
        fix: "remove `procMount`, or set it to `Default`",
        maps_to: &["PSS baseline"],
    },
    ask: Ask::Container(ask),
    bad: &[
        "securityContext: {procMount: Unmasked}",
        "apiVersion: v1\nkind: Pod\nspec: {hostUsers: false, containers: [{name: a, securityContext: \
         {procMount: Unmasked}}]}\n",
    ],
    good: &[
        "securityContext: {procMount: Default}",
        "securityContext: {procMount: \"\"}",
        "image: x",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let mount = container.security(&["procMount"]).and_then(Node::as_str);
    let Some(mount) = mount.filter(|mount| !matches!(*mount, "" | "Default")) else {
        return;
    };
    let at = container.at().below(&["securityContext", "procMount"]);
    let hit = Hit::new(at, format!("procMount is `{}`", short(mount)));
    // only with it containers in containers work without more rights
    let is_nobody = container.is_nobody_outside(hits.bundle);
    hits.push(if is_nobody {
        hit.severity(Severity::Low)
    } else {
        hit
    });
}
