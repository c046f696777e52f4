//! Packages of `bitnami`, components of its images: their advisories, names and versions.
//!
//! Source of truth: `trivy.md` §5, §6.1.

use model::Language;
use version::Scheme;

use super::{Ecosystem, lower};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "bitnami",
    languages: &[Language::Bitnami],
    scheme: Scheme::Bitnami,
    keys: lower,
    own: &[("bitnami", "bitnami")],
    observed: None,
};
