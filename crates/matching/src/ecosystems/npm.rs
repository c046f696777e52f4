//! Packages of JavaScript: their advisories, names and versions.
//!
//! Source of truth: `trivy.md` §5, §6.1.

use model::Language;
use version::Scheme;

use super::{Ecosystem, lower};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "npm",
    languages: &[
        Language::Bun,
        Language::NodePkg,
        Language::Npm,
        Language::Pnpm,
        Language::Yarn,
    ],
    scheme: Scheme::Semver,
    keys: lower,
    own: &[
        ("ghsa-npm", "ghsa"),
        ("npm-nodejs-wg", "nodejs-security-wg"),
        ("npm-retire", "retire.js"),
        ("osv-npm", "osv"),
    ],
    observed: Some("ghsa-observed-npm"),
};
