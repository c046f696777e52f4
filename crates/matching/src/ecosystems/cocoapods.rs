//! Packages of Swift and Objective-C: their advisories, names and versions.
//!
//! Source of truth: `trivy.md` §5, §6.1.

use model::Language;
use version::Scheme;

use super::{Ecosystem, plain};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "cocoapods",
    languages: &[Language::CocoaPods],
    scheme: Scheme::Gem,
    keys: plain,
    own: &[],
    observed: None,
};
