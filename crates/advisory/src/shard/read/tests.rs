//! Heads that lie: their digests fit, what they say does not.

use super::*;
use crate::shard::{NewRow, Table, block, write};
use crate::write::About;

#[test]
fn an_honest_head_opens() {
    check(|_head, _body| {}, Ok(()));
}

#[test]
fn lies_about_blocks_are_found_before_anything_is_decompressed() {
    check(
        |head, _body| head.blocks[0].raw_bytes = 4 << 20 | 1,
        Err("it expands to 4194305 bytes, more than the 4194304 allowed"),
    );
    check(
        |head, _body| head.blocks[1].stored_bytes += 1,
        Err("it ends too early"),
    );
    check(
        |head, _body| head.blocks[1].stored_bytes = u32::MAX,
        Err("it ends too early"),
    );
    check(
        |head, _body| head.blocks[1].stored_bytes -= 1,
        Err("1 bytes too many follow"),
    );
    check(|_head, body| body.push(0), Err("1 bytes too many follow"));
    check(
        |head, _body| head.blocks.swap(0, 1),
        Err("its entries are not in order"),
    );
    check(
        |head, _body| head.about.name = "another".to_owned(),
        Err("it cannot be decoded"),
    );
}

#[test]
fn lies_about_what_is_in_a_block_are_found_when_it_is_read() {
    check_walk(
        |head| head.blocks[0].raw_bytes -= 1,
        "block 0 at byte AT: it does not decompress to the RAW bytes that it declares",
    );
    check_walk(
        |head| head.blocks[0].raw_bytes += 1,
        "block 0 at byte AT: it does not decompress to the RAW bytes that it declares",
    );
    check_walk(
        |head| head.blocks[0].first = "a".to_owned(),
        "block 0 at byte AT: its entries are not in order",
    );
    check_walk(
        |head| head.blocks[1].first = "k0001".to_owned(),
        "block 0 at byte AT: its entries are not in order",
    );
}

#[test]
fn a_block_that_is_a_bomb_stays_small() {
    // 64 MiB of zeros in a few bytes, declared as ten.
    let bomb = zstd::bulk::compress(&vec![0; 1 << 26], 19).unwrap();
    let block = Block {
        at: 0..bomb.len(),
        raw: Once::new(),
        rows: Once::new(),
    };
    let head = BlockHead {
        first: String::new(),
        stored_bytes: 0,
        raw_bytes: 10,
        digest: envelope::digest(&bomb),
    };
    assert_eq!(
        inflate(Part::Memory(&bomb), &block, &head),
        Err(Damage::Compression(10))
    );
}

#[test]
fn rows_out_of_order_and_impossible_keys_are_errors() {
    let walk = |rows: &[(&str, &str)]| {
        let mut raw = Vec::new();
        for (before, key) in rows {
            block::push(&mut raw, before, key, b"").unwrap();
        }
        let mut rows = Rows::new(&raw);
        loop {
            match rows.next() {
                Ok(Some(_)) => {}
                Ok(None) => return None,
                Err(damage) => return Some(damage),
            }
        }
    };
    assert_eq!(walk(&[("", "ab"), ("ab", "ac")]), None);
    assert_eq!(walk(&[("", "ab"), ("ab", "ab")]), Some(Damage::Order));
    assert_eq!(walk(&[("", "b"), ("b", "a")]), Some(Damage::Order));
    // The second row shares more bytes than the first key has.
    assert_eq!(walk(&[("", "ab"), ("abc", "abc")]), Some(Damage::Encoding));
    // The second row shares half of a character.
    let half = [0, 2, 0xC3, 0xA9, 0, 1, 1, b'x', 0];
    let mut rows = Rows::new(&half);
    assert_eq!(rows.next(), Ok(Some(("é", &[][..]))));
    assert_eq!(rows.next(), Err(Damage::Encoding));
}

/// Opens a shard of two blocks whose head or body was changed, with digests that fit.
fn check(change: impl Fn(&mut Head, &mut Vec<u8>), want: Result<(), &str>) {
    let (mut head, mut body) = two_blocks();
    change(&mut head, &mut body);
    let want = want.map_err(|text| format!("shard `test`: {text}"));
    let opened = open(&head, &body).0.map(|_| ());
    assert_eq!(opened.map_err(|error| first_line(&error)), want);
}

/// Reads all rows of such a shard.
fn check_walk(change: impl Fn(&mut Head), want: &str) {
    let (mut head, body) = two_blocks();
    change(&mut head);
    let (shard, bytes) = open(&head, &body);
    let shard = shard.unwrap();
    let problems = shard.walk(Part::Memory(&bytes), |_, _| Ok(()));
    let at = shard.blocks[0].at.start.to_string();
    let raw = head.blocks[0].raw_bytes.to_string();
    let want = want.replace("AT", &at).replace("RAW", &raw);
    let texts: Vec<String> = problems.iter().map(first_line).collect();
    assert!(
        texts.contains(&format!("shard `test`, {want}")),
        "{texts:?}"
    );
}

fn two_blocks() -> (Head, Vec<u8>) {
    let rows: Vec<NewRow> = (0..10)
        .map(|number| NewRow {
            key: format!("k{number:04}"),
            entries: 1,
            payload: vec![number; 10_000],
        })
        .collect();
    let about = About {
        name: "test".to_owned(),
        publisher: String::new(),
        newest: None,
        licence: String::new(),
        knows_unfixed: true,
    };
    let shard = write(Table::Texts, &about, &rows).unwrap();
    let opened = envelope::open(MAGIC, &shard, "").unwrap();
    let head: Head = decode(opened.head).unwrap();
    assert_eq!(head.blocks.len(), 2);
    (head, shard[opened.body_at..].to_vec())
}

fn open(head: &Head, body: &[u8]) -> (Result<Shard, DatabaseError>, Vec<u8>) {
    let head = postcard::to_stdvec(head).unwrap();
    let mut bytes = envelope::seal(MAGIC, &head).unwrap();
    bytes.extend(body);
    let part = Part::Memory(&bytes);
    (Shard::open(part, "test", envelope::digest(&head)), bytes)
}

fn first_line(error: &DatabaseError) -> String {
    error.to_string().lines().next().unwrap().to_owned()
}
