//! Signatures against those of OpenSSL, and everything that is none.

use std::collections::BTreeMap;

use super::*;
use crate::write::{self, About};
use crate::{Database, DatabaseError};

/// Made by `openssl genpkey -algorithm ed25519` (3.0.19) for this test, and used nowhere else.
const SECRET: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIFRRSXo0FmZ4jOpFB3NVsXQVPiG6jmMMQBPUxwcSN1Jr
-----END PRIVATE KEY-----
";
/// What `openssl pkey -pubout` makes of it.
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAw8wsrkGegNP/RLR1bO5hP5mppdVSFlR2C+LTURFNv2g=
-----END PUBLIC KEY-----
";

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn unsigned(package: &str) -> Database {
    let about = About {
        name: "a-1".to_owned(),
        publisher: "A".to_owned(),
        newest: None,
        licence: String::new(),
        knows_unfixed: false,
    };
    let rows = BTreeMap::from([(package.to_owned(), vec![vec!["x".to_owned()]])]);
    let shard = write::texts(&about, &rows).unwrap();
    Database::from_bytes(write::database(&[shard]).unwrap()).unwrap()
}

fn bytes_of(database: &Database) -> Vec<u8> {
    let mut bytes = Vec::new();
    database.copy_to(&mut bytes).unwrap();
    bytes
}

fn signed(database: &Database, generation: u64) -> Vec<u8> {
    let validity = Validity {
        generation,
        created: time("2026-11-25T12:00:00Z"),
        expires: time("2026-12-25T12:00:00Z"),
    };
    let key = SecretKey::parse(SECRET).unwrap();
    let mut bytes = Vec::new();
    database.sign_to(validity, &key, &mut bytes).unwrap();
    bytes
}

#[test]
fn keys_are_those_of_openssl() {
    let key = PublicKey::parse(PUBLIC).unwrap();
    assert_eq!(SecretKey::parse(SECRET).unwrap().public(), key);
    // openssl pkey -pubout -outform DER | sha256sum
    assert_eq!(key.fingerprint(), "2a983401921862dd");
    let line = PUBLIC.lines().nth(1).unwrap();
    assert_eq!(PublicKey::parse(line), Ok(key));
    assert_eq!(PublicKey::parse(&format!(" {line}\n")), Ok(key));
    // a P-256 key, one of X25519, a cut one
    for text in [
        "",
        "site.pub",
        SECRET,
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaNm4JE4GkLkMyBzc0t0Xr3rG9FJx",
        "MCowBQYDK2VuAyEAw8wsrkGegNP/RLR1bO5hP5mppdVSFlR2C+LTURFNv2g=",
        "MCowBQYDK2VwAyEAw8wsrkGegNP/RLR1bO5hP5mppdVSFlR2C+LTURFN",
    ] {
        assert_eq!(PublicKey::parse(text), Err(BadKey::Public), "{text}");
    }
    for text in [
        "",
        PUBLIC,
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
    ] {
        assert!(SecretKey::parse(text).is_err(), "{text}");
    }
    let secret = format!("{:?}", SecretKey::parse(SECRET).unwrap());
    assert_eq!(secret, "[redacted]");
}

#[test]
fn a_signature_is_that_of_openssl() {
    // printf abc > m && openssl pkeyutl -sign -inkey KEY -rawin -in m | od -An -tx1
    let key = SecretKey::parse(SECRET).unwrap();
    let halves: Vec<String> = key
        .sign(b"abc")
        .chunks(32)
        .map(|half| Digest::new(half.try_into().unwrap()).to_hex())
        .collect();
    let want = [
        "5d3445369f49d0e6998999e9e137ba2b95ce6829691ed46f60ba8ac16fff2103",
        "de2b40cb5a79a7d92dce16660d971d2f57be39378e8118cec1db60456f695e06",
    ];
    assert_eq!(halves, want);
}

#[test]
fn what_is_signed_is_read_and_signed_again() {
    let plain = unsigned("p");
    assert_eq!(plain.signed(), None);
    let once = Database::from_bytes(signed(&plain, 7)).unwrap();
    let found = once.signed().unwrap();
    assert_eq!(found.manifest.generation, 7);
    assert_eq!(found.manifest.directory, plain.directory());
    assert_eq!(found.key, PublicKey::parse(PUBLIC).unwrap());
    assert_eq!(once.texts("a-1", "p").unwrap().len(), 1);
    // another signature takes the place of the first
    let twice = Database::from_bytes(signed(&once, 8)).unwrap();
    assert_eq!(twice.signed().unwrap().manifest.generation, 8);
    assert_eq!(bytes_of(&twice).len(), bytes_of(&once).len());
    assert_eq!(bytes_of(&twice), signed(&plain, 8), "the same again");
}

#[test]
fn no_other_byte_and_no_other_database_has_this_signature() {
    let plain = unsigned("p");
    let length = bytes_of(&plain).len();
    let whole = signed(&plain, 7);
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        let opened = Database::from_bytes(bytes);
        // a block is only looked at when it is read
        let is_whole = opened.is_ok_and(|opened| opened.verify().problems.is_empty());
        assert!(!is_whole, "byte {at} of {}", whole.len());
    }
    for end in length + 1..whole.len() {
        assert!(
            Database::from_bytes(whole[..end].to_vec()).is_err(),
            "cut at {end}"
        );
    }
    // signatures of other databases, of nothing, twice, and without an end
    let other = signed(&unsigned("q"), 9);
    let other = other[other.len() - (whole.len() - length)..].to_vec();
    for trailer in [
        other,
        vec![0],
        vec![0; MAX_BYTES + 1],
        [&whole[length..], &whole[length..]].concat(),
        [&whole[length..], b"x"].concat(),
    ] {
        let bytes = [&whole[..length], &trailer].concat();
        let error = Database::from_bytes(bytes).unwrap_err();
        assert!(
            matches!(
                error,
                DatabaseError::Broken {
                    damage: Damage::Signature | Damage::Trailing(_),
                    ..
                }
            ),
            "{error:?}"
        );
    }
}

#[test]
fn a_manifest_that_somebody_else_signed_is_no_manifest() {
    // the manifest of our key with the signature of another over something else
    let plain = unsigned("p");
    let length = bytes_of(&plain).len();
    let manifest = Manifest {
        generation: 99,
        created: time("2026-11-25T12:00:00Z"),
        expires: time("2026-12-25T12:00:00Z"),
        directory: plain.directory(),
        bytes: u64::try_from(length).unwrap(),
    };
    let manifest = postcard::to_stdvec(&manifest).unwrap();
    let key = SecretKey::parse(SECRET).unwrap();
    for (signature, is_good) in [
        (key.sign(&[PURPOSE, &manifest].concat()), true),
        (key.sign(&manifest), false),
        (vec![0; 64], false),
        (Vec::new(), false),
    ] {
        let sealed = Sealed {
            manifest: &manifest,
            key: key.public(),
            signature: &signature,
        };
        let head = postcard::to_stdvec(&sealed).unwrap();
        let trailer = envelope::seal(MAGIC, &head).unwrap();
        let opened = open(&trailer, plain.directory(), length);
        assert_eq!(opened.is_ok(), is_good, "{opened:?}");
    }
}

#[test]
fn who_is_believed() {
    let database = Database::from_bytes(signed(&unsigned("p"), 7)).unwrap();
    let ours = PublicKey::parse(PUBLIC).unwrap();
    let other = PublicKey::parse("MCowBQYDK2VwAyEAf7+NQWJWzPvKaMNMz2dr7bAfd/Q4zWGkUxzvGZQ45Hw=");
    let other = other.unwrap();
    let said = |keys: &[PublicKey], now: &str, seen| {
        let checked = check(database.signed(), keys, time(now), |_| seen);
        checked.map(|signed| signed.manifest.generation)
    };
    let day = "2026-11-26T00:00:00Z";
    assert_eq!(said(&[ours], day, None), Ok(7));
    assert_eq!(said(&[other, ours], day, Some(7)), Ok(7));
    assert_eq!(said(&[ours], "2026-12-25T12:00:00Z", Some(1)), Ok(7));
    assert_eq!(
        said(&[ours], day, Some(8)),
        Err(Untrusted::Older { found: 7, seen: 8 })
    );
    assert_eq!(
        said(&[other], day, None),
        Err(Untrusted::OtherKey("2a983401921862dd".to_owned()))
    );
    assert_eq!(said(&[], day, None), said(&[other], day, None));
    assert_eq!(
        said(&[ours], "2026-12-25T12:00:01Z", None),
        Err(Untrusted::Expired(time("2026-12-25T12:00:00Z")))
    );
    assert_eq!(
        said(&[ours], "2026-11-24T11:59:59Z", None),
        Err(Untrusted::ToCome(time("2026-11-25T12:00:00Z")))
    );
    assert_eq!(said(&[ours], "2026-11-24T12:00:00Z", None), Ok(7));
    let nobody = check(None, &[ours], time(day), |_| None);
    assert_eq!(nobody, Err(Untrusted::Unsigned));
}
