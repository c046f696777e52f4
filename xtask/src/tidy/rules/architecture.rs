//! ARCHITECTURE.md speaks of every crate and every library.

use super::{Examples, Rule};
use crate::tidy::Tree;

pub(super) static RULE: Rule = Rule {
    name: "architecture",
    demand: "each crate and each library has its row in ARCHITECTURE.md",
    check,
    examples: Examples {
        bad: &[
            (
                "Cargo.toml",
                "[workspace.dependencies]\nsha2 = \"0.11\"\nclap = \"4\"\n",
            ),
            ("ARCHITECTURE.md", "| `sha2` | digests |\n"),
        ],
        good: &[
            (
                "Cargo.toml",
                "[workspace.dependencies]\n# ours\nmodel = { path = \"crates/model\" }\nsha2 = \"0.11\"\n\n[profile.dev]\ndebug = 1\n",
            ),
            (
                "ARCHITECTURE.md",
                "| `model` | nouns |\n| `sha2` | digests |\n",
            ),
        ],
    },
};

fn check(tree: &Tree) -> Vec<String> {
    let manifest = tree.get("Cargo.toml").unwrap_or_default();
    let text = tree.get("ARCHITECTURE.md").unwrap_or_default();
    let crates = tree.files().filter_map(|(path, _)| {
        path.strip_suffix("/Cargo.toml")?
            .strip_prefix("crates/")
            .map(str::to_owned)
    });
    let libraries = manifest
        .lines()
        .skip_while(|line| *line != "[workspace.dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name.to_owned());
    let has_row = |name: &str| {
        text.lines()
            .any(|line| line.starts_with('|') && line.contains(&format!("`{name}`")))
    };
    let mut missing: Vec<String> = crates
        .chain(libraries)
        .filter(|name| !has_row(name))
        .collect();
    missing.sort();
    missing.dedup();
    missing
        .into_iter()
        .map(|name| format!("ARCHITECTURE.md: `{name}` has no row"))
        .collect()
}
