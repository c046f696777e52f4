//! A file is read in one sitting. Functions are clippy's (`too_many_lines`).

use super::{Examples, Rule};
use crate::tidy::Tree;

/// Lines of a file without its tests.
const MOST: usize = 500;
/// Lines of ARCHITECTURE.md.
const MOST_OF_ARCHITECTURE: usize = 150;

pub(super) static RULE: Rule = Rule {
    name: "sizes",
    demand: "a file has at most 500 lines without tests, ARCHITECTURE.md 150",
    check,
    examples: Examples {
        bad: &[("ARCHITECTURE.md", LONG)],
        good: &[("CHANGELOG.md", LONG)],
    },
};

/// 151 lines.
const LONG: &str = "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\
    \n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\
    \n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n";

fn check(tree: &Tree) -> Vec<String> {
    let architecture = tree.get("ARCHITECTURE.md").map(|text| {
        (
            "ARCHITECTURE.md",
            text.lines().count(),
            MOST_OF_ARCHITECTURE,
        )
    });
    tree.sources()
        .map(|source| (source.path, source.lines().len(), MOST))
        .chain(architecture)
        .filter(|(_, lines, most)| lines > most)
        .map(|(path, lines, most)| format!("{path}: {lines} lines, at most {most}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_do_not_count() {
        let long = "//! Head.\n".repeat(501);
        let tests = format!("//! Head.\n#[cfg(test)]\nmod tests {{\n{long}}}\n");
        let tree = Tree::of(&[("a/src/long.rs", &long), ("a/src/tested.rs", &tests)]);
        assert_eq!(check(&tree), ["a/src/long.rs: 501 lines, at most 500"]);
    }
}
