//! `seaworthy db update --url`: servers that are good, that break, lie, stall and turn away.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use testkit::{Answer, Registry, Reply};

use crate::program::{Run, Sandbox};
use crate::small_databases::{
    INSTALLED, answer, database, database_of, good, installed, sandbox_with_key, signed, urls,
};

/// What is in place before a test, and must stay there.
fn before() -> Vec<u8> {
    database("2026-11-24", 5_000, 100)
}

/// What is newer than that.
fn newer() -> Vec<u8> {
    database("2026-11-25", 5_000, 100)
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(INSTALLED, before());
    sandbox
}

fn update(sandbox: &Sandbox, servers: &[&Registry], options: &str) -> Run {
    sandbox.run(&format!("db update {} {options}", urls(servers)))
}

fn headers(server: &Registry, name: &str) -> Vec<String> {
    let asked = server.asked().into_iter();
    let values = asked.map(|mut asked| asked.headers.remove(name));
    values.map(Option::unwrap_or_default).collect()
}

#[track_caller]
fn assert_refused(sandbox: &Sandbox, run: &Run, why: &str) {
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(run.stderr.contains(why), "{why}: {}", run.stderr);
    assert!(run.stderr.contains("  next      "), "{}", run.stderr);
    assert!(installed(sandbox) == before(), "what was there was touched");
}

#[test]
fn what_was_fetched_is_used_and_not_fetched_again() {
    let sandbox = Sandbox::new();
    let server = good(newer());
    let run = update(&sandbox, &[&server], "");
    assert_eq!((run.code, &*run.stderr), (Some(0), ""), "{}", run.stdout);
    assert!(
        run.stdout
            .ends_with("5100 entries in 2 shards, 27 kB, unsigned; in use from now on\n"),
        "{}",
        run.stdout
    );
    assert!(installed(&sandbox) == newer());
    let status = sandbox.run("db status").stdout;
    assert!(
        status.starts_with(&format!("database   [DIR]/{INSTALLED}\n")),
        "{status}"
    );
    assert!(status.contains("\nsignature  unsigned\n"), "{status}");
    let run = update(&sandbox, &[&server], "");
    assert!(
        run.stdout.ends_with("unsigned; it was in use already\n"),
        "{run:?}"
    );
    assert_eq!(headers(&server, "if-none-match"), ["", "\"1\""]);
    // another file in its place is not what the server gave
    sandbox.write(INSTALLED, before());
    update(&sandbox, &[&server], "");
    assert_eq!(headers(&server, "if-none-match"), ["", "\"1\"", ""]);
    assert!(installed(&sandbox) == newer());
}

/// A cache that several jobs share: one fetches, the others find it done.
#[test]
fn runs_at_once_end_all_with_the_new_one() {
    for round in 0..3 {
        let sandbox = Sandbox::new();
        let server = good(newer());
        let runs: Vec<Run> = thread::scope(|threads| {
            let start = |_| threads.spawn(|| update(&sandbox, &[&server], ""));
            let runs: Vec<_> = (0..4).map(start).collect();
            runs.into_iter().map(|run| run.join().unwrap()).collect()
        });
        for run in runs {
            assert_eq!(run.code, Some(0), "{round}: {}", run.stderr);
        }
        assert!(installed(&sandbox) == newer());
    }
}

#[test]
fn a_database_that_breaks_off_goes_on_where_it_broke() {
    let sandbox = sandbox();
    let breaks = AtomicUsize::new(0);
    let server = Registry::start(move |asked| {
        let answer = answer(&newer(), "\"1\"", asked);
        match breaks.fetch_add(1, Ordering::SeqCst) {
            0..=2 => Reply::Cut(answer, 700),
            _ => Reply::Whole(answer),
        }
    });
    let server = server.unwrap();
    let run = update(&sandbox, &[&server], "");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(installed(&sandbox) == newer());
    let ranges = ["", "bytes=700-", "bytes=1400-", "bytes=2100-"];
    assert_eq!(headers(&server, "range"), ranges);
    assert_eq!(
        headers(&server, "if-range"),
        ["", "\"1\"", "\"1\"", "\"1\""]
    );
}

#[test]
fn the_next_run_goes_on_where_the_last_one_ended() {
    let sandbox = sandbox();
    let is_well = std::sync::Arc::new(AtomicUsize::new(0));
    let told = std::sync::Arc::clone(&is_well);
    let server = Registry::start(move |asked| {
        let answer = answer(&newer(), "\"1\"", asked);
        match told.load(Ordering::SeqCst) {
            0 if asked.headers.contains_key("range") => Reply::Cut(answer, 0),
            0 => Reply::Cut(answer, 9_000),
            _ => Reply::Whole(answer),
        }
    });
    let server = server.unwrap();
    let run = update(&sandbox, &[&server], "");
    assert_refused(&sandbox, &run, "broken off 5 times, last after 9000 bytes");
    is_well.store(1, Ordering::SeqCst);
    let run = update(&sandbox, &[&server], "");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(installed(&sandbox) == newer());
    let last = headers(&server, "range").pop().unwrap();
    assert_eq!(last, "bytes=9000-", "it goes on");
}

#[test]
fn what_changed_on_the_way_is_fetched_from_its_beginning() {
    // without ranges, with another document behind the same address, with a range that is not the rest
    for mode in ["no ranges", "changed", "wrong range"] {
        let sandbox = sandbox();
        let count = AtomicUsize::new(0);
        let server = Registry::start(move |asked| {
            let mut asked = asked.clone();
            let is_first = count.fetch_add(1, Ordering::SeqCst) == 0;
            let etag = if mode == "changed" && !is_first {
                "\"2\""
            } else {
                "\"1\""
            };
            if mode == "no ranges" {
                asked.headers.remove("range");
            }
            let bytes = if mode == "changed" && is_first {
                before()
            } else {
                newer()
            };
            let mut answer = answer(&bytes, etag, &asked);
            if answer.status == 206 && mode == "wrong range" {
                answer.headers.retain(|(name, _)| name != "Content-Range");
                answer = answer.with("Content-Range", "bytes 0-5/100");
            }
            if is_first {
                Reply::Cut(answer, 5_000)
            } else {
                Reply::Whole(answer)
            }
        });
        let run = update(&sandbox, &[&server.unwrap()], "");
        assert_eq!(run.code, Some(0), "{mode}: {run:?}");
        assert!(installed(&sandbox) == newer(), "{mode}");
    }
}

#[test]
fn a_byte_a_second_is_not_waited_for() {
    let sandbox = sandbox();
    let slow = Registry::start(|_| Reply::Drip(Answer::ok(newer()), Duration::from_millis(900)));
    let slow = slow.unwrap();
    #[expect(clippy::disallowed_methods, reason = "a test of time")]
    let start = Instant::now();
    let run = update(&sandbox, &[&slow, &good(newer())], "");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(installed(&sandbox) == newer());
    assert!(
        start.elapsed() < Duration::from_secs(40),
        "{:?}",
        start.elapsed()
    );
    // where there is no other mirror, the time ends it
    let sandbox = self::sandbox();
    let run = update(&sandbox, &[&slow], "--timeout 3s");
    assert_refused(&sandbox, &run, "not done within 3 s (--timeout)");
}

#[test]
fn who_is_turned_away_waits_as_long_as_is_asked() {
    let day = "Wed, 25 Nov 2026 12:00:00 GMT";
    for (wait, least) in [
        ("1", 1_000),
        ("Wed, 25 Nov 2026 12:00:02 GMT", 2_000),
        ("Wed, 25 Nov 2026 11:00:00 GMT", 0),
    ] {
        let sandbox = sandbox();
        let count = AtomicUsize::new(0);
        let server = Registry::start(move |asked| {
            if count.fetch_add(1, Ordering::SeqCst) == 0 {
                let busy = Answer::status(429).with("Date", day);
                return Reply::Whole(busy.with("Retry-After", wait));
            }
            Reply::Whole(answer(&newer(), "\"1\"", asked))
        });
        #[expect(clippy::disallowed_methods, reason = "a test of time")]
        let start = Instant::now();
        let run = update(&sandbox, &[&server.unwrap()], "");
        assert_eq!(run.code, Some(0), "{wait}: {run:?}");
        assert!(start.elapsed() >= Duration::from_millis(least), "{wait}");
    }
    // an hour is longer than there is
    let busy = Registry::start(|_| Reply::Whole(Answer::status(503).with("Retry-After", "3600")));
    let busy = busy.unwrap();
    let sandbox = sandbox();
    let run = update(&sandbox, &[&busy], "");
    assert_refused(&sandbox, &run, "the answer is 503; it asks to wait 3600 s");
    let run = update(&sandbox, &[&busy, &good(newer())], "");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(busy.asked().len(), 2, "the next mirror is asked at once");
}

#[test]
fn what_is_cut_damaged_older_or_smaller_replaces_nothing() {
    let mut damaged = newer();
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    let cut = newer()[..20_000].to_vec();
    for (bytes, why) in [
        (damaged, "its digest does not fit its bytes"),
        (cut, "it ends too early"),
        (
            b"<html>log in</html>".to_vec(),
            "these are not the bytes of an advisory database",
        ),
        (
            Vec::new(),
            "these are not the bytes of an advisory database",
        ),
        (
            database("2026-11-23", 5_000, 100),
            "its newest entry is of 2026-11-23, and that of the one in place of 2026-11-24",
        ),
        (
            database_of(("2026-11-25", 5_000), ("2026-11-23", 100)),
            "`little` in it is of 2026-11-23, and that of the one in place of 2026-11-24",
        ),
        (
            database("2026-11-27", 5_000, 100),
            "its newest entry is of 2026-11-27, a day to come",
        ),
        (
            database("2026-11-25", 5_000, 79),
            "shard little: 79 entries would be left of 100",
        ),
        (
            database("2026-11-25", 3_999, 100),
            "shard big: 3999 entries would be left of 5000",
        ),
    ] {
        let sandbox = sandbox();
        let server = good(bytes);
        let run = update(&sandbox, &[&server], "");
        assert_refused(&sandbox, &run, why);
        let folder = sandbox.path(&format!("{INSTALLED}.fetched"));
        let left = std::fs::read_dir(folder).map_or(0, Iterator::count);
        assert_eq!(left, 0, "{why}: nothing goes on from it");
        // a mirror that has a good one helps
        let run = update(&sandbox, &[&server, &good(newer())], "");
        assert_eq!(run.code, Some(0), "{why}: {run:?}");
        assert!(installed(&sandbox) == newer(), "{why}");
    }
}

/// Only its directory is read when it is opened, and that is the same.
#[test]
fn one_that_is_damaged_in_place_is_replaced_by_the_same_one() {
    let mut damaged = before();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    let server = good(before());
    let by_url = format!("update {}", urls(&[&server]));
    for how in [
        "import good.swdb",
        "import good.swdb --force",
        &by_url,
        &format!("{by_url} --force"),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write("good.swdb", before());
        sandbox.write(INSTALLED, &damaged);
        let run = sandbox.run("db verify");
        assert_eq!(run.code, Some(3), "{how}: {run:?}");
        let line = run.stderr.lines().next().unwrap_or_default();
        assert!(
            line.ends_with("its digest does not fit its bytes"),
            "{line}"
        );
        let run = sandbox.run(&format!("db {how}"));
        assert_eq!(run.code, Some(0), "{how}: {run:?}");
        assert!(run.stdout.ends_with("; in use from now on\n"), "{run:?}");
        assert!(installed(&sandbox) == before(), "{how}");
        let again = sandbox.run(&format!("db {how}"));
        assert!(
            again.stdout.ends_with("; it was in use already\n"),
            "{again:?}"
        );
    }
}

#[test]
fn a_loss_of_a_fifth_is_none_and_who_means_it_may_lose_all() {
    let sandbox = sandbox();
    let run = update(&sandbox, &[&good(database("2026-11-24", 4_000, 80))], "");
    assert_eq!(run.code, Some(0), "{run:?}");
    let small = database("2026-11-01", 1, 1);
    let run = update(&sandbox, &[&good(small.clone())], "--force");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(installed(&sandbox) == small);
    assert!(
        run.stdout
            .ends_with("what is built in is newer, and stays in use\n"),
        "{run:?}"
    );
    // what is older than what is built in is not used, and a report says so
    let status = sandbox.run("db status").stdout;
    assert!(
        status.starts_with(&format!(
            "database   built in, since [DIR]/{INSTALLED} is older\n"
        )),
        "{status}"
    );
}

#[test]
fn lengths_that_lie_and_bodies_without_end_are_refused() {
    let sandbox = sandbox();
    let longer = Registry::start(|_| Reply::Endless(2 << 30)).unwrap();
    let run = update(&sandbox, &[&longer], "");
    assert_refused(
        &sandbox,
        &run,
        "it has more than the 1073741824 bytes that are allowed",
    );
    // it promises more than it gives, each time
    let short = Registry::start(|_| Reply::Cut(Answer::ok(newer()), 20_000)).unwrap();
    let run = update(&sandbox, &[&short], "");
    assert_refused(&sandbox, &run, "broken off 5 times, last after 20000 bytes");
}

#[test]
fn nobody_leads_to_where_nothing_is_encrypted() {
    let other = good(newer());
    for (location, why) in [
        (
            format!("http://{}/db.swdb", other.host()),
            "which is not encrypted",
        ),
        (
            "http://169.254.169.254/".to_owned(),
            "it is led on to http://169.254.169.254, which is not encrypted",
        ),
        (
            "https://169.254.169.254/".to_owned(),
            "the metadata service of a cloud",
        ),
        ("/db.swdb".to_owned(), "more than 5 redirects"),
        (
            "file:///etc/passwd".to_owned(),
            "its scheme is neither http nor https",
        ),
    ] {
        let sandbox = sandbox();
        let to = location.clone();
        let server =
            Registry::start(move |_| Reply::Whole(Answer::status(302).with("Location", &to)));
        let run = update(&sandbox, &[&server.unwrap()], "");
        assert_refused(&sandbox, &run, why);
        assert_eq!(other.asked().len(), 0, "{location} is asked nothing");
    }
    // who need not prove who they are may lead to each other
    let sandbox = sandbox();
    let to = format!("http://{}/db.swdb", other.host());
    let server = Registry::start(move |_| Reply::Whole(Answer::status(302).with("Location", &to)));
    let options = format!("--insecure {}", other.host());
    let run = update(&sandbox, &[&server.unwrap()], &options);
    assert_eq!(run.code, Some(0), "{run:?}");
    let sandbox = self::sandbox();
    let host = other.host();
    let run = sandbox.run(&format!("db update --url http://{host}/db.swdb"));
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("it is not encrypted"), "{run:?}");
    assert!(
        run.stderr.contains(&format!("--insecure {host}")),
        "{run:?}"
    );
    assert!(installed(&sandbox) == before());
}

#[test]
fn only_signed_ones_of_a_key_replace_signed_ones() {
    let sandbox = sandbox_with_key();
    let stranger = sandbox_with_key();
    let key = "--db-key site.key.pub";
    let first = signed(&sandbox, &before(), "--generation 7");
    let run = update(&sandbox, &[&good(first.clone())], key);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stdout.contains("(trusted), generation 7 of 2026-11-25"),
        "{run:?}"
    );
    let mut damaged = signed(&sandbox, &newer(), "--generation 8");
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    for (bytes, why) in [
        (newer(), "it is not signed, and a key is configured"),
        (
            signed(&stranger, &newer(), "--generation 8"),
            "which is none of those that are configured",
        ),
        (damaged, "its signature does not fit its bytes"),
        (
            signed(&sandbox, &newer(), "--generation 6"),
            "it is of generation 6, and generation 7 was used already",
        ),
        (
            signed(&sandbox, &newer(), "--generation 7"),
            "it is of generation 7, as is the one in place, and says something else",
        ),
        (
            signed(
                &sandbox,
                &database("2026-11-23", 5_000, 100),
                "--generation 8",
            ),
            "its newest entry is of 2026-11-23",
        ),
        (
            signed(&sandbox, &database("2026-11-25", 10, 100), "--generation 8"),
            "shard big: 10 entries would be left of 5000",
        ),
    ] {
        let run = update(&sandbox, &[&good(bytes)], key);
        assert_eq!(run.code, Some(3), "{why}: {run:?}");
        assert!(run.stderr.contains(why), "{why}: {}", run.stderr);
        assert!(installed(&sandbox) == first, "{why}");
    }
    let second = signed(&sandbox, &newer(), "--generation 8");
    let run = update(&sandbox, &[&good(second.clone())], key);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(installed(&sandbox) == second);
    // what publishers publish is signed by nobody
    let run = sandbox.run(&format!("db update {key}"));
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("is not signed"), "{run:?}");
}
