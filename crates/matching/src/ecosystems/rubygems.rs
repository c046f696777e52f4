//! Packages of Ruby: their advisories, names and versions.
//!
//! Source of truth: `trivy.md` §5, §6.1.

use model::Language;
use version::Scheme;

use super::{Ecosystem, lower};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "rubygems",
    languages: &[Language::Bundler, Language::GemSpec],
    scheme: Scheme::Gem,
    keys: lower,
    own: &[
        ("ghsa-rubygems", "ghsa"),
        ("osv-rubygems", "osv"),
        ("ruby", "ruby-advisory-db"),
    ],
    observed: Some("ghsa-observed-ruby"),
};
