//! Packages of .NET: their advisories, names and versions.
//!
//! Source of truth: `trivy.md` §5, §6.1.

use model::Language;
use version::Scheme;

use super::{Ecosystem, lower};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "nuget",
    languages: &[
        Language::DotNetCore,
        Language::NuGet,
        Language::PackagesProps,
    ],
    scheme: Scheme::Lenient,
    keys: lower,
    own: &[("ghsa-nuget", "ghsa"), ("osv-nuget", "osv")],
    observed: Some("ghsa-observed-nuget"),
};
