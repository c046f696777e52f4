//! Downloaders, network tools, debuggers.

use crate::prelude::*;
use crate::tools;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "MIN-NET",
        title: "tools of the network, or debuggers",
        severity: Severity::Low,
        concern: "who gets in fetches what he needs, and looks around",
        fix: "remove them in the step that needed them, or in a stage of its own",
        maps_to: &["CIS Docker 4.3"],
    },
    ask: Some(ask),
    bad: &["/usr/bin/curl 0755 elf", "/usr/bin/strace 0755 elf"],
    good: &["/usr/bin/cat 0755 elf"],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let found = asking.tools;
    let all = || {
        found
            .downloaders
            .iter()
            .chain(&found.net)
            .chain(&found.debuggers)
    };
    if let Some(first) = all().next() {
        let tools: Vec<_> = all().cloned().collect();
        let message = format!("tools: {}", names(tools::names(&tools)));
        hits.push(Hit::new(message).path(&first.path).layer(first.layer));
    }
}
