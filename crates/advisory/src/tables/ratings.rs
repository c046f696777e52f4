//! Who says how bad a flaw is, by its id.
//!
//! Hundreds of thousands of CVEs have a few ten thousand different ratings (source, word, score and
//! vector together). They stand once in the row [`DISTINCT`], the most frequent first; a flaw has
//! only their numbers. CVEs share shelves; a flaw of another name has a row of its own.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use model::Rating;

use super::shelves;
use crate::Damage;
use crate::cve::Cve;
use crate::shard::{NewRow, decode};
use crate::write::WriteError;

/// Key of the row that holds the distinct ratings.
pub(crate) const DISTINCT: &str = "distinct";
/// What stands before an id that is no CVE in the key of its row.
const NAMED: &str = "id ";
/// Ratings that one flaw may have: three times as many as there are sources.
const MOST: usize = 64;

/// Collects ratings, each kind of them once.
#[derive(Debug, Default)]
pub(crate) struct Ratings {
    /// The number of each rating, and how often it was given.
    numbers: BTreeMap<Rating, (u32, usize)>,
    cves: BTreeMap<String, Vec<u32>>,
    named: BTreeMap<String, Vec<u32>>,
}

impl Ratings {
    /// Adds the ratings of a flaw, at most [`MOST`].
    pub(crate) fn add(&mut self, id: &str, ratings: &[Rating]) -> Result<(), WriteError> {
        if ratings.len() > MOST {
            return Err(WriteError::TooLarge);
        }
        let mut numbers = Vec::with_capacity(ratings.len());
        for rating in ratings {
            let next = u32::try_from(self.numbers.len()).map_err(|_large| WriteError::TooLarge)?;
            if let Some((number, count)) = self.numbers.get_mut(rating) {
                *count = count.saturating_add(1);
                numbers.push(*number);
            } else {
                self.numbers.insert(rating.clone(), (next, 1));
                numbers.push(next);
            }
        }
        if Cve::parse(id).is_some() {
            self.cves.insert(id.to_owned(), numbers);
        } else {
            self.named.insert(format!("{NAMED}{id}"), numbers);
        }
        Ok(())
    }

    /// Returns how many flaws have ratings.
    pub(crate) fn len(&self) -> usize {
        self.cves.len().saturating_add(self.named.len())
    }

    /// Returns the rows of the table, sorted by key.
    pub(crate) fn rows(self) -> Result<Vec<NewRow>, WriteError> {
        let mut distinct: Vec<(Rating, u32, usize)> = self
            .numbers
            .into_iter()
            .map(|(rating, (number, count))| (rating, number, count))
            .collect();
        distinct.sort_by(|a, b| (Reverse(a.2), &a.0).cmp(&(Reverse(b.2), &b.0)));
        let new_numbers: BTreeMap<u32, u32> = distinct.iter().map(|it| it.1).zip(0..).collect();
        let renumbered = |(id, numbers): (String, Vec<u32>)| {
            let new = |number: &u32| new_numbers.get(number).copied();
            let numbers: Vec<u32> = numbers.iter().filter_map(new).collect();
            (id, numbers)
        };
        let cves = self.cves.into_iter().map(renumbered).collect();
        let mut rows = shelves::encode::<Vec<u32>>(&cves)?;
        let distinct: Vec<Rating> = distinct.into_iter().map(|(rating, ..)| rating).collect();
        rows.push(NewRow {
            key: DISTINCT.to_owned(),
            entries: 0,
            payload: postcard::to_stdvec(&distinct)?,
        });
        for (key, numbers) in self.named.into_iter().map(renumbered) {
            rows.push(NewRow {
                key,
                entries: 1,
                payload: postcard::to_stdvec(&numbers)?,
            });
        }
        Ok(rows)
    }
}

/// Encodes the ratings of all flaws.
pub(crate) fn encode(ratings: &BTreeMap<String, Vec<Rating>>) -> Result<Vec<NewRow>, WriteError> {
    let mut all = Ratings::default();
    for (id, ratings) in ratings {
        all.add(id, ratings)?;
    }
    all.rows()
}

/// Returns the key of the row of a flaw that is no CVE.
pub(crate) fn named_key(id: &str) -> String {
    format!("{NAMED}{id}")
}

/// Decodes the row of the distinct ratings.
pub(crate) fn decode_distinct(payload: &[u8]) -> Result<Vec<Rating>, Damage> {
    decode(payload)
}

/// Returns the ratings at a place of a shelf, in the order in which they were written.
pub(crate) fn find(payload: &[u8], place: u32, distinct: &[Rating]) -> Result<Vec<Rating>, Damage> {
    let numbers: Vec<u32> = shelves::find_past(payload, place, skip)?.unwrap_or_default();
    Ok(each(&numbers, distinct)?.into_iter().cloned().collect())
}

/// Passes over a list of numbers: its count, then each, of which the last byte alone is below 128.
fn skip(rest: &mut &[u8]) -> Result<(), Damage> {
    let (count, mut after): (u32, _) =
        postcard::take_from_bytes(rest).map_err(|_bad| Damage::Encoding)?;
    for _ in 0..count {
        let end = after.iter().position(|byte| *byte < 128);
        let end = end.ok_or(Damage::Encoding)?.saturating_add(1);
        after = after.get(end..).unwrap_or_default();
    }
    *rest = after;
    Ok(())
}

/// Returns the ratings in a flaw's own row.
pub(crate) fn named(payload: &[u8], distinct: &[Rating]) -> Result<Vec<Rating>, Damage> {
    let numbers: Vec<u32> = decode(payload)?;
    Ok(each(&numbers, distinct)?.into_iter().cloned().collect())
}

/// Returns how many flaws a row holds; every number must be that of a rating.
pub(crate) fn count(key: &str, payload: &[u8], distinct: &[Rating]) -> Result<usize, Damage> {
    if key.starts_with(NAMED) {
        named(payload, distinct)?;
        return Ok(1);
    }
    let shelf: Vec<Vec<u32>> = shelves::all(payload)?;
    for numbers in &shelf {
        each(numbers, distinct)?;
    }
    Ok(shelf.len())
}

/// Returns the ratings of all flaws of a row, by id; none of the row of the distinct ratings.
pub(crate) fn all(
    key: &str,
    payload: &[u8],
    distinct: &[Rating],
) -> Result<Vec<(String, Vec<Rating>)>, Damage> {
    if key == DISTINCT {
        return Ok(Vec::new());
    }
    if let Some(id) = key.strip_prefix(NAMED) {
        return Ok(vec![(id.to_owned(), named(payload, distinct)?)]);
    }
    let shelf: BTreeMap<u32, Vec<u32>> = shelves::placed(payload)?;
    let rated = |(place, numbers): (u32, Vec<u32>)| {
        let cve = Cve::on_shelf(key, place).ok_or(Damage::Encoding)?;
        let ratings = each(&numbers, distinct)?.into_iter().cloned().collect();
        Ok((cve.to_string(), ratings))
    };
    shelf.into_iter().map(rated).collect()
}

/// Returns the ratings of these numbers, if they are not too many.
fn each<'a>(numbers: &[u32], distinct: &'a [Rating]) -> Result<Vec<&'a Rating>, Damage> {
    if numbers.len() > MOST {
        return Err(Damage::Encoding);
    }
    let rating = |number: &u32| distinct.get(usize::try_from(*number).ok()?);
    numbers
        .iter()
        .map(|number| rating(number).ok_or(Damage::Encoding))
        .collect()
}
