//! A variable that is set twice.

use crate::prelude::*;
use std::collections::BTreeSet;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "API-DUPLICATE-ENV",
        title: "environment variable is set twice",
        severity: Severity::Medium,
        concern: "the last one counts, and a change of one of them by kubectl may drop the other",
        fix: "remove all but the one that is meant",
        maps_to: &[],
    },
    ask: Ask::Container(ask),
    bad: &["env: [{name: A, value: x}, {name: B, value: x}, {name: A, value: w}]"],
    good: &["env: [{name: A, value: x}, {name: a, value: x}]", "env: []"],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let variables = container.get(&["env"]).map(Node::items).unwrap_or_default();
    if variables.len() < 2 {
        return;
    }
    let mut seen = BTreeSet::new();
    for (index, variable) in variables.iter().enumerate() {
        let name = variable.get("name").and_then(Node::as_str);
        if let Some(name) = name.filter(|name| !seen.insert(*name)) {
            let at = container.at().key("env").item(index).key("name");
            hits.push(Hit::new(at, format!("{} is set again", quoted(name))));
        }
    }
}
