//! CISA's catalogue of known exploited vulnerabilities, by CVE.

use std::collections::BTreeMap;

use model::Kev;
use serde::{Deserialize, Serialize};

use super::shelves;
use crate::shard::NewRow;
use crate::write::WriteError;
use crate::{Damage, day};

#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    added: Option<u16>,
    due: Option<u16>,
    is_ransomware: bool,
}

/// Encodes the catalogue.
pub(crate) fn encode(entries: &BTreeMap<String, Kev>) -> Result<Vec<NewRow>, WriteError> {
    let stored = entries
        .iter()
        .map(|(cve, kev)| {
            let stored = Stored {
                added: kev.added.and_then(day::pack),
                due: kev.due.and_then(day::pack),
                is_ransomware: kev.is_ransomware,
            };
            (cve.clone(), stored)
        })
        .collect();
    shelves::encode(&stored)
}

/// Returns the entry at a place of a shelf.
pub(crate) fn find(payload: &[u8], place: u32) -> Result<Option<Kev>, Damage> {
    let stored: Option<Stored> = shelves::find(payload, place)?;
    Ok(stored.map(|stored| Kev {
        added: stored.added.and_then(day::unpack),
        due: stored.due.and_then(day::unpack),
        is_ransomware: stored.is_ransomware,
    }))
}

/// Returns how many entries a shelf holds.
pub(crate) fn count(payload: &[u8]) -> Result<usize, Damage> {
    Ok(shelves::all::<Stored>(payload)?.len())
}
