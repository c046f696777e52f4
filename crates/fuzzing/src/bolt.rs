//! Proves that a walk through a Bolt database costs no more than its file is long, whatever it says.
//!
//! An input is pages of 512 bytes from the third on; the two meta pages before them are right, with
//! page 2 as the root. An input that starts with `whole` is the whole file behind that word.

use std::io::Cursor;

use advisory::bolt::Bolt;
use testkit::{BoltBucket, BoltItem, bolt};

const PAGE_BYTES: usize = 512;

/// Walks through `input` twice.
///
/// # Panics
/// If more is shown than is there, or the second walk shows something else.
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
    seeds
}

#[cfg(test)]
mod tests {
    use super::*;

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
