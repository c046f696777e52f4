//! What comes out is what went in; whatever else comes in is an error with a place.

use std::sync::Arc;

use model::{Affected, Confidence, Range, Rating, Score, Severity, Status, Upper};

use super::*;
use crate::shard::{self, NewRow};
use crate::write::WriteError;
use crate::write::{self, About};

#[test]
fn everything_comes_back() {
    let database = Database::from_bytes(small()).unwrap();
    assert_eq!(
        database.advisories("debian-12", "openssl").unwrap(),
        openssl()
    );
    assert_eq!(
        database.advisories("debian-12", "pkg-0777").unwrap(),
        vec![below("CVE-2020-0777", "1.777-1")]
    );
    assert_eq!(
        database.ratings("CVE-2024-0727").unwrap(),
        [
            rating("ghsa", Severity::High),
            rating("nvd", Severity::Medium)
        ]
        .map(Arc::new)
    );
    assert_eq!(database.kev("CVE-2024-12345").unwrap(), Some(kev()));
    assert_eq!(database.epss("CVE-2024-12345").unwrap(), Some(Epss(97_565)));
    assert_eq!(database.eol("debian", "12").unwrap(), Some(eol()));
    assert_eq!(
        database.texts("debian-12-current", "openssl").unwrap(),
        vec![vec!["3.0.11-1".to_owned(), String::new()]]
    );
}

#[test]
fn what_is_not_there_is_none() {
    let database = Database::from_bytes(small()).unwrap();
    for package in ["", "a", "opens", "openssl2", "pkg-9999", "zzz"] {
        assert_eq!(database.advisories("debian-12", package), Ok(vec![]));
    }
    assert_eq!(database.advisories("debian-99", "openssl"), Ok(vec![]));
    assert_eq!(database.ratings("CVE-2024-0728"), Ok(vec![]));
    assert_eq!(database.ratings("not a CVE"), Ok(vec![]));
    assert_eq!(database.kev("CVE-2024-12346"), Ok(None));
    assert_eq!(database.epss("CVE-2024-2345"), Ok(None));
    assert_eq!(database.eol("debian", "99"), Ok(None));
}

#[test]
fn the_head_tells_what_a_shard_is() {
    let database = Database::from_bytes(small()).unwrap();
    let names: Vec<String> = database.shards().into_iter().map(|it| it.name).collect();
    let want = [
        "debian-12",
        "debian-12-current",
        "eol",
        "epss",
        "kev",
        "severity",
    ];
    assert_eq!(names, want);
    let debian = database.shard("debian-12").unwrap();
    assert_eq!(debian.count, 3_003);
    assert!(!debian.knows_unfixed);
    assert!(!database.has_shard("debian-11"));
    let verified = database.verify();
    assert_eq!((verified.entries, verified.problems), (3_008, vec![]));
}

#[test]
fn same_input_same_bytes() {
    assert_eq!(small(), small());
}

#[test]
fn one_shard_can_be_replaced_alone() {
    let rows = BTreeMap::from([("CVE-2024-12345".to_owned(), Epss(1))]);
    let mut shards = shards(3);
    shards[3] = write::epss(&about("epss"), &rows).unwrap();
    let database = Database::from_bytes(write::database(&shards).unwrap()).unwrap();
    assert_eq!(database.epss("CVE-2024-12345"), Ok(Some(Epss(1))));
    assert_eq!(database.kev("CVE-2024-12345"), Ok(Some(kev())));
}

#[test]
fn names_and_keys_come_once() {
    let twice = write::database(&[shards(3)[0].clone(), shards(3)[0].clone()]);
    assert!(matches!(twice, Err(WriteError::Order(name)) if name == "debian-12"));
    let no_cve = BTreeMap::from([("GHSA-1".to_owned(), Epss(1))]);
    assert!(write::epss(&about("epss"), &no_cve).is_err());
}

#[test]
fn a_newer_format_says_what_to_do() {
    let mut bytes = small();
    bytes[4] = 4;
    let error = Database::from_bytes(bytes).unwrap_err();
    let want = "advisory database: its format 4 is newer than format 3, the newest that this \
                program reads";
    assert_eq!(error.to_string(), want);
    let next = "update seaworthy, or use an older database";
    assert_eq!(error.next(), Some(next));
}

#[test]
fn other_bytes_are_no_database() {
    for bytes in [&b""[..], b"SWD", b"PK\x03\x04", b"SWSH\x01"] {
        let opened = Database::from_bytes(bytes.to_vec());
        assert_eq!(opened.unwrap_err(), DatabaseError::NotADatabase);
    }
}

#[test]
fn truncated_anywhere_it_does_not_open() {
    let bytes = tiny();
    for end in 0..bytes.len() {
        assert!(
            Database::from_bytes(bytes[..end].to_vec()).is_err(),
            "{end}"
        );
    }
    let mut longer = bytes;
    longer.push(0);
    assert!(Database::from_bytes(longer).is_err());
}

#[test]
fn every_flipped_bit_is_found() {
    let bytes = tiny();
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        let is_found = Database::from_bytes(flipped)
            .is_ok_and(|database| database.verify().problems.is_empty());
        assert!(!is_found, "byte {at}");
    }
}

#[test]
fn one_broken_block_costs_only_itself() {
    let mut bytes = small();
    let debian = bytes.windows(4).position(|it| it == b"SWSH").unwrap();
    let size = Database::from_bytes(bytes.clone())
        .unwrap()
        .shard("debian-12");
    // The last byte of the shard lies in its last block.
    bytes[debian + size.unwrap().stored_bytes - 1] ^= 1;
    let database = Database::from_bytes(bytes).unwrap();
    assert_eq!(database.advisories("debian-12", "openssl"), Ok(openssl()));
    assert_eq!(database.epss("CVE-2024-12345"), Ok(Some(Epss(97_565))));
    let error = database.advisories("debian-12", "pkg-2999").unwrap_err();
    let problems = database.verify().problems;
    assert_eq!(problems, vec![error.clone()]);
    let text = error.to_string();
    assert!(text.starts_with("shard `debian-12`, block "), "{text}");
    assert!(text.contains("its digest does not fit its bytes"), "{text}");
}

#[test]
fn few_bytes_cannot_become_many() {
    let mut bomb = Vec::new();
    for number in 0..40_000 {
        bomb.push(below(
            &format!("CVE-2024-{:04}", 1_000 + number),
            &"9".repeat(4_000),
        ));
    }
    let payload = tables::advisories::encode(&bomb).unwrap();
    let row = NewRow {
        key: "bomb".to_owned(),
        entries: bomb.len(),
        payload,
    };
    let shard = shard::write(Table::Advisories, &about("debian-12"), &[row]).unwrap();
    let database = Database::from_bytes(write::database(&[shard]).unwrap()).unwrap();
    let error = database.advisories("debian-12", "bomb").unwrap_err();
    assert!(
        error.to_string().contains("more than the 33554432 allowed"),
        "{error}"
    );
}

#[test]
fn a_package_of_many_flaws_stands_in_several_rows() {
    let flaws = |numbers: std::ops::Range<usize>| -> Vec<Advisory> {
        let ids = numbers.map(|number| format!("CVE-2030-{}", 1_000 + number));
        ids.map(|id| below(&id, "1")).collect()
    };
    let row = |package: &str, number: usize, flaws: &[Advisory]| NewRow {
        key: tables::advisories::part(package, number),
        entries: flaws.len(),
        payload: tables::advisories::encode(flaws).unwrap(),
    };
    let rows = [
        row("kerne", 0, &flaws(0..1)),
        // in whatever order they are
        row("kernel", 0, &flaws(6..9)),
        row("kernel", 1, &flaws(0..6)),
        row("kernel", 2, &flaws(9..10)),
        row("kernel-debug", 0, &flaws(0..2)),
    ];
    let shard = shard::write(Table::Advisories, &about("redhat-all"), &rows).unwrap();
    let database = Database::from_bytes(write::database(&[shard]).unwrap()).unwrap();
    let wanted = |it: &Advisory| it.status == Status::Fixed;
    for (package, count) in [
        ("kerne", 1),
        ("kernel", 10),
        ("kernel-debug", 2),
        // a row behind the first is no package of its own
        ("kernel\0", 0),
        ("kernel\x0001", 0),
    ] {
        let found = database.advisories("redhat-all", package).unwrap();
        assert_eq!(found, flaws(0..count), "{package:?}");
        let found = database
            .advisories_if("redhat-all", package, &wanted)
            .unwrap();
        assert_eq!(found.len(), count, "{package:?}");
    }
    let packages = database.packages("redhat-all").unwrap();
    assert_eq!(
        packages.keys().collect::<Vec<_>>(),
        ["kerne", "kernel", "kernel-debug"]
    );
    assert_eq!(packages["kernel"], flaws(0..10));
    let verified = database.verify();
    assert_eq!((verified.entries, verified.problems), (13, vec![]));
}

#[test]
fn the_built_in_snapshot_is_whole() {
    let database = Database::embedded().unwrap();
    assert_eq!(database.verify().problems, vec![]);
    assert!(SNAPSHOT.len() <= 2_000_000, "{} bytes", SNAPSHOT.len());
}

/// One shard of several blocks, and one of each other kind.
fn small() -> Vec<u8> {
    write::database(&shards(3_000)).unwrap()
}

/// Few bytes, for tests that try each of them.
fn tiny() -> Vec<u8> {
    write::database(&shards(3)).unwrap()
}

fn shards(packages: usize) -> Vec<Vec<u8>> {
    let mut debian = BTreeMap::from([("openssl".to_owned(), openssl())]);
    for number in 0..packages {
        let advisory = below(&format!("CVE-2020-{number:04}"), &format!("1.{number}-1"));
        debian.insert(format!("pkg-{number:04}"), vec![advisory]);
    }
    let ratings = vec![
        rating("ghsa", Severity::High),
        rating("nvd", Severity::Medium),
    ];
    let cycles = BTreeMap::from([("12".to_owned(), eol())]);
    let current = vec![vec!["3.0.11-1".to_owned(), String::new()]];
    let by = |key: &str| key.to_owned();
    vec![
        write::advisories(&about("debian-12"), &debian),
        write::texts(
            &about("debian-12-current"),
            &BTreeMap::from([(by("openssl"), current)]),
        ),
        write::eol(&about("eol"), &BTreeMap::from([(by("debian"), cycles)])),
        write::epss(
            &about("epss"),
            &BTreeMap::from([(by("CVE-2024-12345"), Epss(97_565))]),
        ),
        write::kev(
            &about("kev"),
            &BTreeMap::from([(by("CVE-2024-12345"), kev())]),
        ),
        write::ratings(
            &about("severity"),
            &BTreeMap::from([(by("CVE-2024-0727"), ratings)]),
        ),
    ]
    .into_iter()
    .map(Result::unwrap)
    .collect()
}

fn about(name: &str) -> About {
    About {
        name: name.to_owned(),
        publisher: "Somebody".to_owned(),
        newest: "2026-08-22".parse().ok(),
        licence: "facts".to_owned(),
        knows_unfixed: false,
    }
}

/// One of each kind, in the order in which they come back.
fn openssl() -> Vec<Advisory> {
    let range = Range {
        introduced: "1.0".to_owned(),
        upper: Upper::LastAffected("1.5".to_owned()),
    };
    vec![
        Advisory {
            vendor_ids: vec!["DSA-5764-1".to_owned()],
            confidence: Confidence::Low,
            ..below("CVE-2024-0727", "3.0.13-1~deb12u1")
        },
        Advisory {
            affected: Affected::Never,
            status: Status::NotAffected,
            date: None,
            ..below("CVE-2024-4741", "")
        },
        Advisory {
            aliases: vec!["CVE-2024-5535".to_owned()],
            affected: Affected::Ranges(vec![range]),
            severity: Some(Severity::Low),
            arches: vec!["amd64".to_owned()],
            streams: vec![3, 700, 701],
            ..below("GHSA-4qjf-2hgm-92q6", "")
        },
    ]
}

fn below(id: &str, fixed: &str) -> Advisory {
    Advisory {
        id: id.to_owned(),
        aliases: vec![],
        affected: Affected::Below(fixed.to_owned()),
        status: Status::Fixed,
        severity: None,
        date: "2024-06-22".parse().ok(),
        confidence: Confidence::High,
        vendor_ids: vec![],
        arches: vec![],
        streams: vec![],
    }
}

fn rating(source: &str, severity: Severity) -> Rating {
    Rating {
        source: source.to_owned(),
        severity,
        score: Some(Score(55)),
        vector: Some("CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:N/I:N/A:H".to_owned()),
        estimated: false,
    }
}

fn kev() -> Kev {
    Kev {
        added: "2024-01-02".parse().ok(),
        due: None,
        is_ransomware: true,
    }
}

fn eol() -> Eol {
    Eol {
        regular: "2026-06-10".parse().ok(),
        extended: "2028-06-30".parse().ok(),
        codename: "Bookworm".to_owned(),
        latest: "12.9".to_owned(),
    }
}
