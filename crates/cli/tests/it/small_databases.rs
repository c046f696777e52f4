//! Databases of two shards, to be fetched, imported and refused; and keys that sign them.

use std::collections::BTreeMap;

use advisory::write::{self, About};
use testkit::{Answer, Asked, Registry, Reply};

use crate::program::Sandbox;

/// A database of a day, with so many entries in its shards `big` and `little`. What is built in is of
/// 2026-11-23.
pub(crate) fn database(day: &str, big: usize, little: usize) -> Vec<u8> {
    database_of((day, big), (day, little))
}

/// The same, each of its own day.
pub(crate) fn database_of(big: (&str, usize), little: (&str, usize)) -> Vec<u8> {
    let shard = |name: &str, (day, count): (&str, usize)| {
        let about = About {
            name: name.to_owned(),
            publisher: "Somebody".to_owned(),
            newest: Some(day.parse().unwrap()),
            licence: String::new(),
            knows_unfixed: false,
        };
        // texts that zstd cannot make small: there must be something to break off
        let row = |number: usize| {
            let digest = format!("{day}{number}").bytes().fold(7_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
            (
                format!("key-{number:06}"),
                vec![vec![format!("{digest:x}")]],
            )
        };
        let rows: BTreeMap<String, Vec<Vec<String>>> = (0..count).map(row).collect();
        write::texts(&about, &rows).unwrap()
    };
    write::database(&[shard("big", big), shard("little", little)]).unwrap()
}

/// A sandbox with the key `site.key` and its public part.
pub(crate) fn sandbox_with_key() -> Sandbox {
    let sandbox = Sandbox::new();
    let run = sandbox.run("db keygen site.key");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    sandbox
}

/// Signs a database with the key of the sandbox, and returns its bytes.
pub(crate) fn signed(sandbox: &Sandbox, database: &[u8], options: &str) -> Vec<u8> {
    sandbox.write("to-sign.swdb", database);
    let run = sandbox.run(&format!("db sign to-sign.swdb --key site.key {options}"));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    crate::program::read(&sandbox.path("to-sign.swdb"))
}

/// Answers as a server that knows conditions and ranges.
pub(crate) fn answer(bytes: &[u8], etag: &str, asked: &Asked) -> Answer {
    let header = |name: &str| asked.headers.get(name).map_or("", String::as_str);
    if header("if-none-match") == etag {
        return Answer::status(304).with("ETag", etag);
    }
    let start = header("range")
        .strip_prefix("bytes=")
        .and_then(|range| range.strip_suffix('-')?.parse::<usize>().ok());
    match start.filter(|_| header("if-range") == etag) {
        Some(start) => Answer {
            status: 206,
            ..Answer::ok(&bytes[start..])
        }
        .with(
            "Content-Range",
            &format!("bytes {start}-{}/{}", bytes.len() - 1, bytes.len()),
        ),
        None => Answer::ok(bytes),
    }
    .with("ETag", etag)
}

/// A server that gives these bytes as a good one does.
pub(crate) fn good(bytes: Vec<u8>) -> Registry {
    Registry::start(move |asked| Reply::Whole(answer(&bytes, "\"1\"", asked))).unwrap()
}

/// Returns the options that ask servers in this order.
pub(crate) fn urls(servers: &[&Registry]) -> String {
    let of = |server: &&Registry| {
        let host = server.host();
        format!("--url http://{host}/db.swdb --insecure {host} ")
    };
    servers.iter().map(of).collect()
}

/// Returns the bytes of the database that every command uses.
pub(crate) fn installed(sandbox: &Sandbox) -> Vec<u8> {
    crate::program::read(&sandbox.path(INSTALLED))
}

/// Where it is.
pub(crate) const INSTALLED: &str = ".cache/seaworthy/db/advisories.swdb";
