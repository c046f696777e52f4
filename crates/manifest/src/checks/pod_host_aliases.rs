//! Names that a pod does not ask DNS for.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "POD-HOST-ALIASES",
        title: "pod has addresses for names of its own",
        severity: Severity::Low,
        concern: "a name leads to an address that nobody keeps up to date, or that somebody chose to \
                  take over the traffic",
        fix: "remove `hostAliases`; let DNS or a Service of type ExternalName answer for the name",
        maps_to: &[],
    },
    ask: Ask::Pod(ask),
    bad: &["hostAliases: [{ip: 10.0.0.1, hostnames: [db.example.com]}]"],
    good: &["hostAliases: []", "hostAliases:"],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    let aliases = pod.spec(&["hostAliases"]).map(Node::items);
    let Some(first) = aliases.unwrap_or_default().first() else {
        return;
    };
    let names = first.get("hostnames").map(Node::items).unwrap_or_default();
    let name = names.first().and_then(Node::as_str).unwrap_or("a name");
    let message = format!("hostAliases says where `{}` is", short(name));
    hits.push(Hit::new(pod.at().key("hostAliases"), message));
}
