//! The core has no effects: facts in, findings out.

use super::direction::{PURE, crate_of, level};
use super::{Examples, Rule};
use crate::tidy::Tree;

/// What reaches outside. Types of `std::io` do not: who opens them is somebody else.
const EFFECTS: [&str; 12] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::os::",
    "fs::{",
    "{fs,",
    "File::open",
    "thread::sleep",
    "Instant::now",
    "SystemTime",
    "Timestamp::now",
];

pub(super) static RULE: Rule = Rule {
    name: "pure",
    demand: "crates of levels 0 to 3 open no file and no socket, and ask neither clock nor environment",
    check,
    examples: Examples {
        bad: &[("crates/model/src/lib.rs", "use std::fs::File;\n")],
        good: &[
            (
                "crates/model/src/lib.rs",
                "//! Not `std::fs`.\n#[cfg(test)]\nuse std::fs::File;\n",
            ),
            ("crates/pipeline/src/lib.rs", "use std::fs::File;\n"),
        ],
    },
};

fn check(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    let is_pure = |path| {
        crate_of(path)
            .and_then(level)
            .is_some_and(|level| level <= PURE)
    };
    for source in tree.sources().filter(|source| is_pure(source.path)) {
        for (number, line) in source.code() {
            if EFFECTS.iter().any(|effect| line.contains(effect)) {
                faults.push(format!("{}:{number}: {line}", source.path));
            }
        }
    }
    faults
}
