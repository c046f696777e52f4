//! Who says how bad a CVE is, by CVE.
//!
//! Ninety thousand CVEs have fewer than ten thousand different ratings (source, word, score and
//! vector together). They stand once in the row [`DISTINCT`], the most frequent first; a CVE has
//! only their numbers.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use model::Rating;

use super::shelves;
use crate::Damage;
use crate::shard::{NewRow, decode};
use crate::write::WriteError;

/// Key of the row that holds the distinct ratings.
pub(crate) const DISTINCT: &str = "distinct";
/// Ratings that one CVE may have: three times as many as there are sources.
const MOST: usize = 64;

/// Encodes the ratings of all CVEs.
pub(crate) fn encode(ratings: &BTreeMap<String, Vec<Rating>>) -> Result<Vec<NewRow>, WriteError> {
    let distinct = by_frequency(ratings);
    let numbers: BTreeMap<&Rating, u32> = distinct.iter().copied().zip(0..).collect();
    let numbered = ratings
        .iter()
        .map(|(cve, ratings)| {
            let numbers: Vec<u32> = ratings
                .iter()
                .filter_map(|rating| numbers.get(rating).copied())
                .collect();
            (cve.clone(), numbers)
        })
        .collect();
    let mut rows = shelves::encode::<Vec<u32>>(&numbered)?;
    rows.push(NewRow {
        key: DISTINCT.to_owned(),
        entries: 0,
        payload: postcard::to_stdvec(&distinct)?,
    });
    Ok(rows)
}

/// Decodes the row of the distinct ratings.
pub(crate) fn decode_distinct(payload: &[u8]) -> Result<Vec<Rating>, Damage> {
    decode(payload)
}

/// Returns the ratings at a place of a shelf, in the order in which they were written.
pub(crate) fn find(payload: &[u8], place: u32, distinct: &[Rating]) -> Result<Vec<Rating>, Damage> {
    let numbers: Vec<u32> = shelves::find(payload, place)?.unwrap_or_default();
    Ok(each(&numbers, distinct)?.into_iter().cloned().collect())
}

/// Returns how many CVEs a shelf holds; every number must be that of a rating.
pub(crate) fn count(payload: &[u8], distinct: &[Rating]) -> Result<usize, Damage> {
    let shelf: Vec<Vec<u32>> = shelves::all(payload)?;
    for numbers in &shelf {
        each(numbers, distinct)?;
    }
    Ok(shelf.len())
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

fn by_frequency(ratings: &BTreeMap<String, Vec<Rating>>) -> Vec<&Rating> {
    let mut counts: BTreeMap<&Rating, usize> = BTreeMap::new();
    for rating in ratings.values().flatten() {
        let count = counts.entry(rating).or_default();
        *count = count.saturating_add(1);
    }
    let mut distinct: Vec<(&Rating, usize)> = counts.into_iter().collect();
    distinct.sort_by_key(|&(rating, count)| (Reverse(count), rating));
    distinct.into_iter().map(|(rating, _)| rating).collect()
}
