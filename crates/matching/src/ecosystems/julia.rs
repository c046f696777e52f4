//! Packages of Julia: their advisories, names and versions.
//!
//! Source of truth: `trivy.md` §5, §6.1.

use model::Language;
use version::Scheme;

use super::{Ecosystem, plain};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "julia",
    languages: &[Language::Julia],
    scheme: Scheme::Lenient,
    keys: plain,
    own: &[("osv-julia", "osv")],
    observed: None,
};
