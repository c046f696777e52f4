//! `seaworthy db import trivy`: what it takes, and what it refuses. What a scan finds with it, `trivy.rs` compares.

use std::collections::BTreeMap;

use crate::program::Sandbox;

/// Files of an archive of test data, by their path below a folder of it.
fn below(archive: &str, folder: &str) -> Option<BTreeMap<String, Vec<u8>>> {
    let path = testkit::shared(&format!("conformance/{archive}.tar.gz"))?;
    let members = testkit::members(&path).unwrap().into_iter();
    let below =
        |(path, bytes): (String, Vec<u8>)| Some((path.strip_prefix(folder)?.to_owned(), bytes));
    Some(members.filter_map(below).collect())
}

/// A sandbox with Trivy's test database in `db`.
fn sandbox() -> Option<Sandbox> {
    let sandbox = Sandbox::new();
    for (name, bytes) in below("trivy-db", "db/")? {
        sandbox.write(&format!("db/{name}"), bytes);
    }
    Some(sandbox)
}

/// Packs `db` as Trivy's publishers do: a layer, and the archive of an artifact that has it.
const PACK: &str = r#"
tar -czf db.tar.gz -C db trivy.db metadata.json
mkdir -p layout/blobs/sha256
add() { sum=$(sha256sum < "$1" | cut -d' ' -f1); cp "$1" "layout/blobs/sha256/$sum"; }
add db.tar.gz
printf '{"layers": [{"mediaType": "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip", "digest": "sha256:%s"}]}' "$sum" > manifest
layer=$sum
add manifest
printf '{"manifests": [{"digest": "sha256:%s"}]}' "$sum" > layout/index.json
tar -cf artifact.tar -C layout .
printf 'x' >> "layout/blobs/sha256/$layer"
tar -cf damaged.tar -C layout .
"#;

#[test]
fn an_artifact_in_an_archive_gives_the_same_bytes_as_the_folder() {
    let Some(sandbox) = sandbox() else { return };
    let run = sandbox.shell(PACK);
    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
    let read = |name: &str| crate::program::read(&sandbox.path(name));
    for (from, out) in [
        ("db", "one.swdb"),
        (".", "two.swdb"),
        ("db/trivy.db", "three.swdb"),
        ("artifact.tar", "four.swdb"),
        ("db.tar.gz", "five.swdb"),
    ] {
        let run = sandbox.run(&format!("db import trivy {from} --out {out}"));
        assert_eq!((run.code, &*run.stderr), (Some(0), ""), "{from}");
        assert!(read(out) == read("one.swdb"), "{from}");
    }
    let run = sandbox.run("db import trivy damaged.tar --out damaged.swdb");
    assert_eq!(run.code, Some(3), "{}", run.stderr);
    assert!(
        run.stderr.contains("its bytes have the digest"),
        "{}",
        run.stderr
    );
    assert!(!sandbox.path("damaged.swdb").exists());
}

#[test]
fn what_is_damaged_newer_or_older_replaces_nothing() {
    let Some(sandbox) = sandbox() else { return };
    let swdb = |sandbox: &Sandbox| crate::program::read(&sandbox.path("my.swdb"));
    sandbox.run("db import trivy db --out my.swdb");
    let before = swdb(&sandbox);
    let whole = crate::program::read(&sandbox.path("db/trivy.db"));
    let refused = |why: &str| {
        let run = sandbox.run("db import trivy db --out my.swdb");
        assert_eq!(run.code, Some(3), "{}", run.stderr);
        assert!(run.stderr.contains(why), "{why}: {}", run.stderr);
        assert!(swdb(&sandbox) == before, "{why}");
    };
    sandbox.write("db/trivy.db", &whole[..whole.len() / 2]);
    refused("bolt database: ");
    sandbox.write("db/trivy.db", vec![0; 4096]);
    refused("these are not the bytes of a bolt database");
    sandbox.write("db/trivy.db", &whole);
    sandbox.write("db/metadata.json", r#"{"Version": 3}"#);
    refused("it is of schema 3, and schema 2 is read here");
    sandbox.write(
        "db/metadata.json",
        r#"{"Version": 2, "UpdatedAt": "2020-01-01T00:00:00Z"}"#,
    );
    refused("it is of 2021-08-25, and this one of 2020-01-01");
    for (stamp, why) in [
        ("soon", "metadata.json: `UpdatedAt` is no day"),
        ("9999-12-31T00:00:00Z", "it is of 9999-12-31, a day to come"),
    ] {
        let text = format!("{{\"Version\": 2, \"UpdatedAt\": \"{stamp}\"}}");
        sandbox.write("db/metadata.json", text);
        refused(why);
    }
    sandbox.write("db/metadata.json", r#"{"Version": 2}"#);
    refused("it is of 2021-08-25, and no metadata.json says of which day this one is");
    let run = sandbox.run("db import trivy nothing --out other.swdb");
    assert_eq!(run.code, Some(3), "{}", run.stderr);
}
