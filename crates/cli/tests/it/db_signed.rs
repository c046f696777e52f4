//! Signed databases: what `--db-key` lets in, and what every command says of who vouches for its data.

use serde_json::json;

use crate::images::shop_sandbox;
use crate::program::{Run, Sandbox};
use crate::small_databases::{INSTALLED, database, installed, sandbox_with_key, signed};

const KEY: &str = "--db-key site.key.pub";

#[track_caller]
fn assert_refused(run: &Run, why: &str) {
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(run.stderr.contains(why), "{why}: {}", run.stderr);
    assert!(run.stderr.contains("  next      "), "{}", run.stderr);
    assert_eq!(run.stdout, "");
}

/// A sandbox with an image, a key, and the database that is built in, signed with it.
fn signed_sandbox() -> Sandbox {
    let sandbox = shop_sandbox();
    assert_eq!(sandbox.run("db keygen site.key").code, Some(0));
    assert_eq!(sandbox.run("db export plain.swdb").code, Some(0));
    let run = sandbox.run("db sign plain.swdb --key site.key --out signed.swdb --generation 7");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    sandbox
}

#[test]
fn every_report_says_who_vouches_for_the_data() {
    let sandbox = signed_sandbox();
    for (options, line, in_json) in [
        ("", ", built in\n", json!({"Signature": "built in"})),
        (
            "--db plain.swdb",
            ", unsigned\n",
            json!({"Signature": "unsigned"}),
        ),
    ] {
        let table = sandbox
            .run(&format!("image --input shop.tar {options}"))
            .stdout;
        assert!(table.contains(line), "{options}: {table}");
        let report = sandbox.run(&format!("image --input shop.tar -f json {options}"));
        assert_eq!(report.json()["Seaworthy"]["Database"], in_json, "{options}");
    }
    for (options, is_trusted, words) in [
        ("--db signed.swdb", false, "(not checked: no --db-key)"),
        (
            "--db signed.swdb --db-key site.key.pub",
            true,
            "generation 7",
        ),
    ] {
        let report = sandbox.run(&format!("image --input shop.tar -f json {options}"));
        let found = report.json()["Seaworthy"]["Database"].clone();
        assert_eq!(found["Signature"], "signed");
        assert_eq!(found["Trusted"], is_trusted, "{options}");
        assert_eq!(found["Generation"], 7);
        assert_eq!(found["Expires"], "2026-12-25T12:00:00Z");
        // words of a table may stand on two lines
        let table = sandbox
            .run(&format!("image --input shop.tar --wide {options}"))
            .stdout;
        let table = table.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(table.contains(words), "{options}: {table}");
        let status = sandbox.run(&format!("db status {options}")).stdout;
        assert!(
            status.contains("generation 7 of 2026-11-25, until 2026-12-25"),
            "{status}"
        );
    }
}

#[test]
fn every_format_with_a_place_for_it_says_whose_the_data_is() {
    let sandbox = signed_sandbox();
    for (options, words) in [("", "built in"), ("--db plain.swdb", "unsigned")] {
        let line = format!("\ndata: {words}\n");
        let property = format!("<property name=\"database\" value=\"{words}\"/>");
        let of_run = format!("\"database\": \"{words}\"");
        let old = format!("old  shop.tar (alpine 3.10.4), data {words}\n");
        let new = format!("\"DataOfNew\": \"{words}\"");
        let known = format!("\ndata       {words}\n");
        for (command, said) in [
            ("image --input shop.tar -f sarif", &of_run),
            ("image --input shop.tar -f markdown", &line),
            ("image --input shop.tar -f github", &line),
            ("image --input shop.tar -f junit", &property),
            ("diff shop.tar shop.tar", &old),
            ("diff shop.tar shop.tar -f json", &new),
            ("explain CVE-2020-1967", &known),
        ] {
            let told = sandbox.run(&format!("{command} {options}")).stdout;
            assert!(told.contains(said), "{command} {options}: {told}");
        }
    }
}

#[test]
fn with_a_key_no_command_uses_other_data() {
    let sandbox = signed_sandbox();
    let folder = sandbox.path("root");
    std::fs::create_dir(folder).unwrap();
    let commands = |database: &str| {
        [
            format!("image --input shop.tar {database} {KEY}"),
            format!("rootfs root {database} {KEY}"),
            format!("db status {database} {KEY}"),
            format!("db verify {database} {KEY}"),
            format!("db export out.swdb {database} {KEY}"),
        ]
    };
    for command in commands("--db signed.swdb") {
        let run = sandbox.run(&command);
        assert_eq!(run.code, Some(0), "{command}: {run:?}");
    }
    for command in commands("--db plain.swdb").iter().chain(&commands("")) {
        assert_refused(
            &sandbox.run(command),
            "it is not signed, and a key is configured",
        );
    }
    assert_refused(
        &sandbox.run(&format!("db diff - plain.swdb {KEY}")),
        "it is not signed",
    );
    assert_refused(
        &sandbox.run(&format!("db import plain.swdb {KEY}")),
        "it is not signed",
    );
    // a setting counts as a flag does; and a key may be given as it is
    sandbox.write("seaworthy.yaml", "db-key: [site.key.pub]\n");
    assert_refused(
        &sandbox.run("image --input shop.tar --db plain.swdb"),
        "it is not signed",
    );
    let pem = sandbox.read("site.key.pub");
    let line = pem.lines().nth(1).unwrap();
    let run = sandbox.run(&format!("db verify --db signed.swdb --key {line}"));
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stdout.contains("entries, all whole; signed by key"),
        "{run:?}"
    );
    for no_key in ["site.key", "nothing", "shop.tar", "MCowBQYDK2VwAyEA"] {
        let run = sandbox.run(&format!("db verify --db signed.swdb --db-key {no_key}"));
        assert_eq!(run.code, Some(2), "{no_key}: {run:?}");
        assert!(!run.stderr.contains("PRIVATE KEY-----\n"), "{run:?}");
    }
}

#[test]
fn the_status_marks_what_is_older_than_allowed() {
    let sandbox = Sandbox::new();
    sandbox.write("a.swdb", database("2026-11-24", 1, 1));
    // the day ended twelve hours before now
    for (options, stale) in [("", 0), ("--db-max-age 12h", 0), ("--db-max-age 11h", 2)] {
        let run = sandbox.run(&format!("db status --db a.swdb {options}"));
        assert_eq!(run.code, Some(0), "{run:?}");
        let marked = run.stdout.lines().filter(|line| line.ends_with("  STALE"));
        assert_eq!(marked.count(), stale, "{options}: {}", run.stdout);
    }
}

#[test]
fn a_signature_ends_and_begins() {
    let sandbox = sandbox_with_key();
    let bytes = signed(&sandbox, &database("2026-11-24", 10, 10), "--expires 2d");
    sandbox.write("signed.swdb", bytes);
    let at = |now: &str| {
        let later = Sandbox::new().with("SOURCE_DATE_EPOCH", now);
        later.write(
            "signed.swdb",
            crate::program::read(&sandbox.path("signed.swdb")),
        );
        later.write("site.key.pub", sandbox.read("site.key.pub"));
        later.run(&format!("db verify --db signed.swdb {KEY}"))
    };
    // 2026-11-27 12:00 and a second later, the day before it was signed and a second earlier
    assert_eq!(at("1795780800").code, Some(0));
    let run = at("1795780801");
    assert_refused(&run, "its signature ended at 2026-11-27T12:00:00Z");
    assert!(run.stderr.contains("seaworthy db update"), "{}", run.stderr);
    assert!(
        run.stderr.contains("seaworthy db import FILE"),
        "{}",
        run.stderr
    );
    assert_eq!(at("1795521600").code, Some(0));
    assert_refused(&at("1795521599"), "which is to come: check the clock");
}

#[test]
fn nobody_brings_an_older_one_in_the_place_of_a_newer() {
    let sandbox = sandbox_with_key();
    for generation in [7, 8] {
        let database = database("2026-11-24", 10 + generation, 10);
        let bytes = signed(&sandbox, &database, &format!("--generation {generation}"));
        sandbox.write(&format!("{generation}.swdb"), bytes);
    }
    let verify = |name: &str| sandbox.run(&format!("db verify --db {name} {KEY}"));
    assert_eq!(verify("7.swdb").code, Some(0));
    assert_eq!(verify("8.swdb").code, Some(0));
    assert_refused(
        &verify("7.swdb"),
        "it is of generation 7, and generation 8 was used already",
    );
    // imported, exported, and gone back to on purpose
    let run = sandbox.run(&format!("db import 8.swdb {KEY}"));
    assert_eq!(run.code, Some(0), "{run:?}");
    let whole = crate::program::read(&sandbox.path("8.swdb"));
    assert!(installed(&sandbox) == whole);
    assert_refused(
        &sandbox.run(&format!("db import 7.swdb {KEY}")),
        "generation 8 was used already",
    );
    assert_eq!(
        sandbox.run(&format!("db export out.swdb {KEY}")).code,
        Some(0)
    );
    assert!(crate::program::read(&sandbox.path("out.swdb")) == whole);
    let run = sandbox.run(&format!("db import 7.swdb --force {KEY}"));
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(verify("7.swdb").code, Some(0));
    assert_eq!(sandbox.run(&format!("db status {KEY}")).code, Some(0));
}

#[test]
fn what_is_damaged_older_or_smaller_is_not_imported() {
    let sandbox = Sandbox::new();
    let before = database("2026-11-24", 1_000, 100);
    sandbox.write("before.swdb", &before);
    let run = sandbox.run("db import before.swdb");
    assert_eq!((run.code, &*run.stderr), (Some(0), ""), "{run:?}");
    assert!(
        run.stdout.ends_with("unsigned; in use from now on\n"),
        "{run:?}"
    );
    let run = sandbox.run("db import before.swdb");
    assert!(
        run.stdout.ends_with("unsigned; it was in use already\n"),
        "{run:?}"
    );
    for want in ["in use where --db names it", "it was there already"] {
        let run = sandbox.run("db import before.swdb --db elsewhere.swdb");
        assert!(run.stdout.ends_with(&format!("{want}\n")), "{run:?}");
    }
    let mut damaged = database("2026-11-25", 1_000, 100);
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    for (bytes, why) in [
        (damaged, "its digest does not fit its bytes"),
        (
            database("2026-11-25", 1_000, 100)[..900].to_vec(),
            "it ends too early",
        ),
        (
            database("2026-11-23", 1_000, 100),
            "its newest entry is of 2026-11-23",
        ),
        (
            database("2026-11-25", 700, 100),
            "shard big: 700 entries would be left of 1000",
        ),
        (
            vec![b'x'; 100],
            "these are not the bytes of an advisory database",
        ),
    ] {
        sandbox.write("other.swdb", bytes);
        assert_refused(&sandbox.run("db import other.swdb"), why);
        assert!(installed(&sandbox) == before, "{why}");
    }
    assert_refused(&sandbox.run("db import none.swdb"), "No such file");
    sandbox.write("other.swdb", database("2026-11-23", 700, 1));
    assert_eq!(sandbox.run("db import other.swdb --force").code, Some(0));
    // a damaged one in place is told, and replaced by any whole one
    sandbox.write(INSTALLED, "x");
    assert_refused(&sandbox.run("db status"), "these are not the bytes");
    assert_eq!(sandbox.run("db import other.swdb").code, Some(0));
}

#[test]
fn a_key_is_made_once_and_read_by_openssl() {
    let sandbox = sandbox_with_key();
    let again = sandbox.run("db keygen site.key");
    assert_refused(&again, "site.key: File exists");
    let metadata = std::fs::metadata(sandbox.path("site.key")).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions());
    assert_eq!(mode & 0o777, 0o600, "only its owner reads it");
    if sandbox.shell("command -v openssl").code != Some(0) {
        eprintln!("skipped: there is no openssl here");
        return;
    }
    let run = sandbox.shell("openssl pkey -in site.key -pubout");
    assert_eq!(run.stdout, sandbox.read("site.key.pub"), "{}", run.stderr);
}
