//! Proves that what stands behind a database is a signature of it, or an error; and that keys are read.
//!
//! The last byte of an input says what the others are: 0, whatever stands behind a small database; 1, the
//! head of a signature, around which the envelope is right; all else, the text of a key.

use std::collections::BTreeMap;

use advisory::signature::{PublicKey, SecretKey, Validity};
use advisory::write::{self, About};
use advisory::{Database, DatabaseError};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

/// For seeds; nobody uses it elsewhere.
const SECRET: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIFRRSXo0FmZ4jOpFB3NVsXQVPiG6jmMMQBPUxwcSN1Jr\n-----END PRIVATE KEY-----\n";
const PUBLIC: &str = "MCowBQYDK2VwAyEAw8wsrkGegNP/RLR1bO5hP5mppdVSFlR2C+LTURFNv2g=";
/// What the seeds say.
const GENERATION: u64 = 7;

/// Opens a database with `input` behind it, or reads it as a key.
///
/// # Panics
/// If something is taken for a signature of this database that is none, or a key is not the same again.
pub fn check(input: &[u8]) {
    let Some((&mode, bytes)) = input.split_last() else {
        return;
    };
    match mode {
        0 => check_behind(bytes),
        1 => check_behind(&envelope(bytes)),
        _ => check_key(&String::from_utf8_lossy(bytes)),
    }
}

fn check_behind(trailer: &[u8]) {
    let plain = plain();
    let bytes = [&plain[..], trailer].concat();
    let Ok(database) = Database::from_bytes(bytes.clone()) else {
        return;
    };
    let mut copy = Vec::new();
    assert!(
        database.copy_to(&mut copy).is_ok() && copy == bytes,
        "it is copied as it is"
    );
    let Some(signed) = database.signed() else {
        assert!(trailer.is_empty(), "what is no signature is an error");
        return;
    };
    assert_eq!(signed.manifest.directory, database.directory());
    assert_eq!(usize::try_from(signed.manifest.bytes), Ok(plain.len()));
    // whoever has no key of another signs for nobody else: of ours there is one signature
    let is_ours = PublicKey::parse(PUBLIC).is_ok_and(|key| key == signed.key);
    assert!(
        !is_ours || signed.manifest.generation == GENERATION,
        "our signature was forged"
    );
}

fn check_key(text: &str) {
    if let Ok(key) = PublicKey::parse(text) {
        assert_eq!(key.fingerprint().len(), 16);
        assert_eq!(PublicKey::parse(text), Ok(key), "the same again");
    }
    if let Ok(key) = SecretKey::parse(text) {
        assert!(!format!("{key:?}").contains("key"), "a secret is not shown");
    }
}

fn plain() -> Vec<u8> {
    let about = About {
        name: "a".to_owned(),
        publisher: String::new(),
        newest: None,
        licence: String::new(),
        knows_unfixed: false,
    };
    let shard = write::texts(&about, &BTreeMap::new()).unwrap_or_default();
    write::database(&[shard]).unwrap_or_default()
}

fn envelope(head: &[u8]) -> Vec<u8> {
    let length = u32::try_from(head.len()).unwrap_or_default().to_le_bytes();
    let digest: [u8; 32] = Sha256::digest(head).into();
    [&b"SWSG"[..], &[3], &length, &digest, head].concat()
}

/// Signs the small database, and returns what then stands behind it.
fn signed() -> Result<Vec<u8>, DatabaseError> {
    let plain = plain();
    let database = Database::from_bytes(plain.clone())?;
    let validity = Validity {
        generation: GENERATION,
        created: Timestamp::UNIX_EPOCH,
        expires: Timestamp::MAX,
    };
    let mut bytes = Vec::new();
    if let Ok(key) = SecretKey::parse(SECRET) {
        // into memory nothing fails
        let _written = database.sign_to(validity, &key, &mut bytes);
    }
    Ok(bytes.split_off(plain.len().min(bytes.len())))
}

/// Returns a signature, its head alone, and keys.
pub fn seeds() -> Vec<Vec<u8>> {
    let with = |bytes: &[u8], mode: u8| [bytes, &[mode]].concat();
    let signed = signed().unwrap_or_default();
    // magic, format, length, digest
    let head = signed.get(4 + 1 + 4 + 32..).unwrap_or_default();
    vec![
        with(&signed, 0),
        with(&[], 0),
        with(head, 1),
        with(PUBLIC.as_bytes(), 2),
        with(SECRET.as_bytes(), 2),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeds_are_what_they_say() {
        let behind = |trailer: &[u8]| {
            let bytes = [&plain()[..], trailer].concat();
            Database::from_bytes(bytes).unwrap().signed().cloned()
        };
        let signed = signed().unwrap();
        assert_eq!(behind(&signed).unwrap().manifest.generation, GENERATION);
        assert_eq!(behind(&envelope(&signed[41..])), behind(&signed));
        assert_eq!(behind(&[]), None);
        assert!(SecretKey::parse(SECRET).is_ok());
    }
}
