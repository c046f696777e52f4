//! Packages of Erlang and Elixir: their advisories, names and versions.
//!
//! Source of truth: `trivy.md` §5, §6.1.

use model::Language;
use version::Scheme;

use super::{Ecosystem, lower};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "erlang",
    languages: &[Language::Hex],
    scheme: Scheme::Lenient,
    keys: lower,
    own: &[("ghsa-hex", "ghsa"), ("osv-hex", "osv")],
    observed: None,
};
