//! What strangers may make us spend stands in one file.

mod exceptions;

use super::{Examples, Rule};
use crate::tidy::Tree;
use exceptions::EXCEPTIONS;

const HOME: &str = "crates/model/src/limits.rs";

pub(super) static RULE: Rule = Rule {
    name: "limits",
    demand: "a size is a field of `Limits`, or listed in tidy/rules/limits.rs with a reason",
    check,
    examples: Examples {
        bad: &[(
            "crates/image/src/lib.rs",
            "const MAX_BYTES: u64 = 8_000_000;\n",
        )],
        good: &[
            (HOME, "layer_bytes: 64 << 30,\n"),
            (
                "crates/image/src/lib.rs",
                "const NAME: &str = \"MAX_BYTES\";\n#[cfg(test)]\nconst MAX_BYTES: u64 = 8;\n",
            ),
        ],
    },
};

fn check(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    let mut used = Vec::new();
    let is_dev = |path: &str| path.starts_with("crates/fuzzing/");
    let is_ours = |path: &str| path.starts_with("crates/") && path != HOME && !is_dev(path);
    for source in tree.sources().filter(|source| is_ours(source.path)) {
        for (number, line) in source
            .code()
            .into_iter()
            .filter(|(_, line)| sets_a_size(line))
        {
            let exception =
                exceptions().find(|(path, part)| *path == source.path && line.contains(part));
            match exception {
                Some(exception) => used.push(exception),
                None => faults.push(format!("{}:{number}: {line}", source.path)),
            }
        }
    }
    let is_idle =
        |exception: &&(&str, &str)| tree.get(exception.0).is_some() && !used.contains(exception);
    let idle = exceptions().filter(is_idle);
    faults.extend(idle.map(|(path, part)| format!("{path}: `{part}` needs no exception")));
    faults
}

/// Returns the file and the name of every size that stands elsewhere; of two names of a file, the longer
/// first, whatever their reasons are.
fn exceptions() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    let mut all: Vec<_> = EXCEPTIONS
        .iter()
        .flat_map(|(_, sizes)| sizes.iter())
        .collect();
    all.sort_by_key(|(path, part)| (*path, std::cmp::Reverse(part.len())));
    all.into_iter()
}

/// Whether a line names a constant as a size, or writes kibibytes and more as shifts do. Buffers
/// that are made at once are no limits.
fn sets_a_size(line: &str) -> bool {
    let name = line
        .split_once("const ")
        .and_then(|(_, rest)| rest.split(':').next())
        .unwrap_or_default();
    let is_named = name.ends_with("BYTES") || name.starts_with("MAX_") || name.ends_with("LIMIT");
    let is_shift = ["<< 10", "<< 20", "<< 30"]
        .iter()
        .any(|shift| line.contains(shift));
    let is_buffer = line.contains("vec![0; ") || line.contains("with_capacity(");
    is_named || (is_shift && !is_buffer)
}
