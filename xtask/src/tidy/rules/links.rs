//! Documents point at files that are there.

use super::{Examples, Rule};
use crate::tidy::Tree;
use crate::tidy::tree::is_kind;

pub(super) static RULE: Rule = Rule {
    name: "links",
    demand: "a link of a document leads to a file of the project",
    check,
    examples: Examples {
        bad: &[("docs/box.md", "See [the lid](lid.md).\n")],
        good: &[
            (
                "README.md",
                "See [the box](docs/box.md#lid) and [home](https://example.org).\n",
            ),
            ("docs/box.md", "Back [up](../README.md), or [down](#lid).\n"),
        ],
    },
};

fn check(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for (path, text) in tree.files().filter(|(path, _)| is_kind(path, "md")) {
        for (number, line) in (1..).zip(text.lines()) {
            let links = line.split("](").skip(1);
            for link in links.filter_map(|rest| rest.split([')', '#']).next()) {
                let is_elsewhere = link.is_empty() || link.contains(':');
                if !is_elsewhere && !tree.has(&target(path, link)) {
                    faults.push(format!("{path}:{number}: {link} is not there"));
                }
            }
        }
    }
    faults
}

/// Returns the path that a link means, as seen from the document it stands in.
fn target(document: &str, link: &str) -> String {
    let mut parts: Vec<&str> = document.split('/').collect();
    parts.pop();
    for part in link.trim_end_matches('/').split('/') {
        match part {
            ".." => _ = parts.pop(),
            "." => {}
            name => parts.push(name),
        }
    }
    parts.join("/")
}
