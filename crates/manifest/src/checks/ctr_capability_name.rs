//! Capabilities that are not written as Kubernetes wants them.

use crate::capability::meant;
use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "CTR-CAPABILITY-NAME",
        title: "capability is not spelled as Kubernetes spells it",
        severity: Severity::Medium,
        concern: "some runtimes take the name, others pass over it or do not start the container, and Pod \
                  Security compares it letter by letter: what was to be dropped may be kept",
        fix: "write the name in upper case, without `CAP_`, as capabilities(7) has it: `NET_RAW`, `ALL`",
        maps_to: &["PSS restricted"],
    },
    ask: Ask::Container(ask),
    bad: &[
        "securityContext: {capabilities: {drop: [all]}}",
        "securityContext: {capabilities: {drop: [CAP_NET_RAW, Kill]}}",
        "securityContext: {capabilities: {add: [cap_chown]}}",
        "securityContext: {capabilities: {drop: [ALLL]}}",
    ],
    good: &[
        "securityContext: {capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}",
        "securityContext: {capabilities: {drop: []}}",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    for field in ["add", "drop"] {
        let path = ["capabilities", field];
        let names = container.security(&path).map(Node::items);
        for (index, name) in names.unwrap_or_default().iter().enumerate() {
            let Some(name) = name.as_str() else { continue };
            let meant = meant(name);
            if meant == Some(name) {
                continue;
            }
            let at = container.at().key("securityContext").below(&path);
            hits.push(hit(at.item(index), (field, name), meant));
        }
    }
}

fn hit(at: Pointer, (field, name): (&str, &str), meant: Option<&'static str>) -> Hit {
    let name = short(name);
    let Some(meant) = meant else {
        return Hit::new(
            at,
            format!("capabilities.{field} has `{name}`, which is no capability"),
        );
    };
    let hit = Hit::new(
        at,
        format!("capabilities.{field} has `{name}`, which means `{meant}`"),
    );
    // to spell out what is added may give what the runtime did not give so far
    if field == "drop" { hit.set(meant) } else { hit }
}
