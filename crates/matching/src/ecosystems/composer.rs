//! Packages of PHP: their advisories, names and versions.
//!
//! Source of truth: `trivy.md` §5, §6.1.

use model::Language;
use version::Scheme;

use super::{Ecosystem, lower};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "composer",
    languages: &[Language::Composer, Language::ComposerVendor],
    scheme: Scheme::Lenient,
    keys: lower,
    own: &[
        ("ghsa-packagist", "ghsa"),
        ("osv-packagist", "osv"),
        ("php", "php-security-advisories"),
    ],
    observed: Some("ghsa-observed-php"),
};
