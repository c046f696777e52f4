//! Names of files say what is in them.

use super::{Examples, Rule};
use crate::tidy::Tree;

/// Names that could stand on any file.
const EMPTY: [&str; 9] = [
    "common", "handler", "helper", "helpers", "manager", "misc", "mod", "util", "utils",
];

pub(super) static RULE: Rule = Rule {
    name: "names",
    demand: "a file, folder or crate is named by what it knows; `foo.rs` stands beside `foo/`",
    check,
    examples: Examples {
        bad: &[("crates/a/src/box/mod.rs", ""), ("crates/a/src/box.rs", "")],
        good: &[("crates/a/src/model.rs", "")],
    },
};

fn check(tree: &Tree) -> Vec<String> {
    let parts = |path: &str| {
        path.split('/')
            .map(|part| part.trim_end_matches(".rs").to_owned())
            .collect::<Vec<_>>()
    };
    tree.sources()
        .filter(|source| {
            parts(source.path)
                .iter()
                .any(|part| EMPTY.contains(&&**part))
        })
        .map(|source| format!("{}: says nothing", source.path))
        .collect()
}
