//! Who says how bad a flaw is, by its id.
//!
//! Hundreds of thousands of CVEs have a few ten thousand different ratings (source, word, score and
//! vector together). They stand once, the most frequent first, in pages of [`PAGE`], so that only those
//! that somebody asks for are made; a flaw has only their numbers. CVEs share shelves; a flaw of another
//! name has a row of its own.

use std::borrow::Borrow;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use model::Rating;

use super::shelves;
use crate::Damage;
use crate::cve::Cve;
use crate::shard::{NewRow, decode};
use crate::write::WriteError;

/// What stands before its number in the key of a page of distinct ratings.
const DISTINCT: &str = "distinct ";
/// Ratings of one page.
pub(crate) const PAGE: u32 = 256;
/// Pages of all distinct ratings: a million ratings, thirty times as many as there are.
pub(crate) const MOST_PAGES: usize = 4_096;
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
    pub(crate) fn add(
        &mut self,
        id: &str,
        ratings: &[impl Borrow<Rating>],
    ) -> Result<(), WriteError> {
        if ratings.len() > MOST {
            return Err(WriteError::TooLarge);
        }
        let mut numbers = Vec::with_capacity(ratings.len());
        for rating in ratings.iter().map(Borrow::borrow) {
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
        let distinct: Vec<&Rating> = distinct.iter().map(|(rating, ..)| rating).collect();
        let pages = distinct.chunks(usize::try_from(PAGE).unwrap_or(usize::MAX));
        if pages.len() > MOST_PAGES {
            return Err(WriteError::TooLarge);
        }
        for (page, ratings) in (0..).zip(pages) {
            rows.push(NewRow {
                key: page_key(page),
                entries: 0,
                payload: postcard::to_stdvec(ratings)?,
            });
        }
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
pub(crate) fn encode<R: Borrow<Rating>>(
    ratings: &BTreeMap<String, Vec<R>>,
) -> Result<Vec<NewRow>, WriteError> {
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

/// Returns the key of a page of distinct ratings; keys sort as pages do.
pub(crate) fn page_key(page: u32) -> String {
    format!("{DISTINCT}{page:08}")
}

/// A page of distinct ratings as it is stored, with where each of them starts.
#[derive(Debug)]
pub(crate) struct Page {
    bytes: Vec<u8>,
    starts: Vec<usize>,
}

impl Page {
    /// Reads a page, and makes none of its ratings.
    pub(crate) fn read(payload: &[u8]) -> Result<Self, Damage> {
        let mut rest = payload;
        let count = shelves::number(&mut rest)?;
        if count > PAGE {
            return Err(Damage::Encoding);
        }
        let mut starts = Vec::with_capacity(usize::try_from(count).unwrap_or_default());
        for _ in 0..count {
            starts.push(payload.len().saturating_sub(rest.len()));
            skip_rating(&mut rest)?;
        }
        Ok(Self {
            bytes: payload.to_vec(),
            starts,
        })
    }

    /// Returns how many ratings it has.
    pub(crate) const fn len(&self) -> usize {
        self.starts.len()
    }

    /// Makes the rating at a place.
    pub(crate) fn rating(&self, place: usize) -> Result<Rating, Damage> {
        let start = self.starts.get(place).ok_or(Damage::Encoding)?;
        let stored = self.bytes.get(*start..).unwrap_or_default();
        let read = postcard::take_from_bytes(stored).map_err(|_bad| Damage::Encoding);
        read.map(|(rating, _)| rating)
    }
}

/// Passes over a rating, field by field as [`Rating`] has them.
fn skip_rating(rest: &mut &[u8]) -> Result<(), Damage> {
    skip_text(rest)?;
    let _severity = shelves::number(rest)?;
    let has_score = shelves::number(rest)? > 0;
    skip_bytes(rest, usize::from(has_score))?;
    let has_vector = shelves::number(rest)? > 0;
    if has_vector {
        skip_text(rest)?;
    }
    let _is_estimated = shelves::number(rest)?;
    Ok(())
}

fn skip_text(rest: &mut &[u8]) -> Result<(), Damage> {
    let length = usize::try_from(shelves::number(rest)?).unwrap_or(usize::MAX);
    skip_bytes(rest, length)
}

fn skip_bytes(rest: &mut &[u8], count: usize) -> Result<(), Damage> {
    *rest = rest.get(count..).ok_or(Damage::Encoding)?;
    Ok(())
}

/// Decodes a page of distinct ratings.
fn decode_page(payload: &[u8]) -> Result<Vec<Rating>, Damage> {
    let ratings: Vec<Rating> = decode(payload)?;
    let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
    if ratings.len() > most {
        return Err(Damage::Encoding);
    }
    Ok(ratings)
}

/// Finds a rating by its number.
pub(crate) type ByNumber<'a> = &'a dyn Fn(u32) -> Result<Arc<Rating>, Damage>;

/// Returns the ratings at a place of a shelf, in the order in which they were written.
pub(crate) fn find(
    payload: &[u8],
    place: u32,
    rating: ByNumber<'_>,
) -> Result<Vec<Arc<Rating>>, Damage> {
    let Some(mut rest) = shelves::find_past(payload, place, skip)? else {
        return Ok(Vec::new());
    };
    let count = usize::try_from(shelves::number(&mut rest)?).unwrap_or(usize::MAX);
    if count > MOST {
        return Err(Damage::Encoding);
    }
    let mut found = Vec::with_capacity(count);
    for _ in 0..count {
        found.push(rating(shelves::number(&mut rest)?)?);
    }
    Ok(found)
}

/// Passes over a list of numbers: its count, then each, of which the last byte alone is below 128.
fn skip(rest: &mut &[u8]) -> Result<(), Damage> {
    let mut left = shelves::number(rest)?;
    let mut bytes = rest.iter();
    while left > 0 {
        let byte = bytes.next().ok_or(Damage::Encoding)?;
        left = left.saturating_sub(u32::from(*byte < 128));
    }
    *rest = bytes.as_slice();
    Ok(())
}

/// Returns the ratings in a flaw's own row.
pub(crate) fn named(payload: &[u8], rating: ByNumber<'_>) -> Result<Vec<Arc<Rating>>, Damage> {
    let numbers: Vec<u32> = decode(payload)?;
    each(&numbers, rating)
}

/// Returns how many flaws a row holds; every number must be that of a rating.
pub(crate) fn count(key: &str, payload: &[u8], rating: ByNumber<'_>) -> Result<usize, Damage> {
    if key.starts_with(DISTINCT) {
        decode_page(payload)?;
        return Ok(0);
    }
    if key.starts_with(NAMED) {
        named(payload, rating)?;
        return Ok(1);
    }
    let shelf: Vec<Vec<u32>> = shelves::all(payload)?;
    for numbers in &shelf {
        each(numbers, rating)?;
    }
    Ok(shelf.len())
}

/// Returns the ratings of all flaws of a row, by id; none of a page of distinct ratings.
pub(crate) fn all(
    key: &str,
    payload: &[u8],
    rating: ByNumber<'_>,
) -> Result<BTreeMap<String, Vec<Arc<Rating>>>, Damage> {
    if key.starts_with(DISTINCT) {
        return Ok(BTreeMap::new());
    }
    if let Some(id) = key.strip_prefix(NAMED) {
        return Ok(BTreeMap::from([(id.to_owned(), named(payload, rating)?)]));
    }
    let shelf: BTreeMap<u32, Vec<u32>> = shelves::placed(payload)?;
    let rated = |(place, numbers): (u32, Vec<u32>)| {
        let cve = Cve::on_shelf(key, place).ok_or(Damage::Encoding)?;
        Ok((cve.to_string(), each(&numbers, rating)?))
    };
    shelf.into_iter().map(rated).collect()
}

/// Returns the ratings of these numbers, if they are not too many.
fn each(numbers: &[u32], rating: ByNumber<'_>) -> Result<Vec<Arc<Rating>>, Damage> {
    if numbers.len() > MOST {
        return Err(Damage::Encoding);
    }
    numbers.iter().map(|number| rating(*number)).collect()
}

#[cfg(test)]
mod tests {
    use model::{Score, Severity};

    use super::*;

    #[test]
    fn each_rating_of_a_page_comes_back() {
        let ratings: Vec<Rating> = [
            ("", None, None, false),
            ("nvd", Some(98), Some("CVSS:3.1/AV:N".to_owned()), false),
            ("debian", None, Some("x".repeat(300)), true),
            ("redhat", Some(255), None, false),
        ]
        .into_iter()
        .map(|(source, score, vector, estimated)| Rating {
            source: source.to_owned(),
            severity: Severity::High,
            score: score.map(Score),
            vector,
            estimated,
        })
        .collect();
        let payload = postcard::to_stdvec(&ratings).unwrap();
        let page = Page::read(&payload).unwrap();
        assert_eq!(page.len(), ratings.len());
        for (place, rating) in ratings.iter().enumerate() {
            assert_eq!(page.rating(place).as_ref(), Ok(rating));
        }
        assert_eq!(page.rating(ratings.len()), Err(Damage::Encoding));
        for end in 0..payload.len() {
            assert!(Page::read(&payload[..end]).is_err(), "{end}");
        }
    }

    #[test]
    fn a_page_holds_no_more_than_it_may() {
        let payload = postcard::to_stdvec(&(PAGE + 1)).unwrap();
        assert!(matches!(Page::read(&payload), Err(Damage::Encoding)));
    }
}
