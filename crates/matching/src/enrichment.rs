//! What is known about a flaw beside the advisory: ratings, exploitation, its likelihood.
//!
//! Flaws are looked up once all findings are made, in the order of their ids: so does the database keep them,
//! and of each of its blocks all is asked at once. Many packages of an image share a source and its flaws.

use advisory::{Database, DatabaseError};
use model::Finding;

use crate::found::{Found, OwnWord, rate};
use crate::gaps::Gaps;
use crate::unread;

/// Adds to findings what is known about their flaws; they stay in their order.
pub(crate) fn enrich(found: Found, database: &Database, gaps: &mut Gaps) -> Vec<Finding> {
    let Found {
        mut findings,
        own_words,
    } = found;
    let mut by_id: Vec<(&mut Finding, Option<OwnWord>)> =
        findings.iter_mut().zip(own_words).collect();
    by_id.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
    for same in by_id.chunk_by_mut(|(a, _), (b, _)| a.id == b.id) {
        let Some(id) = same.first().map(|(finding, _)| finding.id.as_str()) else {
            continue;
        };
        let ratings = or_default(database.ratings(id), gaps);
        let kev = or_default(database.kev(id), gaps);
        let epss = or_default(database.epss(id), gaps);
        for (finding, own) in same {
            finding.kev.clone_from(&kev);
            finding.epss = epss;
            rate(finding, *own, ratings.clone());
        }
    }
    findings
}

fn or_default<T: Default>(found: Result<T, DatabaseError>, gaps: &mut Gaps) -> T {
    found.unwrap_or_else(|error| {
        unread(&error, gaps);
        T::default()
    })
}
