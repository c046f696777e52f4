//! Packages of Java: their advisories, names and versions.
//!
//! Source of truth: `trivy.md` §5, §6.1.

use model::Language;
use version::Scheme;

use super::{Ecosystem, lower};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "maven",
    languages: &[
        Language::Gradle,
        Language::Jar,
        Language::Pom,
        Language::Sbt,
    ],
    scheme: Scheme::Maven,
    keys: lower,
    own: &[("ghsa-maven", "ghsa"), ("osv-maven", "osv")],
    observed: Some("ghsa-observed-maven"),
};
