//! Packages of C and C++: their advisories, names and versions.
//!
//! Source of truth: `trivy.md` §5, §6.1.

use model::Language;
use version::Scheme;

use super::{Ecosystem, lower};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "conan",
    languages: &[Language::Conan],
    scheme: Scheme::Lenient,
    keys: lower,
    own: &[],
    observed: None,
};
