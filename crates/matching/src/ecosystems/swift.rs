//! Packages of Swift: their advisories, names and versions.
//!
//! Source of truth: `trivy.md` §5, §6.1.

use std::borrow::Cow;

use model::Language;
use version::Scheme;

use super::Ecosystem;

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "swift",
    languages: &[Language::Swift],
    scheme: Scheme::Lenient,
    keys,
    own: &[("ghsa-swifturl", "ghsa"), ("osv-swifturl", "osv")],
    observed: None,
};

/// A package is named by the address of its repository, without how it is fetched.
fn keys(name: &str) -> Vec<Cow<'_, str>> {
    let name = name.strip_prefix("https://").unwrap_or(name);
    vec![Cow::Borrowed(name.strip_suffix(".git").unwrap_or(name))]
}
