//! House rules, snapshot, examples and benchmarks.

mod snapshot;

use std::process::ExitCode;

/// Runs the task that the first argument names.
pub fn run(mut arguments: impl Iterator<Item = String>) -> ExitCode {
    match arguments.next().as_deref() {
        Some("snapshot") => snapshot::run(arguments),
        _ => usage(),
    }
}

#[expect(clippy::print_stderr, reason = "this is what the user asked for")]
fn usage() -> ExitCode {
    eprintln!("usage: cargo xtask snapshot [--facts DIR] [--out FILE]");
    ExitCode::from(2)
}
