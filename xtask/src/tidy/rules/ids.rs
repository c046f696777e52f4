//! What users write down (names of formats, ids of rules) means one thing.

use std::collections::BTreeMap;

use super::tables::{FOLDERS, rows};
use super::{Examples, Rule};
use crate::tidy::Tree;

pub(super) static RULE: Rule = Rule {
    name: "ids",
    demand: "a row is named as its file, and an id stands on one row only",
    check,
    examples: Examples {
        bad: &[
            ("a/src/checks.rs", ""),
            ("a/src/checks/root.rs", "id: \"USR-ROOT\",\n"),
            ("b/src/checks.rs", ""),
            ("b/src/checks/user.rs", "id: \"USR-ROOT\",\n"),
        ],
        good: &[
            ("a/src/formats.rs", ""),
            ("a/src/formats/cargo_lock.rs", "name: \"cargo-lock\",\n"),
            ("b/src/checks.rs", ""),
            ("b/src/checks/user.rs", "id: \"USR-ROOT\",\n"),
        ],
    },
};

fn check(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    let mut ids: BTreeMap<&str, &str> = BTreeMap::new();
    for table in tree.sources() {
        let stem = table.path.trim_end_matches(".rs");
        if !FOLDERS
            .iter()
            .any(|folder| stem.ends_with(&format!("/{folder}")))
        {
            continue;
        }
        for row in rows(tree, table.path) {
            let path = format!("{stem}/{row}.rs");
            let Some(source) = tree.sources().find(|source| source.path == path) else {
                continue;
            };
            let code = source.code();
            let value = |field| code.iter().find_map(|(_, line)| text_of(line, field));
            if let Some(name) = value("name")
                && name.replace('-', "_") != row
            {
                faults.push(format!("{path}: its name is {name}"));
            }
            if let Some(id) = value("id")
                && let Some(other) = ids.insert(id, source.path)
            {
                faults.push(format!("{path}: {id} is the id of {other} too"));
            }
        }
    }
    faults
}

/// Returns the text of a line such as `name: "apk",`.
fn text_of<'a>(line: &'a str, field: &str) -> Option<&'a str> {
    let value = line.strip_prefix(field)?.strip_prefix(": \"")?;
    value.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_named_as_its_file() {
        let check = |text| {
            let table = ("a/src/formats.rs", "");
            check(&Tree::of(&[table, ("a/src/formats/npm_lock.rs", text)])).len()
        };
        assert_eq!(check("name: \"npm-lock\",\n"), 0);
        assert_eq!(check("name: \"npm\",\n"), 1);
        assert_eq!(check("publisher: \"npm\",\n"), 0);
    }
}
