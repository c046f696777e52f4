//! Packages of Go: their advisories, names and versions.
//!
//! Source of truth: `trivy.md` §5, §6.1.

use model::Language;
use version::Scheme;

use super::{Ecosystem, plain};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "go",
    languages: &[Language::GoBinary, Language::GoMod],
    scheme: Scheme::Lenient,
    keys: plain,
    own: &[("ghsa-go", "ghsa"), ("go", "govulndb"), ("osv-go", "osv")],
    observed: Some("ghsa-observed-go"),
};
