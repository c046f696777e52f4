//! House rules, snapshot, examples and benchmarks.

mod snapshot;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("snapshot") => snapshot::run(arguments),
        _ => usage(),
    }
}

#[expect(clippy::print_stderr, reason = "this is what the user asked for")]
fn usage() -> ExitCode {
    eprintln!("usage: cargo run -p xtask -- snapshot [--facts DIR] [--out FILE]");
    ExitCode::from(2)
}
