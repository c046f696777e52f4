//! Amounts that Kubernetes does not take, or that nobody means.

use crate::prelude::*;
use crate::quantity;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RES-QUANTITY",
        title: "amount of a resource is wrong",
        severity: Severity::Medium,
        concern: "the API server refuses the object, or the container gets a thousandth of what \
                  was meant and is killed",
        fix: "write amounts as `250m` of cpu and `128Mi` of memory; a request is at most the limit",
        maps_to: &[],
    },
    ask: Ask::Container(ask),
    bad: &[
        "resources: {limits: {memory: 1GB}}",
        "resources: {limits: {memory: 128m}}",
        "resources: {limits: {cpu: 1}, requests: {cpu: 1500m}}",
        "resources: {requests: {cpu: -1}}",
    ],
    good: &[
        "resources: {limits: {cpu: 0.3, memory: 128Mi}, requests: {cpu: 300m, memory: 128Mi}}",
        "resources: {limits: {cpu: 2e3}}",
        "resources: {limits: {cpu: \"\"}}",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    for list in ["requests", "limits"] {
        let amounts = container.get(&["resources", list]).map(Node::entries);
        for entry in amounts.unwrap_or_default() {
            let Some(text) = quantity::text(&entry.value) else {
                continue;
            };
            let limit = container.get(&["resources", "limits", &entry.name]);
            let limit = limit
                .filter(|_| list == "requests")
                .and_then(quantity::text);
            if let Some(why) = wrong(&entry.name, text, limit) {
                let at = container.at().key("resources").key(list).key(&entry.name);
                hits.push(Hit::new(at, format!("{} {why}", quoted(text))));
            }
        }
    }
}

fn wrong(name: &str, text: &str, limit: Option<&str>) -> Option<String> {
    let Some(amount) = quantity::parse(text) else {
        return Some(format!("is no amount of {name}"));
    };
    if amount.value < 0.0 {
        return Some("is less than nothing".to_owned());
    }
    if matches!(name, "memory" | "ephemeral-storage") && amount.is_small {
        return Some(format!("of {name} are parts of a byte"));
    }
    let limit = limit
        .filter(|limit| quantity::parse(limit).is_some_and(|limit| limit.value < amount.value));
    limit.map(|limit| format!("is more than the limit {}", quoted(limit)))
}
