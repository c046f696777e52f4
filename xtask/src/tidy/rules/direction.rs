//! Which crate may use which: the levels of ARCHITECTURE.md.

use super::{Examples, Rule};
use crate::tidy::Tree;

/// Each crate with its level. A crate uses lower levels only.
const LEVELS: &[(&str, u8)] = &[
    ("model", 0),
    ("archive", 1),
    ("version", 1),
    ("yaml", 1),
    ("advisory", 2),
    ("hygiene", 2),
    ("image", 2),
    ("inventory", 2),
    ("manifest", 2),
    ("secret", 2),
    ("join", 3),
    ("matching", 3),
    ("policy", 3),
    ("rego", 3),
    ("report", 3),
    ("cluster", 4),
    ("net", 4),
    ("registry", 4),
    ("trivy", 4),
    ("pipeline", 5),
    ("store", 5),
    ("fleet", 6),
    ("server", 7),
    ("cli", 8),
];

/// The highest level without effects.
pub(super) const PURE: u8 = 3;

/// Crates of one level that use each other all the same.
const SIDEWAYS: [(&str, &str); 3] = [
    // both send through its one agent
    ("cluster", "net"),
    ("registry", "net"),
    // an engine for its policies, apart because it is heavy
    ("rego", "policy"),
];

/// Crates for development only: they use what they like, and only tests and tasks use them.
const DEV: [&str; 2] = ["fuzzing", "testkit"];

pub(super) static RULE: Rule = Rule {
    name: "direction",
    demand: "a crate uses crates of lower levels only, as `name.workspace = true`",
    check,
    examples: Examples {
        bad: &[(
            "crates/image/Cargo.toml",
            "[dependencies]\nmodel.workspace = true\ninventory.workspace = true\n\
             [dev-dependencies]\ntestkit.workspace = true\n",
        )],
        good: &[(
            "crates/matching/Cargo.toml",
            "[lib]\nname = \"matching\"\n\n[dependencies]\nadvisory.workspace = true\n\
             jiff.workspace = true\n\n[dev-dependencies]\ntestkit.workspace = true\n",
        )],
    },
};

fn check(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for (path, text) in tree.files() {
        let Some(user) = path
            .strip_suffix("/Cargo.toml")
            .and_then(|folder| folder.strip_prefix("crates/"))
        else {
            continue;
        };
        for (number, section, entry) in dependencies(text) {
            let used = entry.split(['.', ' ', '=']).next().unwrap_or_default();
            if let Some(why) = why_not(user, used, section, entry) {
                faults.push(format!("{path}:{number}: {used}: {why}"));
            }
        }
        if level(user).is_none() && !DEV.contains(&user) {
            faults.push(format!(
                "{path}: {user} has no level in tidy/rules/direction.rs"
            ));
        }
    }
    faults
}

/// Returns the lines below each heading that ends with `dependencies]`.
fn dependencies(text: &str) -> Vec<(usize, &str, &str)> {
    let mut section = "";
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.starts_with('[') {
            section = line;
        } else if section.contains("dependencies") && !line.is_empty() && !line.starts_with('#') {
            found.push((number, section, line));
        }
    }
    found
}

fn why_not(user: &str, used: &str, section: &str, entry: &str) -> Option<&'static str> {
    if !entry.contains("workspace = true") {
        return Some("versions stand in the workspace only");
    }
    let is_dev = section == "[dev-dependencies]";
    if DEV.contains(&used) {
        return (!is_dev && !DEV.contains(&user)).then_some("it is for tests");
    }
    let (above, below) = (level(user)?, level(used)?);
    let is_lower = below < above || SIDEWAYS.contains(&(user, used));
    (!is_lower).then_some("it is not of a lower level")
}

/// Returns the level of a crate of ours.
pub(super) fn level(name: &str) -> Option<u8> {
    let found = LEVELS.iter().find(|(known, _)| *known == name);
    found.map(|(_, level)| *level)
}

/// Returns the crate that a file belongs to.
pub(super) fn crate_of(path: &str) -> Option<&str> {
    path.strip_prefix("crates/")?.split('/').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_use_whom() {
        let check = |user: &str, section: &str, entry: &str| {
            let path = format!("crates/{user}/Cargo.toml");
            let text = format!("[{section}]\n{entry}\n");
            check(&Tree::of(&[(&path, &text)])).len()
        };
        for (user, section, entry, faults) in [
            ("image", "dependencies", "archive.workspace = true", 0),
            ("archive", "dependencies", "image.workspace = true", 1),
            ("image", "dependencies", "testkit.workspace = true", 1),
            ("image", "dev-dependencies", "testkit.workspace = true", 0),
            ("image", "dev-dependencies", "matching.workspace = true", 1),
            ("testkit", "dependencies", "pipeline.workspace = true", 0),
            ("registry", "dependencies", "net.workspace = true", 0),
            ("net", "dependencies", "registry.workspace = true", 1),
            ("image", "dependencies", "sha2 = \"1\"", 1),
            (
                "image",
                "target.'cfg(unix)'.dependencies",
                "report.workspace = true",
                1,
            ),
            ("sextant", "dependencies", "model.workspace = true", 1),
        ] {
            assert_eq!(
                check(user, section, entry),
                faults,
                "{user} {section} {entry}"
            );
        }
    }
}
