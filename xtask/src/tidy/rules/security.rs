//! SECURITY.md tells the limits that the code sets.

use super::{Examples, Rule};
use crate::tidy::Tree;

const LIMITS: &str = "crates/model/src/limits.rs";
const DOCUMENT: &str = "SECURITY.md";

pub(super) static RULE: Rule = Rule {
    name: "security",
    demand: "the table of limits in SECURITY.md has the rows of Limits::default(), in its order",
    check,
    examples: Examples {
        bad: &[
            (
                LIMITS,
                "Self {\n    layers: 1_000,\n    config_bytes: 8 * MIB,\n}\n",
            ),
            (
                DOCUMENT,
                "| limit |\n|-|\n| `layers` | 1,000 | x |\n| `config_bytes` | 4 MiB | x |\n",
            ),
        ],
        good: &[
            (
                LIMITS,
                "pub layers: usize,\nSelf {\n    layers: 1_000,\n    layer_bytes: 64 << 30,\n    \
                 time: Duration::from_mins(5),\n}\n",
            ),
            (
                DOCUMENT,
                "| `a` | b |\n\n| limit | default | of |\n|-|-|-|\n| `layers` | 1,000 | x |\n| `layer_bytes` | 64 GiB | x |\n\
                 | `time` | 5 min | x |\n\n| `not_a_limit` | 1 | x |\n",
            ),
        ],
    },
};

fn check(tree: &Tree) -> Vec<String> {
    let code = tree.get(LIMITS).unwrap_or_default();
    let wanted: Vec<(&str, String)> = code
        .lines()
        .map(str::trim)
        .skip_while(|line| *line != "Self {")
        .skip(1)
        .take_while(|line| *line != "}")
        .filter_map(|line| line.trim_end_matches(',').split_once(": "))
        .map(|(name, value)| (name, shown(value)))
        .collect();
    let told: Vec<(&str, &str)> = tree
        .get(DOCUMENT)
        .unwrap_or_default()
        .lines()
        .skip_while(|line| !line.starts_with("| limit |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .filter_map(row)
        .collect();
    let is_equal = |((a, x), (b, y)): (&(&str, String), &(&str, &str))| a == b && x == y;
    if wanted.len() == told.len() && wanted.iter().zip(&told).all(is_equal) {
        return Vec::new();
    }
    let rows: Vec<String> = wanted
        .iter()
        .map(|(name, value)| format!("| `{name}` | {value} |"))
        .collect();
    vec![format!(
        "{DOCUMENT}: the rows should be\n{}\n",
        rows.join("\n")
    )]
}

/// Returns the first two cells of a row of Markdown.
fn row(line: &str) -> Option<(&str, &str)> {
    let mut cells = line.split('|').skip(1).map(str::trim);
    Some((cells.next()?.trim_matches('`'), cells.next()?))
}

/// Returns a value as people read it: `64 << 30` is 64 GiB.
fn shown(value: &str) -> String {
    for (end, unit) in [
        (" << 10", "KiB"),
        (" << 20", "MiB"),
        (" << 30", "GiB"),
        (" * MIB", "MiB"),
    ] {
        if let Some(number) = value.strip_suffix(end) {
            return format!("{number} {unit}");
        }
    }
    if value == "MIB" {
        return "1 MiB".to_owned();
    }
    if let Some(minutes) = value
        .strip_prefix("Duration::from_mins(")
        .and_then(|rest| rest.strip_suffix(')'))
    {
        return format!("{minutes} min");
    }
    value.replace('_', ",")
}
