//! The project speaks of itself: not of the machine it is written on, nor of where packages lie.

use super::{Examples, Rule};
use crate::tidy::Tree;
use crate::tidy::tree::is_kind;

/// Parts of paths that exist on a developer's machine only, in two halves so that this file holds
/// none. Homes of users are not among them: images have those too.
const MACHINE: [[&str; 2]; 3] = [["/wo", "rk/"], ["/Use", "rs/"], ["/.cargo/", "registry"]];

/// Hosts of package registries, likewise; lock files may name them.
const REGISTRIES: [[&str; 2]; 10] = [
    ["crates", ".io"],
    ["pypi", ".org"],
    ["files.python", "hosted.org"],
    ["registry.npm", "js.org"],
    ["registry.yarn", "pkg.com"],
    ["ruby", "gems.org"],
    ["proxy.go", "lang.org"],
    ["repo1.ma", "ven.org"],
    ["packa", "gist.org"],
    ["api.nu", "get.org"],
];

pub(super) static RULE: Rule = Rule {
    name: "words",
    demand: "no path of one machine and no host of a package registry stands in the project",
    check,
    examples: Examples {
        bad: &[("README.md", concat!("Look at /wo", "rk/ann/box.\n"))],
        good: &[
            ("README.md", "Look at /home/ann.\n"),
            (
                "Cargo.lock",
                concat!("source = \"https://crates", ".io\"\n"),
            ),
        ],
    },
};

fn check(tree: &Tree) -> Vec<String> {
    let words: Vec<String> = MACHINE
        .iter()
        .chain(&REGISTRIES)
        .map(|halves| halves.concat())
        .collect();
    let mut faults = Vec::new();
    let is_ours = |(path, _): &(&str, &str)| !is_kind(path, "lock");
    for (path, text) in tree.files().filter(is_ours) {
        for (number, line) in (1..).zip(text.lines()) {
            if let Some(word) = words.iter().find(|word| line.contains(&***word)) {
                faults.push(format!("{path}:{number}: {word}"));
            }
        }
    }
    faults
}
