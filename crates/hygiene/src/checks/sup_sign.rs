//! No signature and no provenance; only a registry can tell.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "SUP-SIGN",
        title: "nobody signed the image",
        severity: Severity::Low,
        concern: "whoever can write to the registry can put another image in its place",
        fix: "cosign sign IMAGE, and provenance by docker buildx build --provenance=true",
        maps_to: &["CIS Docker 4.5", "CIS Docker 4.12", "NIST SP 800-190 4.1.5"],
    },
    ask: None,
    bad: &[],
    good: &[],
};
