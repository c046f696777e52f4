//! Ends of life, by product: its cycles and when they stop getting fixes.

use std::collections::BTreeMap;

use model::Eol;
use serde::{Deserialize, Serialize};

use crate::shard::decode;
use crate::{Damage, day};

#[derive(Serialize, Deserialize)]
struct Stored {
    cycle: String,
    regular: Option<u16>,
    extended: Option<u16>,
    codename: String,
    latest: String,
}

/// Encodes the cycles of a product.
pub(crate) fn encode(cycles: &BTreeMap<String, Eol>) -> Result<Vec<u8>, postcard::Error> {
    let stored: Vec<Stored> = cycles
        .iter()
        .map(|(cycle, eol)| Stored {
            cycle: cycle.clone(),
            regular: eol.regular.and_then(day::pack),
            extended: eol.extended.and_then(day::pack),
            codename: eol.codename.clone(),
            latest: eol.latest.clone(),
        })
        .collect();
    postcard::to_stdvec(&stored)
}

/// Returns the cycles of a product, sorted by cycle.
pub(crate) fn decode_cycles(payload: &[u8]) -> Result<BTreeMap<String, Eol>, Damage> {
    let stored: Vec<Stored> = decode(payload)?;
    Ok(stored
        .into_iter()
        .map(|stored| {
            let eol = Eol {
                regular: stored.regular.and_then(day::unpack),
                extended: stored.extended.and_then(day::unpack),
                codename: stored.codename,
                latest: stored.latest,
            };
            (stored.cycle, eol)
        })
        .collect())
}
