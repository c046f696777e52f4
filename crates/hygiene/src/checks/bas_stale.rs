//! The tag of the base names other bytes by now; only a registry can tell.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "BAS-STALE",
        title: "a newer base is published",
        severity: Severity::Medium,
        concern: "what was mended below does not arrive until the image is built again",
        fix: "build again, with docker build --pull",
        maps_to: &["CIS Docker 4.4", "NIST SP 800-190 4.2.2"],
    },
    ask: None,
    bad: &[],
    good: &[],
};
