//! Packages of Python: their advisories, names and versions.
//!
//! Source of truth: `trivy.md` §5, §6.1.

use std::borrow::Cow;

use model::Language;
use version::Scheme;

use super::Ecosystem;

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "pip",
    languages: &[
        Language::Pip,
        Language::Pipenv,
        Language::Poetry,
        Language::PyLock,
        Language::PythonPkg,
        Language::Uv,
    ],
    scheme: Scheme::Pep440,
    key,
    own: &[
        ("ghsa-observed-pypi", "ghsa"),
        ("ghsa-pypi", "ghsa"),
        ("pypi", "osv"),
    ],
};

/// Names are equal whatever their case, and `_` is `-`.
fn key(name: &str) -> Cow<'_, str> {
    Cow::Owned(name.to_lowercase().replace('_', "-"))
}
