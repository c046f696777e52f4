//! House rules, snapshot, examples and benchmarks.

mod bench;
mod dist;
mod example;
mod fmt;
mod kinds;
mod oci;
mod snapshot;
mod tidy;

use std::path::PathBuf;
use std::process::ExitCode;

/// Runs the task that the first argument names.
pub fn run(mut arguments: impl Iterator<Item = String>) -> ExitCode {
    match arguments.next().as_deref() {
        Some("bench") => bench::run_all(arguments),
        Some("dist") => dist::run(arguments),
        Some("example") => example::run(),
        Some("fmt") => fmt::run(arguments),
        Some("kinds") => kinds::run(arguments),
        Some("oci") => oci::run(arguments),
        Some("snapshot") => snapshot::run(arguments),
        Some("tidy") => tidy::run(arguments),
        _ => said(USAGE, ExitCode::from(2)),
    }
}

const USAGE: &str = "\
usage: cargo xtask TASK
  bench [--corpus DIR] [--program FILE] [--rounds N] [NAME…]  measure speed and memory
  dist [--out FILE]                  build the program as one static file
  example                            write the images in examples/, and what documents show of them
  fmt [--check]                      format every file
  kinds SCHEMAS.json                 make the table of the kinds and fields of Kubernetes
  oci [--program FILE] [--out FILE] [--name NAME]  make our own image of it
  snapshot [--facts DIR] [--out FILE]  make the built-in database
  tidy [DIR]                         check the house rules";

/// The folder of the workspace.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Says something, and gives `exit` back.
#[expect(clippy::print_stderr, reason = "this is what the user asked for")]
fn said(text: &str, exit: ExitCode) -> ExitCode {
    eprintln!("{text}");
    exit
}
