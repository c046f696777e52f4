//! Packages of Dart: their advisories, names and versions.
//!
//! Source of truth: `trivy.md` §5, §6.1.

use model::Language;
use version::Scheme;

use super::{Ecosystem, lower};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "pub",
    languages: &[Language::Pub],
    scheme: Scheme::Lenient,
    keys: lower,
    own: &[("ghsa-pub", "ghsa"), ("osv-pub", "osv")],
    observed: None,
};
