//! Flaws that are critical or high, can be mended, and were known to be used for more than 30 days.

use crate::prelude::*;
use jiff::tz::Offset;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "FRE-LAG",
        title: "fixes are out for more than 30 days",
        severity: Severity::Medium,
        concern: "the flaws are known, and so are ways to use them",
        fix: "RUN apt-get update && apt-get upgrade -y, or build again on a newer base",
        maps_to: &["CIS Docker 4.4", "NIST SP 800-190 4.1.1"],
    },
    ask: Some(ask),
    bad: &["FIX HIGH 2025-10-01"],
    good: &["FIX HIGH 2025-12-20", "FIX LOW 2025-10-01"],
};

/// Days within which a fix should arrive.
const DAYS: i64 = 30;

/// No publisher says when its fix came out; that CISA has listed a flaw says that it was known then.
fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let input = asking.facts.input;
    let today = Offset::UTC.to_datetime(input.now).date();
    let age = |finding: &model::Finding| {
        let added = finding.kev.as_ref()?.added?;
        let is_grave = finding.severity >= Severity::High && !finding.fixed.is_empty();
        is_grave.then(|| added.duration_until(today).as_hours() / 24)
    };
    let ages = input.findings.unwrap_or_default().iter().filter_map(age);
    let late: Vec<i64> = ages.filter(|days| *days > DAYS).collect();
    if let Some(oldest) = late.iter().max() {
        let count = model::counted(late.len(), "exploited flaw");
        hits.push(Hit::new(format!(
            "{count} could be mended, one known for {oldest} days"
        )));
    }
}
