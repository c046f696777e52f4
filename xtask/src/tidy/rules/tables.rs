//! A file in a folder of rows is one row, and stands in the table beside the folder.

use super::{Examples, Rule};
use crate::tidy::Tree;

/// Folders of rows; `foo.rs` beside `foo/` is the table.
pub(super) const FOLDERS: [&str; 8] = [
    "checks", "commands", "families", "feeds", "formats", "outputs", "rules", "schemes",
];

/// Tables in another order than the alphabet's.
const OWN_ORDER: [&str; 1] = [
    // the order of the help
    "commands",
];

pub(super) static RULE: Rule = Rule {
    name: "tables",
    demand: "a file in a folder of rows has a line in the table beside the folder, in order",
    check,
    examples: Examples {
        bad: &[
            ("a/src/formats.rs", "mod apk;\nmod dpkg;\n&[&apk::FORMAT]\n"),
            ("a/src/formats/apk.rs", ""),
            ("a/src/formats/dpkg.rs", ""),
        ],
        good: &[
            ("a/src/outputs.rs", "outputs! {\n    json,\n    table,\n}\n"),
            ("a/src/outputs/json.rs", ""),
            ("a/src/outputs/table.rs", ""),
            ("a/src/outputs/table/words.rs", ""),
            ("a/src/outputs/tests.rs", ""),
        ],
    },
};

fn check(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for table in tree.sources() {
        let Some((_, folder)) = table.path.trim_end_matches(".rs").rsplit_once('/') else {
            continue;
        };
        if !FOLDERS.contains(&folder) {
            continue;
        }
        let code = table.code();
        let mut listed = Vec::new();
        for name in rows(tree, table.path) {
            match code.iter().position(|(_, line)| lists(line, name)) {
                // several may stand in one line
                Some(at) => listed.push((at, place(&code, at, name), name)),
                None => faults.push(format!("{}: {name} has no row", table.path)),
            }
        }
        listed.sort_unstable();
        let names: Vec<&str> = listed.iter().map(|(_, _, name)| *name).collect();
        if !names.is_sorted() && !OWN_ORDER.contains(&folder) {
            let shown = names.join(", ");
            faults.push(format!("{}: not in order: {shown}", table.path));
        }
    }
    faults
}

/// Returns the names of the files in the folder of a table.
pub(super) fn rows<'a>(tree: &'a Tree, table: &str) -> Vec<&'a str> {
    let folder = format!("{}/", table.trim_end_matches(".rs"));
    let name = |path: &'a str| path.strip_prefix(&folder)?.strip_suffix(".rs");
    tree.sources()
        .filter_map(|source| name(source.path))
        .filter(|name| !name.contains('/') && *name != "tests")
        .collect()
}

/// Whether a line of a table is the row of `name`: `name,`, `Name: name,` or `name::ROW`.
fn lists(line: &str, name: &str) -> bool {
    let is_last_word = line
        .strip_suffix(',')
        .and_then(|line| line.strip_suffix(name))
        .is_some_and(|before| before.is_empty() || before.ends_with(": "));
    let is_path = line.match_indices(&format!("{name}::")).any(|(at, _)| {
        let before = line.get(..at).unwrap_or_default();
        !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
    });
    is_last_word || is_path
}

fn place(code: &[(usize, &str)], at: usize, name: &str) -> Option<usize> {
    code.get(at)?.1.find(&format!("{name}::"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_order() {
        let check = |folder: &str, table: &str| {
            let file = |name: &str| format!("a/src/{folder}{name}");
            let (table_file, one, two) = (file(".rs"), file("/one.rs"), file("/two.rs"));
            check(&Tree::of(&[(&table_file, table), (&one, ""), (&two, "")]))
        };
        assert!(check("schemes", "s! {\n    One: one,\n    Two: two,\n}\n").is_empty());
        assert!(check("formats", "&[&one::F, &two::F]\n").is_empty());
        assert!(check("commands", "two::ROW,\none::ROW,\n").is_empty());
        let got = check("formats", "&[&two::F, &one::F]\n");
        assert_eq!(got, ["a/src/formats.rs: not in order: two, one"]);
    }
}
