//! Proves that a database of advisories that was damaged, or made to do harm, is an error or a
//! database whose every look-up is bounded, and that no damage to the embedded one changes an answer.
//!
//! The last byte of an input says what the others are: 0, a whole file; 1, changes to the embedded
//! snapshot, five bytes each (place, and what to flip there); all else, the rows of one block of the
//! table with that number (modulo 7), around which every digest is right.

use std::sync::{Arc, OnceLock};

use advisory::write::About;
use advisory::{Database, DatabaseError, Supports};
use model::{Advisory, Details, Digest, Eol, Epss, Kev, Rating};
use sha2::{Digest as _, Sha256};

static SNAPSHOT: &[u8] = include_bytes!("../../advisory/data/snapshot.swdb");

/// Shards of the seven tables, by their numbers in the format.
const SHARDS: [&str; 8] = [
    "debian-12",
    "severity",
    "kev",
    "epss",
    "eol",
    "debian-support",
    "details",
    "references",
];

/// Opens what `input` is and looks everything up in it.
///
/// # Panics
/// If an answer is wrong, or a look-up fails in a database that was found whole.
pub fn check(input: &[u8]) {
    let Some((&mode, bytes)) = input.split_last() else {
        return;
    };
    match mode {
        0 => {
            if let Ok(database) = Database::from_bytes(bytes.to_vec()) {
                let _ = database.verify();
                let _ = answers(&database, &[]);
            }
        }
        1 => check_damaged(bytes),
        table => check_rows(usize::from(table) % SHARDS.len(), bytes),
    }
}

fn check_damaged(changes: &[u8]) {
    let mut bytes = SNAPSHOT.to_vec();
    for change in changes.chunks_exact(5) {
        if let [a, b, c, d, flip] = *change {
            let place = usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or(0);
            let length = bytes.len();
            if let Some(byte) = bytes.get_mut(place % length) {
                *byte ^= flip;
            }
        }
    }
    let Ok(damaged) = Database::from_bytes(bytes) else {
        return;
    };
    for (damaged, right) in answers(&damaged, &[]).iter().zip(right_answers()) {
        if let Ok(damaged) = damaged {
            assert_eq!(Some(damaged), right.as_ref().ok(), "an answer changed");
        }
    }
}

fn right_answers() -> &'static [Result<Answer, DatabaseError>] {
    static RIGHT: OnceLock<Vec<Result<Answer, DatabaseError>>> = OnceLock::new();
    RIGHT.get_or_init(|| Database::embedded().map_or(Vec::new(), |it| answers(&it, &[])))
}

fn check_rows(table: usize, rows: &[u8]) {
    let keys = keys(rows);
    let Some(bytes) = sealed(table, rows, keys.first().map_or("", String::as_str)) else {
        return;
    };
    let Ok(database) = Database::from_bytes(bytes) else {
        return;
    };
    let verified = database.verify();
    assert_eq!(verified, database.verify(), "the same again");
    let answers = answers(&database, &keys);
    let is_whole = verified.problems.iter().all(is_miscount);
    assert!(
        !is_whole || answers.iter().all(Result::is_ok),
        "{:?}",
        answers.iter().find(|answer| answer.is_err())
    );
}

/// The count of entries stands in the head, which is ours here.
fn is_miscount(problem: &DatabaseError) -> bool {
    matches!(
        problem,
        DatabaseError::Broken {
            damage: advisory::Damage::Count { .. },
            ..
        }
    )
}

/// What a database says.
#[derive(Debug, PartialEq)]
enum Answer {
    Advisories(Vec<Advisory>),
    Ratings(Vec<Arc<Rating>>),
    Kev(Option<Kev>),
    Epss(Option<Epss>),
    Eol(Option<Eol>),
    Supports(Supports),
    Texts(Vec<Vec<String>>),
    Details(Option<Details>),
    Covered(Option<bool>),
}

/// Asks for a few well-known keys and for `keys`.
fn answers(database: &Database, keys: &[String]) -> Vec<Result<Answer, DatabaseError>> {
    const CVES: [&str; 4] = [
        "CVE-2024-0727",
        "CVE-2021-44228",
        "CVE-2022-0778",
        "CVE-1999-0001",
    ];
    let known = ["openssl", "debian", "debian-12"].map(str::to_owned);
    let mut answers = Vec::new();
    for key in known.iter().chain(keys.iter().take(8)) {
        answers.push(
            database
                .advisories("debian-12", key)
                .map(Answer::Advisories),
        );
        answers.push(database.eol(key, "12").map(Answer::Eol));
        answers.push(database.supports("debian-12").map(Answer::Supports));
        answers.push(database.texts("debian-support", key).map(Answer::Texts));
        answers.push(database.is_covered("debian-12", key).map(Answer::Covered));
    }
    let cves = keys.iter().take(8).map(|shelf| format!("{shelf}001"));
    for cve in CVES.map(str::to_owned).into_iter().chain(cves) {
        answers.push(database.ratings(&cve).map(Answer::Ratings));
        answers.push(database.kev(&cve).map(Answer::Kev));
        answers.push(database.epss(&cve).map(Answer::Epss));
        answers.push(database.details(&cve).map(Answer::Details));
    }
    answers
}

/// Returns the keys of the rows, as far as they can be read.
fn keys(mut rows: &[u8]) -> Vec<String> {
    let mut keys = Vec::new();
    let mut before = String::new();
    while let Ok(((shared, rest, _), behind)) =
        postcard::take_from_bytes::<(u32, &str, &[u8])>(rows)
    {
        let shared = usize::try_from(shared).unwrap_or(usize::MAX);
        let Some(old) = before.get(..shared) else {
            break;
        };
        before = format!("{old}{rest}");
        keys.push(before.clone());
        rows = behind;
        if rows.is_empty() {
            break;
        }
    }
    keys
}

/// Puts rows into a database of one shard of one block, digests and all.
fn sealed(table: usize, rows: &[u8], first: &str) -> Option<Vec<u8>> {
    let name = (*SHARDS.get(table)?).to_owned();
    let about = About {
        name: name.clone(),
        publisher: String::new(),
        newest: None,
        licence: String::new(),
        knows_unfixed: false,
    };
    let block = zstd::bulk::compress(rows, 1).ok()?;
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).ok();
    let blocks = vec![(first, length(&block)?, length(rows)?, digest(&block))];
    let head = postcard::to_stdvec(&(u32::try_from(table).ok()?, about, 0_u32, blocks)).ok()?;
    let shard = [envelope(*b"SWSH", &head)?, block].concat();
    let directory = postcard::to_stdvec(&[(name, length(&shard)?, digest(&head))][..]).ok()?;
    Some([envelope(*b"SWDB", &directory)?, shard].concat())
}

/// Magic, format 3, length and digest of a head, and the head.
fn envelope(magic: [u8; 4], head: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(head.len()).ok()?.to_le_bytes();
    Some([&magic[..], &[3], &length, digest(head).as_bytes(), head].concat())
}

fn digest(bytes: &[u8]) -> Digest {
    Digest::new(Sha256::digest(bytes).into())
}

/// Returns whole databases, changes to the embedded one, and rows of each table.
pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    let with = |mut bytes: Vec<u8>, mode: u8| {
        bytes.push(mode);
        bytes
    };
    let row = |key: &str, payload: Vec<u8>| {
        postcard::to_stdvec(&(0_u32, key, &*payload)).unwrap_or_default()
    };
    let texts = [
        ["linux", "ended", "2024-01-01"],
        ["openssl", "limited", "x"],
    ];
    let texts = row(
        "debian-12",
        postcard::to_stdvec(&texts[..].iter().map(|row| row.to_vec()).collect::<Vec<_>>())
            .unwrap_or_default(),
    );
    seeds.push(with(sealed(5, &texts, "debian-12").unwrap_or_default(), 0));
    seeds.push(with(texts, 5));
    seeds.push(with(vec![0, 0, 0, 0, 1, 9, 0, 0, 0, 8, 0, 0, 1, 0, 255], 1));
    // below 1.0, fixed, no severity, no day, sure; CVE-2024-0727, and an advisory with an alias
    let advisories =
        b"\0\x031.0\x03\0\0\0\x01\x05DSA-1\0\0\x01\xd7\x85\x80\xc0\x05\x01\x05DSA-1\x01\x06GHSA-1"
            .to_vec();
    seeds.push(with(row("openssl", advisories), 8));
    // places 1 and 27, then what stands there
    let ratings = [
        row("CVE-2024-0", b"\x02\x01\x1a\x01\0\0".to_vec()),
        row("distinct 00000000", b"\x01\x03nvd\x03\0\0\0".to_vec()),
    ];
    seeds.push(with(ratings.concat(), 9));
    seeds.push(with(
        row("CVE-2024-0", b"\x02\x01\x1a\x01\x10\0\0\0\0\x01".to_vec()),
        10,
    ));
    seeds.push(with(
        row("CVE-2024-0", b"\x02\x01\x1a\x80\x08\x05".to_vec()),
        3,
    ));
    seeds.push(with(
        row(
            "debian",
            b"\x01\x0212\x01\x10\0\x08bookworm\x0412.5".to_vec(),
        ),
        4,
    ));
    // title, description
    seeds.push(with(row("CVE-2024-0727", b"\x01t\x01d".to_vec()), 6));
    // weaknesses, references, two days
    seeds.push(with(row("CVE-2024-0727", b"\0\x01\x01r\0\0".to_vec()), 7));
    seeds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_among_the_seeds_are_whole() {
        for seed in seeds() {
            let (&mode, rows) = seed.split_last().unwrap();
            let table = usize::from(mode) % SHARDS.len();
            if mode < 2 {
                continue;
            }
            let keys = keys(rows);
            let database = Database::from_bytes(sealed(table, rows, &keys[0]).unwrap()).unwrap();
            let verified = database.verify();
            assert!(
                verified.problems.iter().all(is_miscount),
                "{mode}: {verified:?}"
            );
            assert!(verified.entries > 0, "{mode}: {verified:?}");
        }
    }
}
