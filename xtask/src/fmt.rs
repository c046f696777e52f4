//! `cargo xtask fmt`: rustfmt on every file, those too that a macro declares and `cargo fmt` misses.

use std::process::{Command, ExitCode};

use crate::said;
use crate::tidy::Tree;

/// Formats all files, or with `--check` says which are not formatted.
pub(crate) fn run(arguments: impl Iterator<Item = String>) -> ExitCode {
    let root = crate::root();
    let tree = match Tree::read(&root) {
        Ok(tree) => tree,
        Err(error) => return said(&format!("{}: {error}", root.display()), ExitCode::FAILURE),
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "a task starts tools, the program none"
    )]
    let done = Command::new("rustfmt")
        .current_dir(&root)
        .args(arguments)
        .args(tree.sources().map(|source| source.path))
        .status();
    match done {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => said(&format!("rustfmt: {error}"), ExitCode::FAILURE),
    }
}
