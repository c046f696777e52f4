//! What is kept comes back; what is damaged, old or too much does not.

use std::fs;

use super::*;
use policy::image_policy::{Found, FoundKind};

const NOW: i64 = 1_800_000_000;
const ROOM: u64 = 16 << 20;

fn digest_of(number: u16) -> Digest {
    let mut bytes = [0; 32];
    bytes[..2].copy_from_slice(&number.to_be_bytes());
    Digest::new(bytes)
}

/// Facts that do not become small.
fn facts(number: u16, flaws: usize) -> ImageFacts {
    let found = (0..flaws).map(|flaw| Found {
        kind: FoundKind::Vulnerability,
        id: format!("CVE-{}", (flaw * 7_919 + usize::from(number)) % 1_000_003),
        aliases: vec![format!("GHSA-{}", flaw * 104_729 % 999_983)],
        severity: model::Severity::High,
        place: format!("lib{flaw} 1.{number}"),
        package: format!("lib{flaw}"),
        fixed: "2".to_owned(),
        is_exploited: false,
        epss: 7,
        since: None,
    });
    ImageFacts {
        digest: Some(digest_of(number)),
        platform: "linux/amd64".to_owned(),
        created: None,
        found: found.map(std::sync::Arc::new).collect(),
        base: None,
        past_end: None,
        gaps: vec![(model::GapKind::Unread, "a.jar".to_owned())],
        data: vec![(
            policy::image_policy::Data::Kev,
            "2026-11-26".parse().unwrap(),
        )],
        running: Some(model::Running {
            programs: Some("sh\nls".into()),
            ..model::Running::default()
        }),
        pulled: Some(digest_of(number)),
        judged: None,
        news: std::collections::BTreeMap::new(),
        others: Vec::new(),
    }
}

#[test]
fn what_is_kept_is_there_when_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let facts = facts(1, 3);
    {
        let store = Store::open(folder.path(), ROOM).unwrap();
        store.keep_image(&facts, "db1", NOW).unwrap();
        store.keep_name("a:1", digest_of(1), NOW + 60).unwrap();
        store.admit("shop", digest_of(1), NOW).unwrap();
        store.admit("shop", digest_of(1), NOW + 1).unwrap();
    }
    let store = Store::open(folder.path(), ROOM).unwrap();
    assert_eq!(store.image(digest_of(1), "db1", NOW).unwrap(), Some(facts));
    assert_eq!(store.image(digest_of(1), "db2", NOW).unwrap(), None);
    assert_eq!(store.image(digest_of(2), "db1", NOW).unwrap(), None);
    let name = |now| store.name("a:1", now).unwrap();
    assert_eq!(name(NOW + 59), Some((digest_of(1), NOW + 60)));
    assert_eq!(name(NOW + 60), None);
    let admitted = store.admitted().unwrap();
    assert_eq!(admitted, [("shop".to_owned(), digest_of(1))]);
    store.forget_others("db2").unwrap();
    assert_eq!(store.image(digest_of(1), "db1", NOW).unwrap(), None);
}

#[test]
fn what_is_no_store_or_a_damaged_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(FILE);
    fs::write(&file, vec![b'x'; 8_192]).unwrap();
    let error = Store::open(folder.path(), ROOM).unwrap_err().to_string();
    assert!(error.contains("known.sqlite: "), "{error}");
    fs::remove_file(&file).unwrap();
    let store = Store::open(folder.path(), ROOM).unwrap();
    store.keep_image(&facts(1, 3), "db", NOW).unwrap();
    store
        .runtime
        .block_on(
            query(
                "UPDATE images SET facts = CAST(substr(facts, 1, 40) || substr(facts, 42) AS BLOB)",
            )
            .execute(&store.pool),
        )
        .unwrap();
    let error = store.image(digest_of(1), "db", NOW).unwrap_err();
    assert!(matches!(error, StoreError::Damaged(_)), "{error}");
    // facts of another image under this digest are no facts of it
    store.keep_image(&facts(2, 3), "db", NOW).unwrap();
    let moved = query(
        "UPDATE images SET facts = (SELECT facts FROM images WHERE digest LIKE 'sha256:0002%') WHERE digest LIKE 'sha256:0001%'",
    );
    store.runtime.block_on(moved.execute(&store.pool)).unwrap();
    let error = store.image(digest_of(1), "db", NOW).unwrap_err();
    assert!(matches!(error, StoreError::Damaged(_)), "{error}");
    let nowhere = Store::open(&file.join("x"), ROOM).unwrap_err().to_string();
    assert!(nowhere.contains("known.sqlite/x: "), "{nowhere}");
}

#[test]
fn it_takes_no_more_than_its_room_and_the_oldest_goes() {
    let folder = tempfile::tempdir().unwrap();
    let room = 1 << 20;
    let store = Store::open(folder.path(), room).unwrap();
    for number in 0..300 {
        let now = NOW + i64::from(number);
        store.keep_image(&facts(number, 400), "db", now).unwrap();
        // the first is used all the time
        store.image(digest_of(0), "db", now).unwrap();
    }
    let length = fs::metadata(folder.path().join(FILE)).unwrap().len();
    assert!(length <= room, "{length}");
    let is_there = |number| store.image(digest_of(number), "db", NOW).unwrap().is_some();
    assert!(is_there(299) && is_there(0));
    assert!(!is_there(1));
}
