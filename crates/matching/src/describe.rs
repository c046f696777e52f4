//! What people read about a flaw, which only findings that are shown need.

use std::collections::BTreeMap;
use std::sync::Arc;

use advisory::Database;
use model::{Details, Finding, Gap, Gaps, Limits};

use crate::damaged;

/// Adds to findings what the database knows of them for people; returns what could not be read.
pub fn describe<'a>(
    findings: impl Iterator<Item = &'a mut Finding>,
    database: &Database,
    limits: &Limits,
) -> Vec<Gap> {
    let mut gaps = Gaps::new(limits.gaps_of_a_kind);
    let mut known: BTreeMap<String, Option<Arc<Details>>> = BTreeMap::new();
    for finding in findings {
        let details = known.entry(finding.id.clone()).or_insert_with(|| {
            let found = database.details(&finding.id);
            let found = found.unwrap_or_else(|error| {
                gaps.add(damaged(&error, "titles and references"));
                None
            });
            found.map(Arc::new)
        });
        finding.details.clone_from(details);
    }
    gaps.into_sorted()
}
