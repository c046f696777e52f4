//! Feeds on raw samples of the publishers, against what their own documentation says these mean.

mod bounds;
mod evaluated;
mod records;
mod unread;

use std::collections::BTreeMap;

use model::{Advisory, Affected, Epss, Kev, Severity};

use super::*;
use crate::{Database, write};

/// The files of the samples; none where they are not here.
pub(super) fn samples() -> Option<BTreeMap<String, Vec<u8>>> {
    let path = testkit::shared("advisories/samples.tar.gz")?;
    Some(testkit::members(&path).unwrap())
}

pub(super) fn harvest() -> Harvest {
    Harvest::new("2026-11-25".parse().unwrap())
}

fn empty() -> Database {
    Database::from_bytes(write::database(&[]).unwrap()).unwrap()
}

pub(super) fn database(harvest: &mut Harvest) -> Database {
    let shards = harvest.shards(&empty()).unwrap();
    Database::from_bytes(write::database(&shards).unwrap()).unwrap()
}

/// Returns what a shard says of a package: `id affected status severity`.
pub(super) fn told(database: &Database, shard: &str, package: &str) -> Vec<String> {
    let advisories = database.advisories(shard, package).unwrap();
    let tell = |it: &Advisory| {
        let severity = it.severity.map_or("-".to_owned(), |it| it.to_string());
        format!(
            "{} {:?} {} {severity}",
            it.id,
            it.affected,
            it.status.name()
        )
    };
    advisories.iter().map(tell).collect()
}

#[test]
fn debian_says_what_is_fixed_open_and_no_problem() {
    let Some(samples) = samples() else { return };
    let mut harvest = harvest();
    let sample = &samples["samples/vunnel-fixtures/debian/input/debian.json"];
    harvest.read(&debian::FEED, "debian.json", sample);
    // the sample has one record that is cut short
    let problems = ["debian chromium-browser CVE-2022-0358: it has no releases"];
    assert_eq!(harvest.problems().0, problems);
    let database = database(&mut harvest);
    for (shard, package, want) in [
        (
            "debian-9",
            "prototypejs",
            &[
                "CVE-2007-2383 Never not_affected LOW",
                "CVE-2008-7220 Below(\"1.6.0.2-1\") fixed HIGH",
            ][..],
        ),
        (
            "debian-10",
            "chromium",
            &["CVE-2022-0456 Every end_of_life -"],
        ),
        (
            "debian-11",
            "chromium",
            &["CVE-2022-0456 Below(\"98.0.4758.80-1~deb11u1\") fixed -"],
        ),
        (
            "debian-12",
            "sope",
            &["CVE-2025-53603 Below(\"5.8.0-1+deb12u1\") fixed -"],
        ),
        (
            "debian-sid",
            "txt2man",
            &["CVE-2013-1444 Below(\"1.5.5-4.1\") fixed LOW"],
        ),
    ] {
        assert_eq!(told(&database, shard, package), want, "{shard} {package}");
    }
    assert!(database.shard("debian-12").unwrap().knows_unfixed);
}

#[test]
fn what_debian_plans_is_a_status() {
    let state = |rest: &str| {
        format!(r#"{{"p": {{"CVE-2024-1": {{"releases": {{"bookworm": {{{rest}}}}}}}}}}}"#)
    };
    for (rest, want) in [
        (
            r#""status": "open", "urgency": "medium""#,
            "Every affected MEDIUM",
        ),
        (
            r#""status": "open", "nodsa": "Minor", "nodsa_reason": """#,
            "Every affected -",
        ),
        (
            r#""status": "open", "nodsa_reason": "ignored""#,
            "Every will_not_fix -",
        ),
        (
            r#""status": "open", "nodsa_reason": "postponed", "urgency": "unimportant""#,
            "Every fix_deferred LOW",
        ),
    ] {
        let mut harvest = harvest();
        harvest.read(&debian::FEED, "json", state(rest).as_bytes());
        let told = told(&database(&mut harvest), "debian-12", "p");
        assert_eq!(told, [format!("CVE-2024-1 {want}")], "{rest}");
    }
    for (rest, problem) in [
        (r#""status": "undetermined""#, None),
        (
            r#""status": "resolved""#,
            Some("it is resolved in no version"),
        ),
        (r#""status": "so so""#, Some("`so so` is no status")),
        (
            r#""status": "resolved", "fixed_version": "a\nb""#,
            Some("a version is empty, too long or garbled: `a\nb`"),
        ),
    ] {
        let mut harvest = harvest();
        harvest.read(&debian::FEED, "json", state(rest).as_bytes());
        let want = problem.map(|why| format!("debian p CVE-2024-1 bookworm: {why}"));
        assert_eq!(harvest.problems().0, want.as_slice(), "{rest}");
    }
}

#[test]
fn alpine_says_what_is_fixed_in_json_and_yaml() {
    let Some(samples) = samples() else { return };
    let mut harvest = harvest();
    for name in [
        "vunnel-fixtures/alpine/input/secdb/v3.15/main.yaml",
        "vuln-list-update-fixtures/alpine/311-main.json",
        "vuln-list-update-fixtures/alpine/311-community.json",
    ] {
        harvest.read(&alpine::FEED, name, &samples[&format!("samples/{name}")]);
    }
    assert_eq!(harvest.problems(), (&[][..], 0));
    let database = database(&mut harvest);
    for (shard, package, want) in [
        (
            "alpine-3.15",
            "zlib",
            &[
                "CVE-2018-25032 Below(\"1.2.12-r0\") fixed -",
                "CVE-2022-37434 Below(\"1.2.12-r2\") fixed -",
            ][..],
        ),
        ("alpine-3.15", "nothing", &[]),
        (
            "alpine-3.11",
            "apache2",
            &[
                "CVE-2018-1333 Below(\"2.4.34-r0\") fixed -",
                "CVE-2018-8011 Below(\"2.4.34-r0\") fixed -",
            ],
        ),
    ] {
        assert_eq!(told(&database, shard, package), want, "{shard} {package}");
    }
}

#[test]
fn ubuntu_says_what_everybody_gets_and_what_subscribers_get() {
    let Some(samples) = samples() else { return };
    let mut harvest = harvest();
    let folder = "samples/vunnel-fixtures/ubuntu/osv";
    for (name, bytes) in samples.iter().filter(|(name, _)| name.starts_with(folder)) {
        assert!(harvest.read(&ubuntu::FEED, name, bytes), "{name}");
    }
    assert_eq!(harvest.problems(), (&[][..], 0));
    let database = database(&mut harvest);
    for (shard, package, want) in [
        (
            "ubuntu-22.04",
            "wayland",
            &["CVE-2021-3782 Below(\"1.20.0-1ubuntu0.1\") fixed MEDIUM"][..],
        ),
        (
            "ubuntu-16.04",
            "wayland",
            &["CVE-2021-3782 Below(\"1.12.0-1~ubuntu16.04.3+esm1\") affected MEDIUM"],
        ),
        (
            "ubuntu-16.04",
            "unzip",
            &["CVE-2014-9913 Below(\"6.0-20ubuntu1.1\") fixed LOW"],
        ),
        (
            "ubuntu-14.04",
            "netty",
            &["CVE-2022-24823 Every affected LOW"],
        ),
        (
            "ubuntu-25.10",
            "netty",
            &["CVE-2022-24823 Every affected LOW"],
        ),
        // withdrawn
        ("ubuntu-16.04", "wolfssl", &[]),
        ("ubuntu-14.04", "tpp", &[]),
    ] {
        assert_eq!(told(&database, shard, package), want, "{shard} {package}");
    }
}

#[test]
fn of_two_words_the_stronger_stands_whatever_comes_first() {
    let file = |fixes: &str| {
        format!(
            r#"{{"distroversion": "edge", "packages": [{{"pkg": {{"name": "p", "secfixes": {{{fixes}}}}}}}]}}"#
        )
    };
    let files = [
        file(r#""1.9-r0": ["CVE-2024-1"], "0": ["CVE-2024-2"]"#),
        file(r#""1.10-r0": ["CVE-2024-1 GHSA-1"], "1.1-r0": ["CVE-2024-2"], "2": [7]"#),
    ];
    for order in [[0, 1], [1, 0]] {
        let mut harvest = harvest();
        for index in order {
            harvest.read(&alpine::FEED, "main.json", files[index].as_bytes());
        }
        let told = told(&database(&mut harvest), "alpine-edge", "p");
        let want = [
            "CVE-2024-1 Below(\"1.10-r0\") fixed -",
            "CVE-2024-2 Below(\"1.1-r0\") fixed -",
        ];
        assert_eq!(told, want, "{order:?}");
        assert_eq!(harvest.problems().0, ["alpine edge: p 2: no id in 7"]);
    }
}

#[test]
fn exploitation_and_estimates_have_their_days() {
    let Some(samples) = samples() else { return };
    let mut harvest = harvest();
    let kev = &samples["samples/vunnel-fixtures/kev/valid-catalog-1.json"];
    harvest.read(&kev::FEED, "kev.json", kev);
    let epss = &samples["samples/vunnel-fixtures/epss/example-1.csv"];
    harvest.read(&epss::FEED, "epss.csv", epss);
    assert_eq!(harvest.problems(), (&[][..], 0));
    let database = database(&mut harvest);
    let kev = database.kev("CVE-2025-0108").unwrap().unwrap();
    let want = Kev {
        added: "2025-02-18".parse().ok(),
        due: "2025-03-11".parse().ok(),
        is_ransomware: false,
    };
    assert_eq!(kev, want);
    assert_eq!(database.epss("CVE-1999-0002").unwrap(), Some(Epss(1_328)));
    let newest = |shard: &str| database.shard(shard).unwrap().newest.unwrap().to_string();
    assert_eq!(
        (newest("kev"), newest("epss")),
        ("2025-02-19".to_owned(), "2025-02-20".to_owned())
    );
    for (name, why) in [
        (
            "invalid-header",
            "epss.csv: its second line is not `cve,epss,percentile`",
        ),
        (
            "missing-date",
            "epss.csv: its first line has no `score_date`",
        ),
    ] {
        let mut harvest = self::harvest();
        let sample = &samples[&format!("samples/vunnel-fixtures/epss/{name}.csv")];
        harvest.read(&epss::FEED, "epss.csv", sample);
        assert_eq!(harvest.problems().0, [why]);
        assert!(harvest.shards(&empty()).unwrap().is_empty());
    }
}

#[test]
fn garbage_of_any_kind_is_a_problem_and_never_a_panic() {
    let Some(samples) = samples() else { return };
    let texts = [
        &samples["samples/vunnel-fixtures/debian/input/debian.json"],
        &samples["samples/vuln-list-update-fixtures/alpine/311-main.json"],
        &samples["samples/vunnel-fixtures/epss/example-1.csv"],
        &samples["samples/vunnel-fixtures/kev/valid-catalog-1.json"],
    ];
    for feed in FEEDS {
        for text in texts {
            for end in (0..text.len()).step_by(text.len() / 60 + 1) {
                let mut harvest = harvest();
                harvest.read(feed, "cut", &text[..end]);
                harvest.shards(&empty()).unwrap();
            }
        }
    }
}
