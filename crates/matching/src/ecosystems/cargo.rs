//! Packages of Rust: their advisories, names and versions.
//!
//! Source of truth: `trivy.md` §5, §6.1.

use model::Language;
use version::Scheme;

use super::{Ecosystem, lower};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "cargo",
    languages: &[Language::Cargo, Language::RustBinary],
    scheme: Scheme::Lenient,
    keys: lower,
    own: &[
        (concat!("ghsa-crates", ".io"), "ghsa"),
        (concat!("osv-crates", ".io"), "osv"),
        ("rust", "osv"),
    ],
    observed: Some("ghsa-observed-rust"),
};
