//! Services that are folders with a script `run`: of runit, daemontools and s6.

use std::collections::BTreeSet;

use crate::input::Input;
use crate::services;
use crate::start::{Finder, Start};

use super::{MOST, Program};

/// Where s6-overlay keeps what s6-rc starts.
const S6_RC: &str = "etc/s6-overlay/s6-rc.d";
/// Names of services of s6-rc that are looked at; those beyond it count as started.
const MOST_NAMES: usize = 20_000;

/// Returns the name of the service that a file of s6-rc belongs to.
pub(super) fn s6_service(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(S6_RC)?.strip_prefix('/')?;
    rest.split_once('/').map(|(name, _)| name)
}

/// Returns the services of s6-rc that are started: what the bundle `user` holds, what that needs, and so on;
/// none if there is no such bundle, so that nothing tells.
pub(super) fn s6_bundle(input: &Input<'_>) -> Option<BTreeSet<String>> {
    let names = |folder: &str| {
        let names = input.tree.list(folder, input.limits).into_iter();
        let names = names.filter_map(|(name, _)| String::from_utf8(name).ok());
        names.collect::<Vec<String>>()
    };
    if names(&format!("{S6_RC}/user/contents.d")).is_empty() {
        return None;
    }
    let mut left = MOST_NAMES;
    let mut known = BTreeSet::new();
    let mut todo = vec!["user".to_owned(), "user2".to_owned()];
    while let Some(name) = todo.pop() {
        if left == 0 || !known.insert(name.clone()) {
            continue;
        }
        for kind in ["contents.d", "dependencies.d"] {
            let more = names(&format!("{S6_RC}/{name}/{kind}"));
            left = left.saturating_sub(more.len().saturating_add(1));
            todo.extend(more);
        }
    }
    (left > 0).then_some(known)
}

/// Folders of folders with a script `run`, by the supervisors that look there.
const FOLDERS: [(&str, &str); 4] = [
    ("runit", "etc/service"),
    ("runit", "etc/runit/runsvdir/current"),
    ("runit", "etc/runit/runsvdir/default"),
    ("s6", "etc/services.d"),
];

/// Adds what lies in the folders that runit and s6 watch: their own, and those that they are given. What
/// is a link there is started too.
pub(super) fn add(
    input: &Input<'_>,
    start: &Start,
    finder: &mut Finder<'_, '_>,
    programs: &mut Vec<Program>,
) {
    let usual = FOLDERS.iter().map(|(by, at)| (*by, (*at).to_owned()));
    let mut folders: Vec<(&str, String)> = usual.collect();
    for started in &start.programs {
        let (names, words) = services::names(started);
        if names.iter().any(|name| name == "svscanboot") {
            // the folder of daemontools
            folders.push(("runit", "service".to_owned()));
        }
        let by = match names.first().map(String::as_str) {
            Some("runsvdir" | "svscan") => "runit",
            Some("s6-svscan") => "s6",
            _ => continue,
        };
        let given = words.iter().find(|word| word.starts_with('/'));
        folders.extend(given.map(|folder| (by, folder.trim_matches('/').to_owned())));
    }
    for (by, folder) in folders {
        for (name, _) in input.tree.list(&folder, input.limits) {
            let name = String::from_utf8_lossy(&name).into_owned();
            let path = format!("{folder}/{name}/run");
            let is_there = |path: &str| input.tree.find(path, input.limits).is_some();
            let is_known = |it: &Program| it.supervisor == by && it.name == name;
            let is_down = is_there(&format!("{folder}/{name}/down"));
            if programs.len() > MOST || programs.iter().any(is_known) || is_down || !is_there(&path)
            {
                continue;
            }
            if let Some(text) = finder.told_by(&path) {
                programs.push(Program::new((by, name, text.into_owned()), &path));
            }
        }
    }
}
