//! What is known about a flaw beside the advisory: ratings, exploitation, its likelihood.
//!
//! Flaws are looked up once all findings are made, in the order of their ids: so does the database keep them,
//! and of each of its blocks all is asked at once. Many packages of an image share a source and its flaws.

use std::panic;
use std::thread;

use advisory::{Database, DatabaseError};
use model::Finding;

use crate::found::{Found, OwnWord, rate};
use crate::gaps::Gaps;
use crate::unread;

/// Findings from which on a second thread takes half of them: for fewer it takes longer to start than to
/// end.
const MANY: usize = 512;

/// A finding about whose flaw only the advisories were asked.
struct Unrated<'a> {
    /// The start of its id, as [`start`] says.
    start: u64,
    finding: &'a mut Finding,
    own: Option<OwnWord>,
}

impl Unrated<'_> {
    fn key(&self) -> (u64, &str) {
        (self.start, &self.finding.id)
    }
}

/// Adds to findings what is known about their flaws; they stay in their order.
pub(crate) fn enrich(found: Found, database: &Database, gaps: &mut Gaps) -> Vec<Finding> {
    let Found {
        mut findings,
        own_words,
    } = found;
    let unrated = findings.iter_mut().zip(own_words);
    let mut unrated: Vec<Unrated<'_>> = unrated
        .map(|(finding, own)| Unrated {
            start: start(&finding.id),
            finding,
            own,
        })
        .collect();
    unrated.sort_unstable_by(|a, b| a.key().cmp(&b.key()));
    let half = half(&unrated);
    let (first, second) = unrated.split_at_mut(half);
    let errors = if second.is_empty() {
        look_up(first, database)
    } else {
        both(first, second, database)
    };
    for error in &errors {
        unread(error, gaps);
    }
    findings
}

/// Returns the bytes behind `CVE-` as a number that sorts as they do: year and first digits, of which most
/// comparisons need no more.
fn start(id: &str) -> u64 {
    let bytes = id.as_bytes().get(4..).and_then(|rest| rest.first_chunk());
    bytes.map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// Returns where the second half starts, with a flaw of its own; their number if they are few.
fn half(unrated: &[Unrated<'_>]) -> usize {
    match unrated.get(unrated.len() / 2) {
        Some(middle) if unrated.len() >= MANY => {
            unrated.partition_point(|it| it.key() < middle.key())
        }
        _ => unrated.len(),
    }
}

/// Looks both halves up at once.
fn both(
    first: &mut [Unrated<'_>],
    second: &mut [Unrated<'_>],
    database: &Database,
) -> Vec<DatabaseError> {
    thread::scope(|scope| {
        let second = scope.spawn(|| look_up(second, database));
        let mut errors = look_up(first, database);
        match second.join() {
            Ok(more) => errors.extend(more),
            Err(panicked) => panic::resume_unwind(panicked),
        }
        errors
    })
}

/// Adds what is known to findings that are sorted by their flaws; returns what could not be read.
fn look_up(unrated: &mut [Unrated<'_>], database: &Database) -> Vec<DatabaseError> {
    let mut errors = Vec::new();
    for same in unrated.chunk_by_mut(|a, b| a.key() == b.key()) {
        let Some(id) = same.first().map(|it| it.finding.id.as_str()) else {
            continue;
        };
        let ratings = or_default(database.ratings(id), &mut errors);
        let kev = or_default(database.kev(id), &mut errors);
        let epss = or_default(database.epss(id), &mut errors);
        for Unrated { finding, own, .. } in same {
            finding.kev.clone_from(&kev);
            finding.epss = epss;
            rate(finding, *own, ratings.clone());
        }
    }
    errors
}

fn or_default<T: Default>(found: Result<T, DatabaseError>, errors: &mut Vec<DatabaseError>) -> T {
    found.unwrap_or_else(|error| {
        errors.push(error);
        T::default()
    })
}
