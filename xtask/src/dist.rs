//! `cargo xtask dist`: the program as one static file that is the same whoever builds it: with musl where
//! that target is installed, else with glibc linked statically. No path of the machine is in it.

use std::env;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use archive::read_at_most;
use sha2::{Digest as _, Sha256};

use crate::{root, said};

/// Bytes of a program.
const MAX_BYTES: u64 = 1 << 30;

const USAGE: &str = "\
usage: cargo xtask dist [--out FILE]
  the file that is written [dist/seaworthy]";

/// Builds it.
pub(crate) fn run(mut arguments: impl Iterator<Item = String>) -> ExitCode {
    let mut out = root().join("dist/seaworthy");
    while let Some(option) = arguments.next() {
        match (option.as_str(), arguments.next()) {
            ("--out", Some(path)) => out = PathBuf::from(path),
            _ => return said(USAGE, ExitCode::from(2)),
        }
    }
    match build(&out) {
        Ok(text) => said(&text, ExitCode::SUCCESS),
        Err(why) => said(&why, ExitCode::FAILURE),
    }
}

fn build(out: &Path) -> Result<String, String> {
    let root = fs::canonicalize(root()).map_err(|error| error.to_string())?;
    let target = target()?;
    let folder = root.join("target/dist");
    let home = cargo_home().ok_or("neither CARGO_HOME nor HOME is set")?;
    let flags = [
        "-Ctarget-feature=+crt-static".to_owned(),
        format!("--remap-path-prefix={}=.", root.display()),
        format!("--remap-path-prefix={home}=/cargo"),
    ];
    #[expect(
        clippy::disallowed_methods,
        reason = "a task starts tools, the program none"
    )]
    let status = Command::new("cargo")
        .current_dir(&root)
        .args(["build", "--release", "--locked", "--package", "seaworthy"])
        .args(["--target", &target, "--target-dir"])
        .arg(&folder)
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
        .status();
    let status = status.map_err(|error| format!("cargo: {error}"))?;
    if !status.success() {
        return Err(format!("cargo build --target {target}: {status}"));
    }
    let built = folder.join(&target).join("release/seaworthy");
    let failed = |error: io::Error| format!("{}: {error}", out.display());
    if let Some(folder) = out.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::copy(&built, out).map_err(failed)?;
    let bytes = program(out).map_err(failed)?;
    let hash = Sha256::digest(&bytes);
    let hex = hash
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    Ok(format!(
        "{}: {target}, {} bytes, sha256 {hex}",
        out.display(),
        bytes.len()
    ))
}

/// Reads a program.
pub(crate) fn program(path: &Path) -> io::Result<Vec<u8>> {
    read_at_most(File::open(path)?, MAX_BYTES)
}

/// Returns where cargo keeps libraries, whose paths stand in what it builds.
#[expect(
    clippy::disallowed_methods,
    reason = "a task may ask what the program asks in one place"
)]
fn cargo_home() -> Option<String> {
    let home = || env::var("HOME").ok().map(|home| home + "/.cargo");
    env::var("CARGO_HOME").ok().or_else(home)
}

/// Returns the target that is linked with no library of the machine.
fn target() -> Result<String, String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a task starts tools, the program none"
    )]
    let output = Command::new("rustc").args(["--print", "sysroot"]).output();
    let output = output.map_err(|error| format!("rustc: {error}"))?;
    let sysroot = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let architecture = env::consts::ARCH;
    let musl = format!("{architecture}-unknown-linux-musl");
    if Path::new(&sysroot).join("lib/rustlib").join(&musl).is_dir() {
        return Ok(musl);
    }
    Ok(format!("{architecture}-unknown-linux-gnu"))
}
