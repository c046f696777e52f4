//! Logs, histories, memory dumps, recorded traffic, copies.

use std::collections::BTreeSet;

use model::ImagePath;

use crate::elf::Elf;
use crate::notes::Kind;
use crate::prelude::*;
use crate::survey::Noted;
use crate::topic::Topic;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "DAT-LOG",
        title: "logs, dumps or histories in the image",
        severity: Severity::Low,
        concern: "they are of no use there, take room, and may tell what was typed, sent or held in memory",
        fix: "RUN rm -rf /var/log/* in the step that wrote it; logs to standard output",
        maps_to: &["CIS Docker 4.10"],
    },
    ask: Some(ask),
    bad: &[
        "/var/log/dpkg.log 0644 10kB",
        "/root/.bash_history 0600 10B",
        "/var/lib/app/.psql_history 0600 10B",
        "/srv/core 0600 core",
        "/srv/all.sql 0600 2MB",
    ],
    good: &[
        "/docker-entrypoint-initdb.d/a.sql 0644 2MB\n/docker-entrypoint-initdb.d/10/b.dump 0644 2MB",
        "/var/log/nginx/access.log -> /dev/stdout\n/var/log/empty.log 0644 0B\n/srv/core 0755 elf\n/srv/schema.sql 0600 2kB",
    ],
};

/// Bytes from which on logs are not only in the way.
const LARGE: u64 = 10_000_000;
/// Bytes from which on what has the name of a copy of data is one.
const COPY: u64 = 1_000_000;

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    let is_left = |noted: &&Noted<'_>| noted.entry.size > 0 && facts.owner(noted).is_none();
    let logs: Vec<&Noted<'_>> = facts.noted(Topic::Log).iter().filter(is_left).collect();
    let bytes = logs
        .iter()
        .map(|noted| noted.entry.size)
        .fold(0, u64::saturating_add);
    if let Some(largest) = logs.iter().max_by_key(|noted| noted.entry.size) {
        let count = model::counted(logs.len(), "log");
        let message = format!(
            "{count} of {} together, the largest {}",
            size(bytes),
            largest.path
        );
        hits.push(Hit::new(message).file(largest).severity(severity(bytes)));
    }
    let seeds = facts.noted(Topic::Seed).iter();
    let seeds: BTreeSet<&ImagePath> = seeds.map(|noted| &noted.path).collect();
    for noted in facts
        .noted(Topic::Dump)
        .iter()
        .filter(is_left)
        // what a new database begins with is told as that
        .filter(|noted| is_dump(noted) && !seeds.contains(&noted.path))
    {
        let message = format!(
            "{} is {}, {}",
            noted.path,
            noted.what,
            size(noted.entry.size)
        );
        hits.push(
            Hit::new(message)
                .file(noted)
                .severity(severity(noted.entry.size)),
        );
    }
}

const fn severity(bytes: u64) -> Severity {
    if bytes > LARGE {
        Severity::Medium
    } else {
        Severity::Low
    }
}

fn is_dump(noted: &Noted<'_>) -> bool {
    match noted.what {
        "memory of a program" => matches!(noted.kind, Some(Kind::Elf(Elf::Core))),
        "dump of a database" | "backup" => noted.entry.size > COPY,
        _ => true,
    }
}
