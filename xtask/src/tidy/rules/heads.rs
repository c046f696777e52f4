//! The first line of a file says what it knows.

use super::{Examples, Rule};
use crate::tidy::Tree;

pub(super) static RULE: Rule = Rule {
    name: "heads",
    demand: "a Rust file begins with `//! ` and one sentence on what it knows",
    check,
    examples: Examples {
        bad: &[
            ("a/src/lib.rs", "//! What is in a box.\n"),
            ("a/src/lid.rs", "use std::io;\n"),
        ],
        good: &[("a/tests/it.rs", "//! What is in a box.\n")],
    },
};

fn check(tree: &Tree) -> Vec<String> {
    tree.sources()
        .filter(|source| !source.text.starts_with("//! "))
        .map(|source| format!("{}:1: no head", source.path))
        .collect()
}
