//! cron is started beside another service.

use crate::prelude::*;
use crate::services::Level;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "FUN-CRON",
        title: "cron beside a service",
        severity: Severity::Low,
        concern: "its jobs run as often as there are copies of the service, and nobody sees them fail",
        fix: "a CronJob of the cluster",
        maps_to: &["CIS Docker 4.3"],
    },
    ask: Some(ask),
    bad: &[
        "CMD [\"sh\", \"-c\", \"cron && nginx\"]",
        "CMD [\"sh\", \"-c\", \"cron; exec node server.js\"]",
        "CMD [\"sh\", \"-c\", \"service cron start && python3 app.py\"]",
    ],
    good: &[
        "CMD cron -f\nPACKAGE nginx: usr/sbin/nginx",
        "CMD [\"sh\", \"-c\", \"cron && tail -f /var/log/cron.log\"]",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let started: Vec<_> = asking.facts.services.at(Level::Started).collect();
    let cron = started.iter().find(|service| service.row.group == "sched");
    let other = started.iter().find(|service| service.row.group != "sched");
    if let (Some(cron), Some(other)) = (cron, other) {
        let message = format!(
            "cron is started {}, beside {}",
            cron.evidence, other.row.name
        );
        let hit = Hit::new(message);
        hits.push(match &cron.path {
            Some(path) => hit.path(path),
            None => hit,
        });
    }
}
