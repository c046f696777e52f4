//! A lint is expected with a reason, never allowed: an expectation that is not met is an error.

use super::{Examples, Rule};
use crate::tidy::Tree;

pub(super) static RULE: Rule = Rule {
    name: "allow",
    demand: "use `#[expect(lint, reason = \"…\")]`, which says when it is not needed any more",
    check,
    examples: Examples {
        bad: &[("a/src/lib.rs", "#![allow(dead_code)]\n")],
        good: &[(
            "a/src/lib.rs",
            "//! Never `#[allow(…)]`.\n#[expect(dead_code, reason = \"tests\")]\n",
        )],
    },
};

fn check(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for source in tree.sources() {
        for (number, line) in (1..).zip(source.text.lines()) {
            let line = line.trim_start();
            if line.starts_with("#[allow") || line.starts_with("#![allow") {
                faults.push(format!("{}:{number}: {line}", source.path));
            }
        }
    }
    faults
}
