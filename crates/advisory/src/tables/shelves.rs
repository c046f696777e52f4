//! Values by CVE, a shelf of a hundred CVEs in one row: first the places, then the values.
//!
//! A row for each CVE would spend more bytes on keys than on values. The places stand as a list of
//! distances, each from the one before; the values follow one behind the other, so that a look-up
//! decodes none behind the one it wants.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Damage;
use crate::cve::{Cve, SHELF};
use crate::shard::NewRow;
use crate::write::WriteError;

/// Encodes values by CVE.
pub(crate) fn encode<T: Serialize + Clone>(
    values: &BTreeMap<String, T>,
) -> Result<Vec<NewRow>, WriteError> {
    let mut shelves: BTreeMap<String, BTreeMap<u32, T>> = BTreeMap::new();
    for (id, value) in values {
        let cve = Cve::parse(id).ok_or_else(|| WriteError::Order(id.clone()))?;
        shelves
            .entry(cve.shelf())
            .or_default()
            .insert(cve.place(), value.clone());
    }
    shelves
        .into_iter()
        .map(|(key, shelf)| {
            Ok(NewRow {
                key,
                entries: shelf.len(),
                payload: payload(&shelf)?,
            })
        })
        .collect()
}

/// Returns the value at a place of a shelf.
pub(crate) fn find<T: DeserializeOwned>(payload: &[u8], place: u32) -> Result<Option<T>, Damage> {
    let found = find_past(payload, place, |rest| next::<T>(rest).map(drop))?;
    found.map(|mut rest| next(&mut rest)).transpose()
}

/// Returns the bytes from the value at a place of a shelf on; `skip` knows how to pass over one without
/// making it.
pub(crate) fn find_past(
    payload: &[u8],
    place: u32,
    skip: impl Fn(&mut &[u8]) -> Result<(), Damage>,
) -> Result<Option<&[u8]>, Damage> {
    let mut rest = payload;
    let count = usize::try_from(number(&mut rest)?).unwrap_or(usize::MAX);
    // no step is as long as two bytes: there are a hundred places
    let (steps, mut values) = rest.split_at_checked(count).ok_or(Damage::Encoding)?;
    let Some(before) = index_of(steps, place)? else {
        return Ok(None);
    };
    for _ in 0..before {
        skip(&mut values)?;
    }
    Ok(Some(values))
}

/// Returns how many places stand before this one, if it is among them.
fn index_of(steps: &[u8], place: u32) -> Result<Option<usize>, Damage> {
    let mut at = 0_u32;
    for (index, step) in steps.iter().enumerate() {
        if *step >= 128 || (*step == 0 && index > 0) {
            return Err(Damage::Order);
        }
        at = at.saturating_add(u32::from(*step));
        if at >= place {
            return Ok((at == place).then_some(index));
        }
    }
    Ok(None)
}

/// Reads a number of which nearly all are one byte.
pub(super) fn number(rest: &mut &[u8]) -> Result<u32, Damage> {
    match rest.split_first() {
        Some((byte, after)) if *byte < 128 => {
            *rest = after;
            Ok(u32::from(*byte))
        }
        _ => next(rest),
    }
}

/// Returns all values of a shelf, by ascending place.
pub(crate) fn all<T: DeserializeOwned>(payload: &[u8]) -> Result<Vec<T>, Damage> {
    Ok(placed(payload)?.into_values().collect())
}

/// Returns all values of a shelf with their places.
pub(crate) fn placed<T: DeserializeOwned>(payload: &[u8]) -> Result<BTreeMap<u32, T>, Damage> {
    let (places, mut rest) = places(payload)?;
    let values = places
        .iter()
        .map(|place| Ok((*place, next(&mut rest)?)))
        .collect::<Result<_, _>>()?;
    match rest.len() {
        0 => Ok(values),
        more => Err(Damage::Trailing(more)),
    }
}

fn payload<T: Serialize>(shelf: &BTreeMap<u32, T>) -> Result<Vec<u8>, postcard::Error> {
    let mut before = 0;
    let mut steps = Vec::new();
    for &place in shelf.keys() {
        steps.push(place.saturating_sub(before));
        before = place;
    }
    let mut payload = postcard::to_stdvec(&steps)?;
    for value in shelf.values() {
        payload.extend(postcard::to_stdvec(value)?);
    }
    Ok(payload)
}

/// Returns the places of a shelf, ascending, and the bytes of its values.
fn places(payload: &[u8]) -> Result<(Vec<u32>, &[u8]), Damage> {
    let mut rest = payload;
    let mut places: Vec<u32> = next(&mut rest)?;
    let mut place = 0_u32;
    for (index, step) in places.iter_mut().enumerate() {
        if index > 0 && *step == 0 {
            return Err(Damage::Order);
        }
        place = place.saturating_add(*step);
        *step = place;
    }
    if place < SHELF {
        Ok((places, rest))
    } else {
        Err(Damage::Order)
    }
}

fn next<T: DeserializeOwned>(rest: &mut &[u8]) -> Result<T, Damage> {
    let (value, after) = postcard::take_from_bytes(rest).map_err(|_bad| Damage::Encoding)?;
    *rest = after;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shelf_holds_ascending_places_below_a_hundred() {
        let check = |steps: &[u32], want: Result<Vec<u32>, Damage>| {
            let payload = postcard::to_stdvec(steps).unwrap();
            assert_eq!(
                places(&payload).map(|(places, _)| places),
                want,
                "{steps:?}"
            );
        };
        check(&[], Ok(vec![]));
        check(&[0, 1, 98], Ok(vec![0, 1, 99]));
        check(&[1, 0], Err(Damage::Order));
        check(&[0, 100], Err(Damage::Order));
        check(&[1, u32::MAX], Err(Damage::Order));
    }

    #[test]
    fn a_look_up_finds_its_place_or_says_what_is_wrong() {
        for (payload, place, want) in [
            (&[2, 1, 69, 7, 8][..], 1, Ok(Some(7))),
            (&[2, 1, 69, 7, 8], 70, Ok(Some(8))),
            (&[2, 1, 69, 7, 8], 0, Ok(None)),
            (&[2, 1, 69, 7, 8], 69, Ok(None)),
            (&[2, 1, 69, 7, 8], 71, Ok(None)),
            (&[2, 0, 1, 7, 8], 0, Ok(Some(7))),
            (&[0], 0, Ok(None)),
            (&[], 0, Err(Damage::Encoding)),
            (&[2, 1], 1, Err(Damage::Encoding)),
            (&[2, 1, 69, 7], 70, Err(Damage::Encoding)),
            (&[2, 1, 0, 7, 8], 5, Err(Damage::Order)),
            (&[2, 1, 200, 1, 7], 5, Err(Damage::Order)),
        ] {
            assert_eq!(find::<u32>(payload, place), want, "{payload:?} {place}");
        }
    }

    #[test]
    fn truncated_shelves_are_errors() {
        let shelf = BTreeMap::from([(1, "a".to_owned()), (70, "bc".to_owned())]);
        let payload = payload(&shelf).unwrap();
        assert_eq!(all::<String>(&payload).unwrap(), ["a", "bc"]);
        for end in 0..payload.len() {
            assert!(all::<String>(&payload[..end]).is_err(), "{end}");
        }
        let longer = [&payload[..], &[0]].concat();
        assert_eq!(all::<String>(&longer), Err(Damage::Trailing(1)));
    }
}
