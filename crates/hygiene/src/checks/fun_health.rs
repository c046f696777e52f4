//! No health check, or one that is switched off.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "FUN-HEALTH",
        title: "no health check",
        severity: Severity::INFO,
        concern: "Docker and Compose cannot tell a hung program from a running one; Kubernetes asks its own probes instead",
        fix: "HEALTHCHECK CMD [\"/app\", \"health\"]",
        maps_to: &["CIS Docker 4.6"],
    },
    ask: Some(ask),
    bad: &["CMD /app", "CMD /app\nHEALTHCHECK NONE"],
    good: &["CMD /app\nHEALTHCHECK CMD /app health", "LABEL a=b"],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let Some(config) = asking.facts.input.config.map(|config| &config.config) else {
        return;
    };
    if config.entrypoint.is_empty() && config.cmd.is_empty() {
        return;
    }
    let message = match &config.healthcheck {
        None => "there is no HEALTHCHECK",
        Some(check) => match check.test.first().map(String::as_str) {
            None => "HEALTHCHECK asks nothing",
            Some("NONE") => "HEALTHCHECK is switched off",
            Some(_) => return,
        },
    };
    hits.push(Hit::new(message));
}
