//! A variable with a value and a place to take it from.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "API-ENV-SOURCE",
        title: "environment variable has a value and a source",
        severity: Severity::Medium,
        concern: "the API server refuses the object",
        fix: "keep `value` or `valueFrom`, with one source",
        maps_to: &[],
    },
    ask: Ask::Container(ask),
    bad: &[
        "env: [{name: A, value: x, valueFrom: {secretKeyRef: {name: a, key: b}}}]",
        "env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: b}, configMapKeyRef: {name: a, key: b}}}]",
        "env: [{name: A, valueFrom: {}}]",
    ],
    good: &[
        "env: [{name: A, value: x}, {name: B, valueFrom: {secretKeyRef: {name: a, key: b}}}, {name: C}]",
        "env: [{name: A, value: '', valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let variables = container.get(&["env"]).map(Node::items).unwrap_or_default();
    for (index, variable) in variables.iter().enumerate() {
        let Some(from) = variable.get("valueFrom").filter(|from| !from.is_null()) else {
            continue;
        };
        let value = variable.get("value").and_then(Node::text);
        let sources = from
            .entries()
            .iter()
            .filter(|source| !source.value.is_null());
        let why = match (value.unwrap_or_default(), sources.count()) {
            ("", 1) => continue,
            ("", 0) => "`valueFrom` names no source",
            ("", _) => "`valueFrom` names several sources",
            _ => "it has `value` and `valueFrom`",
        };
        let at = container.at().key("env").item(index).key("valueFrom");
        hits.push(Hit::new(at, why));
    }
}
