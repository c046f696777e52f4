//! A repository of git lies in the image; worse, if its settings hold a login.

use crate::prelude::*;
use crate::topic::Topic;
use std::collections::BTreeSet;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "SEC-GIT",
        title: "repository of git",
        severity: Severity::Low,
        concern: "its history holds what was removed from the files, and its settings may hold a login",
        fix: "a line `.git` in .dockerignore",
        maps_to: &["CIS Docker 4.10"],
    },
    ask: Some(ask),
    bad: &[
        "/app/.git/config\n| [remote \"origin\"]\n|   url = https://me:word@git.example.org/x",
        "/app/.git/HEAD 0644 20B",
    ],
    good: &["/app/.gitignore 0644 20B\n/app/git/config 0644 20B"],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    let mut seen = BTreeSet::new();
    for noted in facts
        .noted(Topic::Git)
        .iter()
        .filter(|noted| facts.owner(noted).is_none())
    {
        let path = noted.path.as_str();
        let Some((folder, _)) = path.rsplit_once('/') else {
            continue;
        };
        if !seen.insert(folder) {
            continue;
        }
        let settings = facts.file(&format!("{folder}/config")).unwrap_or_default();
        let hit = if has_login(&String::from_utf8_lossy(settings)) {
            Hit::new(format!(
                "{folder} is a repository whose settings hold a login"
            ))
            .severity(Severity::High)
        } else {
            Hit::new(format!("{folder} is a repository"))
        };
        hits.push(hit.file(noted));
    }
}

/// Whether a line sets `url = https://user:password@host/…`.
fn has_login(settings: &str) -> bool {
    let urls = settings.lines().filter_map(|line| line.split_once("://"));
    let mut hosts = urls.map(|(_, rest)| rest.split('/').next().unwrap_or_default());
    hosts.any(|host| {
        host.split_once('@')
            .is_some_and(|(user, _)| user.contains(':'))
    })
}
