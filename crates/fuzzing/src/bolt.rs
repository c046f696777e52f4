//! Proves that a walk through a Bolt database costs no more than its file is long, whatever it says, and
//! that what is imported of it as Trivy's is a whole database.
//!
//! An input is pages of 512 bytes from the third on; the two meta pages before them are right, with
//! page 2 as the root. An input that starts with `whole` is the whole file behind that word.

use std::io::Cursor;

use advisory::bolt::Bolt;
use advisory::{Database, trivy, write};
use testkit::{BoltBucket, BoltItem, bolt};

const PAGE_BYTES: usize = 512;

/// Walks through `input` twice and imports it.
///
/// # Panics
/// If more is shown than is there, the second walk shows something else, or what was imported cannot be
/// read.
pub fn check(input: &[u8]) {
    let file = if let Some(file) = input.strip_prefix(b"whole") {
        file.to_vec()
    } else {
        let mut file = bolt(PAGE_BYTES, &BoltBucket::new());
        file.truncate(2 * PAGE_BYTES);
        file.extend(input);
        file
    };
    let length = file.len();
    let Ok(mut bolt) = Bolt::open(Cursor::new(file)) else {
        return;
    };
    let first = walk(&mut bolt);
    assert!(first.0 <= length, "bytes are shown twice");
    assert!(first == walk(&mut bolt), "the same again");
    if let Ok(imported) = trivy::import(&mut bolt, None) {
        let bytes = write::database(&imported.shards).unwrap_or_default();
        let problems = Database::from_bytes(bytes).map(|database| database.verify().problems);
        assert_eq!(problems, Ok(Vec::new()), "what was imported is whole");
    }
}

/// Returns how many bytes of keys and values were shown, how many values, and how it ended.
fn walk(bolt: &mut Bolt<Cursor<Vec<u8>>>) -> (usize, usize, Option<String>) {
    let (mut bytes, mut values) = (0_usize, 0_usize);
    let end = bolt.walk(&mut |_, key, value| {
        bytes = bytes.saturating_add(key.len()).saturating_add(value.len());
        values = values.saturating_add(1);
    });
    (bytes, values, end.err().map(|error| error.to_string()))
}

/// Returns databases with inline buckets, branches and pages that overflow.
pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (values, bytes) in [(1, 8), (12, 60), (2, 700)] {
        let value = |number: u8| (vec![number], BoltItem::Value(vec![b'v'; bytes]));
        let bucket = (b'a'..).take(values).map(value).collect();
        let root = [(b"bucket".to_vec(), BoltItem::Bucket(bucket))].into();
        let file = bolt(PAGE_BYTES, &root);
        seeds.push([&b"whole"[..], &file].concat());
        seeds.push(file.get(2 * PAGE_BYTES..).unwrap_or_default().to_vec());
    }
    seeds.push(bolt(PAGE_BYTES, &trivys()).split_off(2 * PAGE_BYTES));
    seeds
}

/// A database as Trivy's are: a value of each kind.
fn trivys() -> BoltBucket {
    let value = |key: &str, json: &str| {
        let value = BoltItem::Value(json.as_bytes().to_vec());
        (key.as_bytes().to_vec(), value)
    };
    let bucket = |name: &str, inner: Vec<(Vec<u8>, BoltItem)>| {
        let inner = BoltItem::Bucket(inner.into_iter().collect());
        (name.as_bytes().to_vec(), inner)
    };
    let fix = r#"{"FixedVersion":"1-2","Severity":2,"VendorIDs":["D-1"]}"#;
    let entries = r#"{"Entries":[{"FixedVersion":"1","Affected":[7,9],"Arches":["x86_64"],"Cves":[{"ID":"CVE-2024-0001","Severity":3}]}]}"#;
    let ranges = r#"{"VulnerableVersions":["< 1"],"PatchedVersions":["1"]}"#;
    let flaw = r#"{"Title":"t","Severity":"HIGH","VendorSeverity":{"nvd":3},"CVSS":{"nvd":{"V3Vector":"CVSS:3.1/AV:N","V3Score":9.8}}}"#;
    let of_package = |value| vec![bucket("p", vec![value])];
    [
        bucket("debian 12", of_package(value("CVE-2024-0001", fix))),
        bucket("Red Hat", of_package(value("RHSA-1", entries))),
        bucket("npm::GitHub", of_package(value("GHSA-1", ranges))),
        bucket(
            "data-source",
            vec![value("debian 12", r#"{"ID":"debian","Name":"Debian"}"#)],
        ),
        bucket(
            "vulnerability",
            vec![value("CVE-2024-0001", flaw), value("GHSA-1", flaw)],
        ),
        bucket(
            "Red Hat CPE",
            vec![bucket("repository", vec![value("r", "[7]")])],
        ),
    ]
    .into_iter()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_imported() {
        let mut bolt = Bolt::open(Cursor::new(bolt(PAGE_BYTES, &trivys()))).unwrap();
        let imported = trivy::import(&mut bolt, None).unwrap();
        assert_eq!(imported.problems, Vec::<String>::new());
        // three of advisories; sources, streams, prose, references, severities
        assert_eq!(imported.shards.len(), 8);
    }

    #[test]
    fn whole_seeds_are_read_to_their_end() {
        for seed in seeds() {
            if let Some(file) = seed.strip_prefix(b"whole") {
                let walked = walk(&mut Bolt::open(Cursor::new(file.to_vec())).unwrap());
                assert!(walked.1 > 0 && walked.2.is_none(), "{walked:?}");
            }
        }
    }
}
