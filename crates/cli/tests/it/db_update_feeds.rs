//! `seaworthy db update` from the publishers' feeds, of which a mirror stands in for all.

use std::sync::{Arc, Mutex};

use testkit::{Answer, Asked, Registry, Reply};

use crate::program::{Run, Sandbox};
use crate::small_databases::{INSTALLED, answer, database, installed};

/// What the publishers have; a test changes it.
#[derive(Clone)]
struct World {
    /// Entries of CISA's catalogue, and the day of it.
    kev: (usize, &'static str),
    /// What is answered for it instead.
    instead: Option<Reply>,
    /// What is answered for Wolfi's file and for Chainguard's instead.
    wolfi: [Option<&'static str>; 2],
}

const WORLD: World = World {
    // more than what is built in has
    kev: (5_000, "2026-11-24"),
    instead: None,
    wolfi: [None, None],
};

fn kev((count, day): (usize, &str)) -> Vec<u8> {
    let entry = |number: usize| {
        format!(
            r#"{{"cveID": "CVE-2030-{}", "dateAdded": "2026-11-20"}}"#,
            1_000 + number
        )
    };
    let entries: Vec<String> = (0..count).map(entry).collect();
    let list = entries.join(",");
    format!(r#"{{"dateReleased": "{day}", "vulnerabilities": [{list}]}}"#).into_bytes()
}

fn wolfi(host: &str) -> Vec<u8> {
    let openssl = r#"{"pkg": {"name": "openssl", "secfixes": {"9.9.9-r0": ["CVE-2030-7777"]}}}"#;
    format!(r#"{{"urlprefix": "https://{host}", "packages": [{openssl}]}}"#).into_bytes()
}

fn mirror(world: &Arc<Mutex<World>>) -> Registry {
    let world = Arc::clone(world);
    let handler = move |asked: &Asked| {
        let world = world.lock().unwrap().clone();
        let path = &*asked.path;
        if path
            == "/all/www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json"
        {
            let bytes = kev(world.kev);
            let etag = format!("\"{} {}\"", world.kev.1, bytes.len());
            let good = || Reply::Whole(answer(&bytes, &etag, asked));
            return world.instead.unwrap_or_else(good);
        }
        match path {
            "/all/packages.wolfi.dev/os/security.json" => {
                let whole = || Reply::Whole(answer(&wolfi("packages.wolfi.dev"), "\"w\"", asked));
                let instead = world.wolfi[0];
                instead.map_or_else(whole, |it| Reply::Whole(Answer::ok(it)))
            }
            "/all/packages.cgr.dev/chainguard/security.json" => {
                let whole = || Reply::Whole(answer(&wolfi("packages.cgr.dev"), "\"c\"", asked));
                let instead = world.wolfi[1];
                instead.map_or_else(whole, |it| Reply::Whole(Answer::ok(it)))
            }
            path if path.starts_with("/all/nvd.nist.gov/") => {
                Reply::Whole(answer(NVD.as_bytes(), "\"n\"", asked))
            }
            _ => Reply::Whole(Answer::status(404)),
        }
    };
    Registry::start(handler).unwrap()
}

const NVD: &str = r#"{"vulnerabilities": [{"cve": {"id": "CVE-2030-1000", "metrics": {"cvssMetricV31": [
    {"source": "nvd@nist.gov", "cvssData": {"vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}]}}}]}"#;

fn update(sandbox: &Sandbox, mirror: &Registry, options: &str) -> Run {
    let host = mirror.host();
    sandbox.run(&format!(
        "db update --feeds-from http://{host}/all --insecure {host} {options}"
    ))
}

fn shard(sandbox: &Sandbox, name: &str) -> String {
    let status = sandbox.run("db status").stdout;
    let line = status
        .lines()
        .find(|line| line.starts_with(&format!("{name} ")));
    line.unwrap_or_default()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn feeds_are_fetched_built_and_kept_up_to_date() {
    let sandbox = Sandbox::new();
    let world = Arc::new(Mutex::new(WORLD));
    let mirror = mirror(&world);
    let run = update(&sandbox, &mirror, "--feed kev");
    assert_eq!(
        (run.code, &*run.stderr),
        (Some(0), "kev: fetched\n"),
        "{run:?}"
    );
    assert!(
        shard(&sandbox, "kev").starts_with("kev CISA KEV 5000 "),
        "{}",
        shard(&sandbox, "kev")
    );
    // what no feed brought is that of the database that is built in
    assert!(shard(&sandbox, "debian-12").starts_with("debian-12 Debian "));
    let first = installed(&sandbox);
    let run = update(&sandbox, &mirror, "--feed kev");
    assert_eq!(
        (run.code, &*run.stderr),
        (Some(0), "kev: unchanged\n"),
        "{run:?}"
    );
    assert!(run.stdout.ends_with("; it was in use already\n"), "{run:?}");
    assert!(installed(&sandbox) == first);
    // another feed beside it
    let run = update(&sandbox, &mirror, "--feed wolfi");
    assert_eq!(
        (run.code, &*run.stderr),
        (Some(0), "wolfi: fetched\n"),
        "{run:?}"
    );
    assert!(
        shard(&sandbox, "kev").starts_with("kev CISA KEV 5000 "),
        "it is kept"
    );
    let wolfi = "wolfi-rolling Wolfi 1 1 2026-11-25 0 d";
    assert_eq!(shard(&sandbox, "wolfi-rolling"), wolfi);
    world.lock().unwrap().kev = (5_001, "2026-11-25");
    let run = update(&sandbox, &mirror, "--feed kev,wolfi");
    assert_eq!(run.stderr, "kev: fetched\nwolfi: unchanged\n");
    assert!(shard(&sandbox, "kev").starts_with("kev CISA KEV 5001 "));
}

#[test]
fn where_nobody_says_which_those_of_before_and_the_usual_are_fetched() {
    let sandbox = Sandbox::new();
    let mirror = mirror(&Arc::new(Mutex::new(WORLD)));
    assert_eq!(update(&sandbox, &mirror, "--feed kev,wolfi").code, Some(0));
    let run = update(&sandbox, &mirror, "");
    assert_eq!(run.code, Some(3), "the mirror has no others: {run:?}");
    let words = [
        "alpine: http",
        "debian: http",
        "endoflife: http",
        "epss: http",
        "kev: unchanged",
        "wolfi: unchanged",
    ];
    for (line, word) in run.stderr.lines().zip(words) {
        assert!(line.starts_with(word), "{line}");
    }
    assert!(
        run.stderr.contains("error: 4 feeds could not be fetched"),
        "{run:?}"
    );
}

/// Entries of CISA's catalogue, and the day of it.
type Kev = (usize, &'static str);

/// What a publisher may give in place of its feed, and what is said of it.
fn failing() -> [(&'static str, Option<Reply>, Kev, &'static str); 6] {
    let page = b"<html>maintenance</html>".to_vec();
    [
        (
            "gone",
            Some(Reply::Whole(Answer::status(404))),
            WORLD.kev,
            "the answer is 404",
        ),
        (
            "no feed",
            Some(Reply::Whole(Answer::ok(page))),
            WORLD.kev,
            "no file of the feed kev",
        ),
        (
            "shrunken",
            None,
            (5, "2026-11-25"),
            "5 entries would be left of",
        ),
        (
            "older",
            None,
            (5_000, "2026-11-23"),
            "shard kev: it is of 2026-11-23, and that of the one in place of 2026-11-24; what was known",
        ),
        (
            "of a day to come",
            None,
            (5_000, "2026-12-24"),
            "shard kev: it is of 2026-12-24, a day to come; what was known",
        ),
        (
            "cut",
            Some(Reply::Whole(Answer::ok(&kev(WORLD.kev)[..999]))),
            WORLD.kev,
            "no file of the feed kev",
        ),
    ]
}

#[test]
fn a_feed_that_fails_leaves_what_is_known() {
    let sandbox = Sandbox::new();
    let world = Arc::new(Mutex::new(WORLD));
    let mirror = mirror(&world);
    assert_eq!(update(&sandbox, &mirror, "--feed kev").code, Some(0));
    let first = installed(&sandbox);
    for (what, instead, kev, why) in failing() {
        world.lock().unwrap().instead = instead;
        world.lock().unwrap().kev = kev;
        let run = update(&sandbox, &mirror, "--feed kev");
        assert_eq!(run.code, Some(3), "{what}: {run:?}");
        assert!(run.stderr.contains(why), "{what}: {}", run.stderr);
        assert!(installed(&sandbox) == first, "{what}");
        // the same again: it is not taken for something that is known
        let run = update(&sandbox, &mirror, "--feed kev");
        assert_eq!(run.code, Some(3), "{what} again: {run:?}");
        // others are fetched all the same
        let run = update(&sandbox, &mirror, "--feed kev,wolfi");
        assert_eq!(run.code, Some(3), "{what}: {run:?}");
        assert!(
            shard(&sandbox, "wolfi-rolling").starts_with("wolfi-rolling "),
            "{what}"
        );
        assert!(
            shard(&sandbox, "kev").starts_with("kev CISA KEV 5000 "),
            "{what}"
        );
        *world.lock().unwrap() = WORLD;
        let run = update(&sandbox, &mirror, "--feed kev");
        assert_eq!(run.code, Some(0), "{what} is over: {run:?}");
        std::fs::remove_dir_all(sandbox.path(".cache")).unwrap();
        assert_eq!(update(&sandbox, &mirror, "--feed kev").code, Some(0));
    }
}

/// The other files of the feed are as good as they were, and the one that was kept is not written over.
#[test]
fn a_file_that_fails_leaves_all_of_its_feed() {
    let sandbox = Sandbox::new();
    let world = Arc::new(Mutex::new(WORLD));
    let mirror = mirror(&world);
    assert_eq!(update(&sandbox, &mirror, "--feed wolfi").code, Some(0));
    let first = installed(&sandbox);
    let kept = format!("{INSTALLED}.fetched/feeds/wolfi/chainguard.json");
    let good = sandbox.read(&kept);
    for instead in [
        "",
        "<html>log in</html>",
        r#"{"urlprefix": "https://packages.cgr.dev", "packages": [{"pkg": "#,
    ] {
        world.lock().unwrap().wolfi = [None, Some(instead)];
        for _ in 0..2 {
            let run = update(&sandbox, &mirror, "--feed wolfi,kev");
            assert_eq!(run.code, Some(3), "{instead}: {run:?}");
            let why = "wolfi: it is no file of the feed wolfi: chainguard.json: ";
            assert!(run.stderr.contains(why), "{instead}: {}", run.stderr);
            assert_eq!(sandbox.read(&kept), good, "{instead}");
            for name in ["wolfi-rolling", "chainguard-rolling"] {
                let line = shard(&sandbox, name);
                assert!(line.contains(" 1 1 2026-11-25"), "{instead}: {line}");
            }
        }
    }
    *world.lock().unwrap() = WORLD;
    assert_eq!(update(&sandbox, &mirror, "--feed wolfi").code, Some(0));
    assert!(installed(&sandbox) != first, "CISA's catalogue is in it");
}

#[test]
fn a_feed_is_built_once_all_of_its_files_were_fetched() {
    let sandbox = Sandbox::new();
    let world = Arc::new(Mutex::new(WORLD));
    let mirror = mirror(&world);
    world.lock().unwrap().wolfi = [None, Some("<html>log in</html>")];
    let run = update(&sandbox, &mirror, "--feed wolfi,kev");
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(shard(&sandbox, "kev").starts_with("kev CISA KEV 5000 "));
    assert_eq!(shard(&sandbox, "wolfi-rolling"), "");
    *world.lock().unwrap() = WORLD;
    let run = update(&sandbox, &mirror, "--feed wolfi");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(shard(&sandbox, "wolfi-rolling").starts_with("wolfi-rolling "));
}

#[test]
fn one_that_is_damaged_in_place_is_built_again() {
    let sandbox = Sandbox::new();
    let mirror = mirror(&Arc::new(Mutex::new(WORLD)));
    assert_eq!(update(&sandbox, &mirror, "--feed kev").code, Some(0));
    let good = installed(&sandbox);
    let mut damaged = good.clone();
    damaged[good.len() / 2] ^= 1;
    sandbox.write(INSTALLED, damaged);
    let run = update(&sandbox, &mirror, "--feed kev");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.ends_with("; in use from now on\n"), "{run:?}");
    assert!(installed(&sandbox) == good);
}

/// The snapshot has a shard of the same name by another publisher.
#[test]
fn severities_join_those_that_are_built_in() {
    let sandbox = Sandbox::new();
    let mirror = mirror(&Arc::new(Mutex::new(WORLD)));
    let run = update(&sandbox, &mirror, "--feed nvd");
    assert_eq!(
        (run.code, &*run.stderr),
        (Some(0), "nvd: fetched\n"),
        "{run:?}"
    );
    assert!(shard(&sandbox, "severity").starts_with("severity severities "));
    // and later ones are built of the same files
    let run = update(&sandbox, &mirror, "--feed kev,wolfi");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(shard(&sandbox, "severity").starts_with("severity severities "));
}

#[test]
fn what_came_in_another_way_is_built_upon() {
    let sandbox = Sandbox::new();
    let world = Arc::new(Mutex::new(WORLD));
    let mirror = mirror(&world);
    assert_eq!(update(&sandbox, &mirror, "--feed kev").code, Some(0));
    // with shards that no feed has
    sandbox.write("own.swdb", database("2026-11-25", 10, 10));
    assert_eq!(sandbox.run("db import own.swdb --force").code, Some(0));
    let run = update(&sandbox, &mirror, "--feed kev");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        shard(&sandbox, "kev").starts_with("kev CISA KEV 5000 "),
        "the feed is in it again"
    );
    assert!(
        shard(&sandbox, "big").starts_with("big Somebody 10 "),
        "and what was imported"
    );
}

/// The list of mirrors, the index of the first that is encrypted, the errata.
#[test]
fn errata_of_a_repository_are_found_by_its_index() {
    let errata = r#"<updates><update type="security"><id>ALAS2023-2030-001</id><severity>important</severity>
        <issued date="2026-11-20 00:00"/><references><reference type="cve" id="CVE-2030-1"/></references>
        <pkglist><collection><package name="zlib" epoch="0" version="1.3" release="1" arch="x86_64"/></collection></pkglist>
        </update></updates>"#;
    let index =
        r#"<repomd><data type="updateinfo"><location href="repodata/u.xml.gz"/></data></repomd>"#;
    for (base, want) in [
        ("https://cdn.example/al/guids/12ab", 0),
        ("http://cdn.example/al/guids/12ab", 3),
    ] {
        let server = Registry::start(move |asked| {
            let body = match &*asked.path {
                path if path.ends_with("/mirror.list") => {
                    format!("http://plain.example/al\n{base}\n")
                }
                "/all/cdn.example/al/guids/12ab/repodata/repomd.xml" => index.to_owned(),
                "/all/cdn.example/al/guids/12ab/repodata/u.xml.gz" => errata.to_owned(),
                _ => return Reply::Whole(Answer::status(404)),
            };
            Reply::Whole(Answer::ok(body))
        });
        let server = server.unwrap();
        let sandbox = Sandbox::new();
        let run = update(&sandbox, &server, "--feed amazon");
        assert_eq!(run.code, Some(want), "{base} {run:?}");
        let status = sandbox.run("db status").stdout;
        assert_eq!(status.contains("amazon-2023 "), want == 0, "{status}");
    }
}

#[test]
fn a_text_that_names_a_file_leads_nowhere_else() {
    for name in [
        "../../etc/passwd",
        "https://a.io/x",
        "",
        ".hidden",
        "a b",
        "x\u{1b}[31m",
    ] {
        let sandbox = Sandbox::new();
        let server = Registry::start(move |asked| {
            Reply::Whole(if asked.path.ends_with("archive_latest.txt") {
                Answer::ok(name)
            } else {
                Answer::status(500)
            })
        });
        let server = server.unwrap();
        let run = update(&sandbox, &server, "--feed redhat");
        assert_eq!(run.code, Some(3), "{name}: {run:?}");
        assert!(run.stderr.contains("it names no file"), "{name}: {run:?}");
        assert_eq!(server.asked().len(), 1, "{name}");
        assert!(!sandbox.path(INSTALLED).exists());
    }
}
