//! House rules, snapshot, examples and benchmarks.

mod bench;
mod snapshot;

use std::process::ExitCode;

/// Runs the task that the first argument names.
pub fn run(mut arguments: impl Iterator<Item = String>) -> ExitCode {
    match arguments.next().as_deref() {
        Some("bench") => bench::run_all(arguments),
        Some("snapshot") => snapshot::run(arguments),
        _ => usage(),
    }
}

#[expect(clippy::print_stderr, reason = "this is what the user asked for")]
fn usage() -> ExitCode {
    eprintln!(
        "usage: cargo xtask bench [--corpus DIR] [--program FILE] [--rounds N] [NAME…]\n       cargo xtask snapshot [--facts DIR] [--out FILE]"
    );
    ExitCode::from(2)
}
