//! What brought each package with findings, from the package up to those that were asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{Context, counts, safe};
use crate::report::{Found, Package};

/// Packages that are looked at on the way up from one of them.
const MOST_STEPS: usize = 100_000;

type Parents<'a> = BTreeMap<&'a str, Vec<&'a Package>>;

/// Draws it; nothing where nobody knows what needs what.
pub(super) fn draw(found: &Found, context: &Context<'_>) -> String {
    let mut parents: Parents<'_> = BTreeMap::new();
    for package in &found.packages {
        for id in &package.depends_on {
            parents.entry(id).or_default().push(package);
        }
    }
    if parents.is_empty() {
        return String::new();
    }
    let title = "Dependency Origin Tree (Reversed)";
    let mut text = format!(
        "\n{title}\n{}\n{}\n",
        "=".repeat(title.len()),
        safe(&found.target)
    );
    let mut by_id: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for it in &found.vulnerabilities {
        by_id.entry(&it.package_id).or_default().push(&it.severity);
    }
    let packages = found.packages.iter();
    let packages: Vec<_> = packages
        .filter(|it| by_id.contains_key(it.id.as_str()))
        .collect();
    for (at, package) in packages.iter().enumerate() {
        let is_last = at + 1 == packages.len();
        let severities = by_id.get(package.id.as_str());
        let (_, counts) = counts(severities.into_iter().flatten().copied(), context);
        text += if is_last { "└── " } else { "├── " };
        // writing to a String cannot fail
        let _ = writeln!(text, "{}, ({counts})", safe(&package.id));
        let bar = if is_last { "    " } else { "│   " };
        for line in above(package, &parents) {
            let _ = writeln!(text, "{bar}{line}");
        }
    }
    text
}

/// Returns the lines below a package: what asked for it, all between left out.
fn above(package: &Package, parents: &Parents<'_>) -> Vec<String> {
    if !package.indirect {
        return Vec::new();
    }
    let mut direct = Vec::new();
    let mut roots = BTreeSet::new();
    let mut seen = BTreeSet::from([package.id.as_str()]);
    for parent in parents.get(package.id.as_str()).into_iter().flatten() {
        if !seen.insert(&parent.id) {
            continue;
        }
        if parent.indirect {
            roots.extend(ancestors(parent, parents));
        } else {
            direct.push(parent.id.as_str());
        }
    }
    roots.retain(|root| !seen.contains(root));
    let mut branches: Vec<(String, Vec<&str>)> = direct
        .into_iter()
        .map(|id| (safe(id), Vec::new()))
        .collect();
    if !roots.is_empty() {
        branches.push(("...(omitted)...".to_owned(), roots.into_iter().collect()));
    }
    let count = branches.len();
    let mut lines = Vec::new();
    for (at, (name, leaves)) in branches.into_iter().enumerate() {
        let is_last = at + 1 == count;
        let (mark, bar) = if is_last {
            ("└──", "    ")
        } else {
            ("├──", "│   ")
        };
        lines.push(format!("{mark} {name}"));
        for (at, leaf) in leaves.iter().enumerate() {
            let mark = if at + 1 == leaves.len() {
                "└──"
            } else {
                "├──"
            };
            lines.push(format!("{bar}{mark} {}", safe(leaf)));
        }
    }
    lines
}

/// Returns the packages above one that were asked for, or that nothing needs.
fn ancestors<'a>(package: &'a Package, parents: &Parents<'a>) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::from([package.id.as_str()]);
    let mut todo = vec![package];
    while let Some(package) = todo.pop() {
        let above = parents.get(package.id.as_str());
        for parent in above.into_iter().flatten() {
            if seen.len() > MOST_STEPS || !seen.insert(&parent.id) {
                continue;
            }
            if parent.indirect && parents.contains_key(parent.id.as_str()) {
                todo.push(parent);
            } else {
                found.insert(parent.id.as_str());
            }
        }
    }
    found
}
