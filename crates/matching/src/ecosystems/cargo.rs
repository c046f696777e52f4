//! Packages of Rust: their advisories, names and versions.
//!
//! Source of truth: `trivy.md` §5, §6.1.

use std::borrow::Cow;

use model::Language;
use version::Scheme;

use super::Ecosystem;

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "cargo",
    languages: &[Language::Cargo, Language::RustBinary],
    scheme: Scheme::Lenient,
    keys,
    own: &[
        (concat!("ghsa-crates", ".io"), "ghsa"),
        (concat!("osv-crates", ".io"), "osv"),
        ("rust", "osv"),
    ],
    preferred: &["osv", "ghsa"],
    observed: Some("ghsa-observed-rust"),
};

/// Names are equal whatever their case, and `_` is `-` (feeds.md §3.1): publishers write either.
fn keys(name: &str) -> Vec<Cow<'_, str>> {
    let name = name.to_lowercase();
    let mut keys = vec![Cow::Owned(name.clone())];
    for folded in [name.replace('_', "-"), name.replace('-', "_")] {
        if !keys.contains(&Cow::Borrowed(folded.as_str())) {
            keys.push(Cow::Owned(folded));
        }
    }
    keys
}
