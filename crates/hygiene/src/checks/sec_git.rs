//! A repository of git lies in the image; worse, if its settings hold a login.

use crate::logins;
use crate::prelude::*;
use crate::survey::Noted;
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
        "/app/.git/config\n| [http]\n|   extraheader = AUTHORIZATION: basic eDp5",
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
        // those of its submodules lie in it
        let below = format!("{folder}/");
        let has_login = |noted: &Noted<'_>| {
            let path = noted.path.as_str();
            let text = facts.file(path).unwrap_or_default();
            path.starts_with(&below) && logins::has_login(path, text)
        };
        let hit = if facts.noted(Topic::GitSetting).iter().any(has_login) {
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
