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
    keys,
    own: &[("ghsa-pypi", "ghsa"), ("osv-pypi", "osv"), ("pypi", "osv")],
    preferred: &["ghsa", "osv"],
    observed: Some("ghsa-observed-pypi"),
};

/// Names are equal whatever their case, and runs of `-`, `_` and `.` are one `-` (PEP 503); to Trivy, whose
/// database keeps the rest, a `_` is a `-`.
fn keys(name: &str) -> Vec<Cow<'_, str>> {
    let name = name.to_lowercase().replace('_', "-");
    let words = name.split(['-', '.']).filter(|word| !word.is_empty());
    let normal = words.collect::<Vec<_>>().join("-");
    if name == normal {
        vec![Cow::Owned(name)]
    } else {
        vec![Cow::Owned(name), Cow::Owned(normal)]
    }
}
