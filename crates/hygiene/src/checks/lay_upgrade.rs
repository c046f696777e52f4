//! A step upgrades the whole distribution.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "LAY-UPGRADE",
        title: "distribution is upgraded in a layer",
        severity: Severity::INFO,
        concern: "what is replaced is stored twice; a newer base has it already",
        fix: "FROM a newer base; upgrade single packages by name",
        maps_to: &["CIS Docker 4.4"],
    },
    ask: Some(ask),
    bad: &["RUN apt-get update && apt-get -y dist-upgrade"],
    good: &["RUN apt-get update && apt-get -y upgrade"],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    for step in &asking.facts.steps {
        let is_upgrade = |command: &crate::shell::Command| {
            matches!(command.name(), "apt-get" | "apt")
                && (command.has("dist-upgrade") || command.has("full-upgrade"))
        };
        if step.commands().iter().any(is_upgrade) {
            hits.push(Hit::new("the whole distribution is upgraded").step(step));
        }
    }
}
