//! Advisories of a package, grouped by what they have in common.
//!
//! One upload fixes many CVEs: version, day and status are stored once for all of them, and the
//! CVEs as the distances between their numbers.

use std::collections::BTreeMap;

use model::{Advisory, Affected, Confidence, Severity, Status};
use serde::{Deserialize, Serialize};

use crate::cve::Cve;
use crate::{Damage, day};

/// Bytes that the advisories of one package may expand to. A group repeats its texts for each of
/// its flaws, so a few stored bytes could otherwise become gigabytes.
const EXPANDED_BYTES: usize = 64 << 20;

/// What flaws of one group have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Common {
    affected: Affected,
    status: Status,
    severity: Option<Severity>,
    day: Option<u16>,
    confidence: Confidence,
    vendor_ids: Vec<String>,
    arches: Vec<String>,
}

/// The flaws of one group.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Flaws {
    /// Flaws that are a CVE and nothing else: packed, ascending, each as the distance from the
    /// one before.
    cves: Vec<u32>,
    /// All others: the id and its aliases.
    named: Vec<(String, Vec<String>)>,
}

/// Encodes the advisories of one package.
pub(crate) fn encode(advisories: &[Advisory]) -> Result<Vec<u8>, postcard::Error> {
    let mut groups: BTreeMap<Common, Vec<&Advisory>> = BTreeMap::new();
    for advisory in advisories {
        groups.entry(common(advisory)).or_default().push(advisory);
    }
    let mut payload = Vec::new();
    for (common, advisories) in groups {
        payload.extend(postcard::to_stdvec(&(common, flaws(&advisories)))?);
    }
    Ok(payload)
}

/// Decodes the advisories of one package, sorted.
pub(crate) fn decode(payload: &[u8]) -> Result<Vec<Advisory>, Damage> {
    let mut advisories = Vec::new();
    let mut expanded = 0_usize;
    let mut rest = payload;
    while !rest.is_empty() {
        let ((common, flaws), after): ((Common, Flaws), _) =
            postcard::take_from_bytes(rest).map_err(|_bad| Damage::Encoding)?;
        let stored = rest.len().saturating_sub(after.len());
        let copies = flaws.cves.len().saturating_add(flaws.named.len());
        expanded = expanded.saturating_add(stored.saturating_mul(copies));
        if expanded > EXPANDED_BYTES {
            return Err(Damage::TooLarge {
                bytes: expanded,
                limit: EXPANDED_BYTES,
            });
        }
        expand(&common, flaws, &mut advisories)?;
        rest = after;
    }
    advisories.sort_unstable();
    Ok(advisories)
}

fn common(advisory: &Advisory) -> Common {
    Common {
        affected: advisory.affected.clone(),
        status: advisory.status,
        severity: advisory.severity,
        day: advisory.date.and_then(day::pack),
        confidence: advisory.confidence,
        vendor_ids: advisory.vendor_ids.clone(),
        arches: advisory.arches.clone(),
    }
}

fn flaws(advisories: &[&Advisory]) -> Flaws {
    let mut flaws = Flaws::default();
    for advisory in advisories {
        match Cve::parse(&advisory.id) {
            Some(cve) if advisory.aliases.is_empty() => flaws.cves.push(cve.pack()),
            _ => flaws
                .named
                .push((advisory.id.clone(), advisory.aliases.clone())),
        }
    }
    flaws.cves.sort_unstable();
    let mut before = 0;
    for cve in &mut flaws.cves {
        (*cve, before) = (cve.saturating_sub(before), *cve);
    }
    flaws
}

fn expand(common: &Common, flaws: Flaws, into: &mut Vec<Advisory>) -> Result<(), Damage> {
    let mut packed = 0_u32;
    for step in flaws.cves {
        packed = packed.checked_add(step).ok_or(Damage::Encoding)?;
        into.push(advisory(
            common,
            Cve::unpack(packed).to_string(),
            Vec::new(),
        ));
    }
    for (id, aliases) in flaws.named {
        into.push(advisory(common, id, aliases));
    }
    Ok(())
}

fn advisory(common: &Common, id: String, aliases: Vec<String>) -> Advisory {
    Advisory {
        id,
        aliases,
        affected: common.affected.clone(),
        status: common.status,
        severity: common.severity,
        date: common.day.and_then(day::unpack),
        confidence: common.confidence,
        vendor_ids: common.vendor_ids.clone(),
        arches: common.arches.clone(),
    }
}
