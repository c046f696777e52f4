//! Packages of PHP: their advisories, names and versions.
//!
//! Source of truth: `trivy.md` §5, §6.1; `feeds.md` §5 for the order: a patch such as `2.4.6-p3` is newer than
//! what it patches.

use model::Language;
use version::Scheme;

use super::{Ecosystem, lower};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "composer",
    languages: &[Language::Composer, Language::ComposerVendor],
    scheme: Scheme::Composer,
    keys: lower,
    own: &[
        ("ghsa-packagist", "ghsa"),
        ("osv-packagist", "osv"),
        ("php", "php-security-advisories"),
    ],
    preferred: &["ghsa", "php-security-advisories"],
    observed: Some("ghsa-observed-php"),
};
