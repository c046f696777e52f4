//! Work that is left has a number under which it can be found.

use super::{Examples, Rule};
use crate::tidy::Tree;

/// The marks, in two halves so that this file has none.
const MARKS: [&str; 3] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];

pub(super) static RULE: Rule = Rule {
    name: "todo",
    demand: "a mark of open work names its issue, as in `MARK(#12)`",
    check,
    examples: Examples {
        bad: &[("a/src/lib.rs", concat!("// TO", "DO: later\n"))],
        good: &[("a/src/lib.rs", concat!("// TO", "DO(#12): later\n"))],
    },
};

fn check(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for (path, text) in tree.files() {
        for (number, line) in (1..).zip(text.lines()) {
            let is_open =
                |mark: &&str| has_word(line, mark) && !line.contains(&format!("{mark}(#"));
            if MARKS.iter().any(is_open) {
                faults.push(format!("{path}:{number}: {}", line.trim()));
            }
        }
    }
    faults
}

/// Whether `word` stands in `line` with no letter before or after it.
fn has_word(line: &str, word: &str) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    line.match_indices(word).any(|(at, _)| {
        let (before, rest) = line.split_at_checked(at).unwrap_or_default();
        let after = rest.strip_prefix(word).unwrap_or_default();
        !is_letter(before.chars().next_back()) && !is_letter(after.chars().next())
    })
}
