//! Packages of parts of Kubernetes: their advisories, names and versions.
//!
//! Source of truth: `trivy.md` §5, §6.1.

use model::Language;
use version::Scheme;

use super::{Ecosystem, lower};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "k8s",
    languages: &[Language::Kubernetes],
    scheme: Scheme::Lenient,
    keys: lower,
    own: &[("kubernetes", "k8s")],
    observed: None,
};
