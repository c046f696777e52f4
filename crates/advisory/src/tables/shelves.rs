//! Values by CVE, a shelf of a thousand CVEs in one row: two lists, the numbers and the values.
//!
//! A row for each CVE would spend more bytes on keys than on values.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::Damage;
use crate::cve::Cve;
use crate::shard::{NewRow, decode};
use crate::write::WriteError;

#[derive(Serialize, Deserialize)]
struct Shelf<T> {
    /// Places in the shelf, each as the distance from the one before.
    steps: Vec<u32>,
    values: Vec<T>,
}

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
                payload: postcard::to_stdvec(&stored(shelf))?,
            })
        })
        .collect()
}

/// Returns the value at a place of a shelf.
pub(crate) fn find<T: DeserializeOwned>(payload: &[u8], place: u32) -> Result<Option<T>, Damage> {
    Ok(all(payload)?
        .into_iter()
        .find_map(|(at, value)| (at == place).then_some(value)))
}

/// Returns all values of a shelf with their places, ascending.
pub(crate) fn all<T: DeserializeOwned>(payload: &[u8]) -> Result<Vec<(u32, T)>, Damage> {
    let shelf: Shelf<T> = decode(payload)?;
    if shelf.steps.len() != shelf.values.len() {
        return Err(Damage::Encoding);
    }
    let mut place = 0_u32;
    let mut pairs = Vec::new();
    for (step, value) in shelf.steps.into_iter().zip(shelf.values) {
        place = place.checked_add(step).ok_or(Damage::Encoding)?;
        pairs.push((place, value));
    }
    Ok(pairs)
}

fn stored<T>(shelf: BTreeMap<u32, T>) -> Shelf<T> {
    let mut before = 0;
    let steps = shelf
        .keys()
        .map(|&place| {
            let step = place.saturating_sub(before);
            before = place;
            step
        })
        .collect();
    Shelf {
        steps,
        values: shelf.into_values().collect(),
    }
}
