//! Advisories of a package, grouped by what they have in common.
//!
//! One upload fixes many CVEs: version, day and status are stored once for all of them, and the
//! CVEs as the distances between their numbers.

use std::collections::BTreeMap;

use model::{Advisory, Affected, Confidence, Range, Severity, Status};
use serde::{Deserialize, Serialize};

use crate::cve::Cve;
use crate::harvest::shortened;
use crate::shard::{NewRow, ROW_BYTES};
use crate::write::WriteError;
use crate::{Damage, day};

/// Bytes that the advisories of one row may expand to: 32 MiB. A group repeats its texts for
/// each of its flaws, so a few stored bytes could otherwise become gigabytes.
const EXPANDED_BYTES: usize = 32 << 20;

/// Rows of one package, which bounds what all of it expands to. Red Hat's kernel, with the most advisories
/// that are known, comes to four.
pub(crate) const MOST_ROWS: usize = 8;
/// What stands between the name of a package and the number of a row; no name holds it.
pub(crate) const PART: char = '\0';

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
    /// Ascending, each as the distance from the one before.
    streams: Vec<u32>,
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

/// Encodes the advisories of one package as rows: one, but of a kernel with tens of thousands of fixes
/// several, of which each can be read.
///
/// # Errors
/// One advisory alone is too large, or they are more than [`MOST_ROWS`] hold.
pub(crate) fn rows(package: &str, advisories: &[Advisory]) -> Result<Vec<NewRow>, WriteError> {
    let too_large = || WriteError::PackageTooLarge(shortened(package.to_owned()));
    let mut rows = Vec::new();
    let mut rest = vec![advisories];
    while let Some(some) = rest.pop() {
        let payload = encode(some)?;
        if fits(&payload) {
            rows.push(NewRow {
                key: part(package, rows.len()),
                entries: some.len(),
                payload,
            });
        } else if let (first, second @ [_, ..]) = some.split_at(some.len().div_ceil(2)) {
            rest.extend([second, first]);
        } else {
            return Err(too_large());
        }
    }
    if rows.len() > MOST_ROWS {
        return Err(too_large());
    }
    Ok(rows)
}

/// Whether a row of these bytes can be written and read.
pub(crate) fn fits(payload: &[u8]) -> bool {
    payload.len() <= ROW_BYTES && decode_those(payload, &|_| false).is_ok()
}

/// Returns the key of a row of a package. Those behind the first stand right behind it, before every other
/// package.
pub(crate) fn part(package: &str, number: usize) -> String {
    match number {
        0 => package.to_owned(),
        _ => format!("{package}{PART}{number:02}"),
    }
}

/// Returns the package that a row is of.
pub(crate) fn package(key: &str) -> &str {
    key.split(PART).next().unwrap_or_default()
}

/// Decodes the advisories of one package, sorted.
pub(crate) fn decode(payload: &[u8]) -> Result<Vec<Advisory>, Damage> {
    decode_those(payload, &|_| true)
}

/// Decodes those advisories of one package whose common part, an advisory without an id, is wanted,
/// sorted. Most of what is known of a package concerns older versions of it, so most ids need not be
/// made.
pub(crate) fn decode_those(
    payload: &[u8],
    is_wanted: &dyn Fn(&Advisory) -> bool,
) -> Result<Vec<Advisory>, Damage> {
    let mut advisories = Vec::new();
    let mut expanded = 0_usize;
    let mut rest = payload;
    while !rest.is_empty() {
        let (common, after): (Common, _) = take(rest)?;
        let repeated = heap_bytes(&common, rest.len().saturating_sub(after.len()));
        let (flaws, after): (Flaws, _) = take(after)?;
        let copies = flaws.cves.len().saturating_add(flaws.named.len());
        let bytes = repeated.saturating_add(size_of::<Advisory>());
        expanded = expanded.saturating_add(bytes.saturating_mul(copies));
        if expanded > EXPANDED_BYTES {
            return Err(Damage::TooLarge {
                bytes: expanded,
                limit: EXPANDED_BYTES,
            });
        }
        rest = after;
        let common = template(common)?;
        if is_wanted(&common) {
            expand(&common, flaws, &mut advisories)?;
        }
    }
    advisories.sort_unstable();
    Ok(advisories)
}

/// Returns about what one copy of `common`, `stored` bytes long, takes: an empty text is one stored
/// byte, and many more in memory.
fn heap_bytes(common: &Common, stored: usize) -> usize {
    let own = match &common.affected {
        Affected::Below(_) | Affected::Every | Affected::Never => 0,
        Affected::Ranges(ranges) => ranges.len().saturating_mul(size_of::<Range>()),
        Affected::Versions(versions) => texts(&[versions]),
        Affected::Requirements {
            vulnerable,
            patched,
            unaffected,
        } => texts(&[vulnerable, patched, unaffected]),
    };
    stored
        .saturating_add(own)
        .saturating_add(texts(&[&common.vendor_ids, &common.arches]))
        .saturating_add(common.streams.len().saturating_mul(size_of::<u32>()))
}

fn texts(lists: &[&Vec<String>]) -> usize {
    let count: usize = lists.iter().map(|list| list.len()).sum();
    count.saturating_mul(size_of::<String>())
}

fn take<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<(T, &'a [u8]), Damage> {
    postcard::take_from_bytes(bytes).map_err(|_bad| Damage::Encoding)
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
        streams: distances(&advisory.streams),
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
    flaws.cves = distances(&flaws.cves);
    flaws
}

/// Returns how far each of ascending numbers is from the one before.
fn distances(numbers: &[u32]) -> Vec<u32> {
    let mut before = 0;
    let distance = |number: &u32| number.saturating_sub(std::mem::replace(&mut before, *number));
    numbers.iter().map(distance).collect()
}

/// Returns the numbers that have these distances.
fn sums(distances: Vec<u32>) -> Result<Vec<u32>, Damage> {
    let mut sum = 0_u32;
    let mut sums = distances;
    for number in &mut sums {
        sum = sum.checked_add(*number).ok_or(Damage::Encoding)?;
        *number = sum;
    }
    Ok(sums)
}

fn expand(common: &Advisory, flaws: Flaws, into: &mut Vec<Advisory>) -> Result<(), Damage> {
    let of = |id: String, aliases: Vec<String>| Advisory {
        id,
        aliases,
        ..common.clone()
    };
    for packed in sums(flaws.cves)? {
        into.push(of(Cve::unpack(packed).to_string(), Vec::new()));
    }
    for (id, aliases) in flaws.named {
        into.push(of(id, aliases));
    }
    Ok(())
}

/// Returns an advisory without an id.
fn template(common: Common) -> Result<Advisory, Damage> {
    Ok(Advisory {
        id: String::new(),
        aliases: Vec::new(),
        affected: common.affected,
        status: common.status,
        severity: common.severity,
        date: common.day.and_then(day::unpack),
        confidence: common.confidence,
        vendor_ids: common.vendor_ids,
        arches: common.arches,
        streams: sums(common.streams)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_an_error_or_other_advisories_but_never_a_panic() {
        let payload = encode(&[
            flaw("CVE-2024-0727"),
            flaw("DSA-5764-1"),
            flaw("CVE-1999-0001"),
        ]);
        let payload = payload.unwrap();
        let whole = decode(&payload).unwrap();
        for end in 1..payload.len() {
            assert_ne!(decode(&payload[..end]).as_ref(), Ok(&whole), "{end}");
        }
        for at in 0..payload.len() {
            for bit in 0..8 {
                let mut flipped = payload.clone();
                flipped[at] ^= 1 << bit;
                assert_ne!(decode(&flipped).as_ref(), Ok(&whole), "{at} {bit}");
            }
        }
    }

    /// A flaw that takes 15 kB: some 250 of them fill a row.
    fn large(number: usize) -> Advisory {
        let versions = (0..64).map(|it| format!("{number}.{it}.{}", "9".repeat(240)));
        Advisory {
            affected: Affected::Versions(versions.collect()),
            ..flaw(&format!("CVE-2030-1{number:03}"))
        }
    }

    #[test]
    fn what_is_too_much_for_one_row_stands_in_several() {
        for (count, want) in [(3, 1), (250, 1), (300, 2), (700, 4)] {
            let mut all: Vec<Advisory> = (0..count).map(large).collect();
            all.sort();
            let rows = rows("kernel", &all).unwrap();
            assert_eq!(rows.len(), want, "{count}");
            assert!(rows.is_sorted_by(|a, b| a.key < b.key && b.key.as_str() < "kernel-debug"));
            assert!(rows.iter().all(|row| package(&row.key) == "kernel"));
            let mut read: Vec<Advisory> = rows
                .iter()
                .flat_map(|row| decode(&row.payload).unwrap())
                .collect();
            read.sort();
            assert!(read == all, "{count}");
            assert_eq!(rows.iter().map(|row| row.entries).sum::<usize>(), count);
        }
        assert_eq!(rows("kernel", &[]).unwrap().len(), 1);
        let too_many: Vec<Advisory> = (0..2_500).map(large).collect();
        let error = rows("kernel", &too_many).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`kernel` is too large for the rows of a package"
        );
    }

    #[test]
    fn numbers_beyond_every_cve_are_errors() {
        let flaws = Flaws {
            cves: vec![u32::MAX, 1],
            named: vec![],
        };
        let group = postcard::to_stdvec(&(common(&flaw("")), flaws)).unwrap();
        assert_eq!(decode(&group), Err(Damage::Encoding));
    }

    #[test]
    fn empty_texts_count_as_what_they_take() {
        let mut advisory = flaw("CVE-2024-0001");
        advisory.aliases = Vec::new();
        advisory.vendor_ids = vec![String::new(); 4_000];
        let flaws = Flaws {
            cves: vec![1; 10_000],
            named: vec![],
        };
        // 50 kB that would be copies of 960 MB
        let group = postcard::to_stdvec(&(common(&advisory), flaws)).unwrap();
        assert!(matches!(decode(&group), Err(Damage::TooLarge { .. })));
    }

    fn flaw(id: &str) -> Advisory {
        Advisory {
            id: id.to_owned(),
            aliases: vec!["GHSA-1".to_owned(); usize::from(id.starts_with("DSA"))],
            affected: Affected::Below("3.0.11-1~deb12u2".to_owned()),
            status: Status::Fixed,
            severity: None,
            date: "2024-03-03".parse().ok(),
            confidence: Confidence::High,
            vendor_ids: vec!["DSA-5764-1".to_owned()],
            arches: vec![],
            streams: vec![7, 9],
        }
    }
}
