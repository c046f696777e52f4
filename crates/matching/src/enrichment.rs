//! What is known about a flaw beside the advisory: ratings, exploitation, its likelihood.
//!
//! Flaws are looked up once findings are made, in the order of their ids: so does the database keep them, and
//! of each of its blocks all is asked at once. Many packages of an image share a source and its flaws.

use std::iter;

use advisory::{Database, DatabaseError};
use model::Finding;

use crate::both::both;
use crate::found::{Found, OwnWord, rate};
use crate::gaps::Gaps;
use crate::severity::Hearing;
use crate::{start, unread};

/// Findings from which on a second thread takes half of them: for fewer it takes longer to start than to
/// end.
const MANY: usize = 512;

/// A finding about whose flaw only the advisories were asked.
struct Unrated<'a> {
    /// The start of its id, as [`start`] says.
    start: u128,
    finding: &'a mut Finding,
    own: Option<OwnWord>,
}

impl Unrated<'_> {
    fn key(&self) -> (u128, &str) {
        (self.start, &self.finding.id)
    }
}

/// Adds to findings what is known about their flaws; they stay in their order.
pub(crate) fn enrich(found: &mut Found, database: &Database, gaps: &mut Gaps) {
    let mut unrated = unrated(found);
    let half = half(&unrated);
    let (first, second) = unrated.split_at_mut(half);
    let errors = if second.is_empty() {
        look_up(first, Way::Up, database)
    } else {
        let look_up = |half| look_up(half, Way::Up, database);
        let (mut errors, more) = both(|| look_up(first), || look_up(second));
        errors.extend(more);
        errors
    };
    for error in &errors {
        unread(error, gaps);
    }
}

/// Does the same on this thread alone, while another one may do so with other findings.
pub(crate) fn enrich_alone(found: &mut Found, way: Way, database: &Database, gaps: &mut Gaps) {
    for error in &look_up(&mut unrated(found), way, database) {
        unread(error, gaps);
    }
}

/// In which order of their ids flaws are looked up: of two threads that need the same blocks one goes up and
/// the other down, so that neither waits for what the other decompresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Up,
    Down,
}

/// Returns the findings, sorted by their flaws.
fn unrated(found: &mut Found) -> Vec<Unrated<'_>> {
    let own_words = std::mem::take(&mut found.own_words);
    let unrated = found.findings.iter_mut().zip(own_words);
    let mut unrated: Vec<Unrated<'_>> = unrated
        .map(|(finding, own)| Unrated {
            start: start(&finding.id),
            finding,
            own,
        })
        .collect();
    unrated.sort_unstable_by(|a, b| a.key().cmp(&b.key()));
    unrated
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

/// Adds what is known to findings that are sorted by their flaws; returns what could not be read.
fn look_up(unrated: &mut [Unrated<'_>], way: Way, database: &Database) -> Vec<DatabaseError> {
    let mut errors = Vec::new();
    let mut flaws = database.flaws();
    let hearing = Hearing::of(database);
    let mut same = unrated.chunk_by_mut(|a, b| a.key() == b.key());
    let mut next = || match way {
        Way::Up => same.next(),
        Way::Down => same.next_back(),
    };
    while let Some(same) = next() {
        let Some(id) = same.first().map(|it| it.finding.id.as_str()) else {
            continue;
        };
        let ratings = or_default(flaws.ratings(id), &mut errors);
        let kev = or_default(flaws.kev(id), &mut errors);
        let epss = or_default(flaws.epss(id), &mut errors);
        let each = iter::repeat_n(ratings, same.len());
        for (Unrated { finding, own, .. }, ratings) in same.iter_mut().zip(each) {
            finding.kev.clone_from(&kev);
            finding.epss = epss;
            rate(finding, *own, (ratings, hearing));
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
