//! Bolt databases: sound ones, a real one, and lies.

use std::collections::BTreeMap;
use std::io::Cursor;

use serde_json::Value;
use testkit::{BoltBucket, BoltItem, bolt};

use super::Bolt;

/// Values by the names of their buckets and their key, and how the walk ended.
type Values = BTreeMap<Vec<Vec<u8>>, Vec<u8>>;

fn read(bytes: &[u8]) -> (Values, Result<(), String>) {
    let mut found = Values::new();
    let end = Bolt::open(Cursor::new(bytes)).and_then(|mut bolt| {
        bolt.walk(&mut |path, key, value| {
            let path = [path, &[key.to_vec()]].concat();
            assert!(found.insert(path, value.to_vec()).is_none(), "shown twice");
        })
    });
    (found, end.map_err(|error| error.to_string()))
}

/// Packages `p0`, `p1` … of one release, each with as many values of as many bytes.
fn release(packages: usize, values: usize, bytes: usize) -> BoltBucket {
    let value = |number| (key("CVE-", number), BoltItem::Value(vec![7; bytes]));
    let flaws: BoltBucket = (0..values).map(value).collect();
    let package = |number| (key("p", number), BoltItem::Bucket(flaws.clone()));
    let packages = (0..packages).map(package).collect();
    [(b"debian 12".to_vec(), BoltItem::Bucket(packages))].into()
}

fn key(prefix: &str, number: usize) -> Vec<u8> {
    format!("{prefix}{number}").into_bytes()
}

fn flat(bucket: &BoltBucket, path: &[Vec<u8>], into: &mut Values) {
    for (key, item) in bucket {
        let path = [path, std::slice::from_ref(key)].concat();
        match item {
            BoltItem::Value(value) => drop(into.insert(path, value.clone())),
            BoltItem::Bucket(bucket) => flat(bucket, &path, into),
        }
    }
}

#[test]
fn buckets_of_every_size_are_read_whole() {
    for page_bytes in [512, 4096, 65_536] {
        for (packages, values, bytes) in [
            (0, 0, 0),
            (1, 0, 0),
            (1, 1, 1),
            (3, 2, 20),
            (900, 1, 9),
            (2, 900, 30),
            (2, 3, 99_999),
        ] {
            let bucket = release(packages, values, bytes);
            let mut right = Values::new();
            flat(&bucket, &[], &mut right);
            assert_eq!(right.len(), packages * values);
            assert!(
                read(&bolt(page_bytes, &bucket)) == (right, Ok(())),
                "{page_bytes} {packages}"
            );
        }
    }
}

#[test]
fn a_database_that_trivy_reads_holds_what_it_was_made_of() {
    let shared =
        ["trivy-db", "trivy"].map(|name| testkit::shared(&format!("conformance/{name}.tar.gz")));
    let [Some(database), Some(sources)] = shared else {
        return;
    };
    let (found, end) = read(&testkit::members(&database).unwrap()["db/trivy.db"]);
    assert_eq!(end, Ok(()));
    let found: Vec<_> = found.into_iter().collect();
    let mut right = BTreeMap::new();
    for (name, bytes) in testkit::members(&sources).unwrap() {
        if name.contains("fixtures/db/") {
            let document = yaml::read_one(&bytes, &yaml::Limits::default()).unwrap();
            pairs(&document.root, &[], &mut right);
        }
    }
    assert!(right.len() > 100, "{}", right.len());
    assert_eq!(found.len(), right.len());
    for ((path, bytes), (right_path, right)) in found.iter().zip(&right) {
        assert_eq!(path, right_path);
        if let Value::String(text) = right {
            assert_eq!(bytes, text.as_bytes(), "texts stand as they are");
            continue;
        }
        let value: Value = serde_json::from_slice(bytes)
            .unwrap_or_else(|error| panic!("{path:?} {bytes:?}: {error}"));
        assert_eq!(&value, right, "{path:?}");
    }
}

fn pairs(list: &yaml::Node, path: &[Vec<u8>], into: &mut BTreeMap<Vec<Vec<u8>>, Value>) {
    for pair in list.items() {
        let named = pair.get("bucket").or_else(|| pair.get("key"));
        let name = named.and_then(yaml::Node::text).unwrap();
        let path = [path, &[name.as_bytes().to_vec()]].concat();
        match pair.get("pairs") {
            Some(pairs) => self::pairs(pairs, &path, into),
            None => drop(into.insert(
                path,
                pair.get("value").map_or(Value::Null, yaml::Node::to_json),
            )),
        }
    }
}

/// Pages of 512 bytes: 2 and 3, leaves of the package's values, 4, the branch above them, …
fn sample() -> Vec<u8> {
    bolt(512, &release(1, 20, 24))
}

#[test]
fn a_lie_is_an_error_that_names_its_page() {
    let page = |number: usize| number * 512;
    // where, what is written there, what is said
    let lies: [(usize, &[u8], &str); 11] = [
        (page(2), &[9], "page 2: it calls itself page 9"),
        (
            page(2) + 8,
            &[16],
            "page 2: it is of a kind that cannot stand here",
        ),
        (
            page(2) + 10,
            &[255, 255],
            "page 2: its element 0 lies outside of it, or upon another one",
        ),
        (
            page(2) + 12,
            &[255, 255],
            "page 2: it has 33554432 bytes, more than the 8388608 allowed",
        ),
        (
            page(2) + 12,
            &[200],
            "page 3: it does not lie within the file's 7 pages",
        ),
        (page(2) + 12, &[1], "page 3: it is pointed at twice"),
        (
            page(2) + 16,
            &[2],
            "page 2: its element 0 lies outside of it, or upon another one",
        ),
        (
            page(2) + 20,
            &[0],
            "page 2: its element 0 lies outside of it, or upon another one",
        ),
        (
            page(2) + 28,
            &[255, 255, 255, 255],
            "page 2: its element 0 lies outside of it, or upon another one",
        ),
        (page(4) + 24, &[3], "page 3: it is pointed at twice"),
        (page(4) + 24, &[4], "page 4: it is pointed at twice"),
    ];
    for (at, lie, said) in lies {
        let mut bytes = sample();
        bytes[at..at + lie.len()].copy_from_slice(lie);
        let (_, end) = read(&bytes);
        assert_eq!(end, Err(format!("bolt database: {said}")), "{at}");
    }
}

#[test]
fn keys_out_of_order_are_an_error() {
    let mut bytes = sample();
    let at = bytes.windows(5).position(|it| it == b"CVE-0").unwrap();
    bytes[at] = b'X';
    assert_eq!(
        read(&bytes).1,
        Err("bolt database: page 2: its keys are not in order".to_owned())
    );
}

#[test]
fn buckets_within_buckets_without_end_are_an_error() {
    let mut bucket = release(1, 20, 24);
    for _ in 0..30 {
        bucket = [(b"b".to_vec(), BoltItem::Bucket(bucket))].into();
    }
    let end = read(&bolt(512, &bucket)).1.unwrap_err();
    assert!(
        end.ends_with("it lies more than 24 steps below the root"),
        "{end}"
    );
}

#[test]
fn an_inline_bucket_holds_no_others() {
    let mut bytes = bolt(512, &release(1, 1, 1));
    // the inline bucket of the only package: its value is called a bucket
    let at = bytes.windows(5).position(|it| it == b"CVE-0").unwrap();
    bytes[at - 16] = 1;
    assert_eq!(
        read(&bytes).1,
        Err("bolt database: page 2: it is of a kind that cannot stand here".to_owned())
    );
}

#[test]
fn the_newest_whole_meta_page_is_right() {
    let right = read(&sample());
    for (damaged, is_read) in [
        (&[20][..], true),
        (&[512 + 20], true),
        (&[20, 512 + 20], false),
    ] {
        let mut bytes = sample();
        for at in damaged {
            bytes[*at] ^= 255;
        }
        assert_eq!(read(&bytes) == right, is_read, "{damaged:?}");
    }
}

#[test]
fn what_is_cut_is_an_error() {
    let bytes = sample();
    for end in 0..bytes.len() {
        assert!(read(&bytes[..end]).1.is_err(), "{end}");
    }
}
