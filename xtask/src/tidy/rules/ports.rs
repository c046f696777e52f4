//! Effects enter through few traits, each known by name.

use super::{Examples, Rule};
use crate::tidy::Tree;

/// The most that there may be.
const MOST: usize = 6;

/// Every trait of the workspace: file and name.
const PORTS: &[(&str, &str)] = &[
    ("crates/image/src/lib.rs", "Blobs"),
    ("crates/server/src/scans.rs", "Looker"),
];

pub(super) static RULE: Rule = Rule {
    name: "ports",
    demand: "a trait is a port for an effect, listed in tidy/rules/ports.rs; there are at most six",
    check,
    examples: Examples {
        bad: &[
            ("crates/image/src/lib.rs", "pub trait Blobs: Sync {}\n"),
            ("crates/image/src/layer.rs", "pub(crate) trait Layered {}\n"),
        ],
        good: &[("crates/image/src/lib.rs", "pub trait Blobs: Sync {}\n")],
    },
};

fn check(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    let mut found = Vec::new();
    for source in tree.sources() {
        for (number, line) in source.code() {
            let Some(name) = trait_name(line) else {
                continue;
            };
            if PORTS.contains(&(source.path, name)) {
                found.push(name);
            } else {
                faults.push(format!("{}:{number}: trait {name}", source.path));
            }
        }
    }
    if PORTS.len() > MOST {
        faults.push(format!("{} ports, at most {MOST}", PORTS.len()));
    }
    let is_gone = |(path, name): &&(&str, &str)| tree.get(path).is_some() && !found.contains(name);
    let gone = PORTS.iter().filter(is_gone);
    faults.extend(gone.map(|(path, name)| format!("{path}: {name} is listed and not there")));
    faults
}

/// Returns the name of the trait that a line declares.
fn trait_name(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("trait ")?;
    let is_declaration = before.is_empty() || (before.starts_with("pub") && before.ends_with(' '));
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let end = after.find(|c| !is_name(c)).unwrap_or(after.len());
    let name = after.get(..end)?;
    (is_declaration && !name.is_empty()).then_some(name)
}
