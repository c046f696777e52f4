//! The image was built long ago.

use crate::age;
use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "FRE-AGE",
        title: "image is old",
        severity: Severity::Low,
        concern: "what was mended since is not in it",
        fix: "build again, every week, with docker build --pull",
        maps_to: &["CIS Docker 4.4", "NIST SP 800-190 4.2.2"],
    },
    ask: Some(ask),
    bad: &[
        "CREATED 2025-09-01T00:00:00Z",
        "CREATED 2025-10-02T23:59:59Z",
    ],
    good: &[
        "CREATED 2025-10-03T00:00:00Z",
        "CREATED 2025-12-30T00:00:00Z",
        "CREATED 1970-01-01T00:00:00Z",
        "CREATED 1980-01-01T00:00:00Z",
        "CREATED never",
    ],
};

/// Days after which an image should be built again, and after which that is urgent.
const DAYS: (i64, i64) = (90, 180);

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let Some(days) = age::built(asking.facts.input) else {
        return;
    };
    if days > DAYS.0 {
        let severity = if days > DAYS.1 {
            Severity::Medium
        } else {
            Severity::Low
        };
        hits.push(Hit::new(format!("the image was built {days} days ago")).severity(severity));
    }
}
