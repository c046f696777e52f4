//! Where the test data that is not part of the project lies, if it is there.
//!
//! A clone without it must build and pass: tests that need it say that they were skipped, and why.

use std::path::PathBuf;

/// Returns a path below the folder `shared` beside the project, or says that the test is skipped.
pub fn shared(path: &str) -> Option<PathBuf> {
    beside("shared", path)
}

/// Returns a path below the built corpus (`shared/corpus/make`), or says that the test is skipped.
pub fn corpus(path: &str) -> Option<PathBuf> {
    beside("corpus-cache", path)
}

#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
fn beside(folder: &str, path: &str) -> Option<PathBuf> {
    let found = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../..")
        .join(folder)
        .join(path);
    if found.exists() {
        return Some(found);
    }
    eprintln!("skipped: ../{folder}/{path} is not here");
    None
}
