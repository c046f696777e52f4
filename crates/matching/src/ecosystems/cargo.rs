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
    key: lower,
    own: &[
        // the name of the registry, which is one of a host
        (concat!("ghsa-crates", ".io"), "ghsa"),
        ("ghsa-observed-rust", "ghsa"),
        ("rust", "osv"),
    ],
};
