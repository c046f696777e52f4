//! A database is started, and no volume covers its data.

use crate::prelude::*;
use crate::services::Level;
use crate::volumes;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "DAT-NOVOL",
        title: "database without a volume",
        severity: Severity::Medium,
        concern: "what it writes goes into the container, and is gone with it",
        fix: "VOLUME of its data folder",
        maps_to: &["NSA/CISA immutable file systems"],
    },
    ask: Some(ask),
    bad: &[
        "CMD postgres",
        "CMD postgres\nENV PGDATA=/var/lib/postgresql/18/docker\nVOLUME /var/lib/postgresql/data",
    ],
    good: &[
        "CMD postgres\nVOLUME /var/lib/postgresql/data",
        "CMD postgres\nENV PGDATA=/var/lib/postgresql/18/docker\nVOLUME /var/lib/postgresql",
        "CMD nginx",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    let Some(config) = facts.input.config.map(|config| &config.config) else {
        return;
    };
    let keeps = |group: &str| matches!(group, "db" | "queue" | "dir");
    for service in facts
        .services
        .at(Level::Started)
        .filter(|service| keeps(service.row.group))
    {
        let folders = volumes::data_folders(service.row, config);
        let is_covered = folders.iter().any(|folder| volumes::covers(config, folder));
        if let (Some(folder), false) = (folders.first(), is_covered) {
            let message = format!(
                "{} is started, and no volume covers {}",
                service.row.name,
                short(folder)
            );
            hits.push(Hit::new(message).set(folder));
        }
    }
}
