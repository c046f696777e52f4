//! What the genuine API server was recorded to send, for the tests of those who read it.

use std::path::Path;

use serde_json::Value;

/// Returns the recorded bodies of a kind: each with its name, its bytes and what they say.
pub(crate) fn recorded(archive: &Path, kind: &str) -> Vec<(String, Vec<u8>, Value)> {
    let files = testkit::members(archive).unwrap();
    let bodies = files.into_iter().filter(|(name, _)| name.contains(kind));
    let read = |(name, body): (String, Vec<u8>)| {
        let value = serde_json::from_slice(&body).unwrap();
        (name, body, value)
    };
    bodies.map(read).collect()
}
