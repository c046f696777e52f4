//! What records in OSV's form say of versions: every event counts, of distributions, too (feeds.md §3.1).

use super::super::{Feed, nvd, osv, php, ruby, rust, suse, ubuntu};
use super::{database, harvest, told};

/// Returns what a record says of its only package, in this shard.
fn said(ecosystem: &str, id: &str, shard: &str, concerned: &str) -> Vec<String> {
    let mut harvest = harvest();
    let each = concerned
        .split('|')
        .map(|it| format!(r#"{{"package": {{"ecosystem": "{ecosystem}", "name": "p"}}, {it}}}"#));
    let each: Vec<String> = each.collect();
    let record = format!(
        r#"{{"id": "{id}", "related": ["CVE-2030-1"], "affected": [{}]}}"#,
        each.join(",")
    );
    assert!(harvest.read(&osv::FEED, "a.json", record.as_bytes()));
    let told = told(&database(&mut harvest), shard, "p");
    let problems = harvest.problems().0.to_vec();
    problems.into_iter().chain(told).collect()
}

/// Events as they are written, in brackets for each range: `[introduced 0, fixed 1]`.
fn ranges(events: &str) -> String {
    let event = |event: &str| {
        let (kind, version) = event.split_once(' ').unwrap();
        format!(r#"{{"{kind}": "{version}"}}"#)
    };
    let each = events.split(';').map(|events| {
        let events: Vec<String> = events.split(", ").map(event).collect();
        format!(
            r#"{{"type": "ECOSYSTEM", "events": [{}]}}"#,
            events.join(",")
        )
    });
    let each: Vec<String> = each.collect();
    format!(r#""ranges": [{}]"#, each.join(","))
}

#[test]
fn every_event_of_a_distributions_record_counts() {
    for (events, want) in [
        ("introduced 0, fixed 1.0-5", r#"Below("1.0-5") fixed"#),
        ("introduced 0", "Every affected"),
        (
            "introduced 2.0-1, fixed 2.0-5",
            r#"Ranges([Range { introduced: "2.0-1", upper: Fixed("2.0-5") }]) fixed"#,
        ),
        (
            "introduced 0, last_affected 1.0-1",
            r#"Ranges([Range { introduced: "0", upper: LastAffected("1.0-1") }]) affected"#,
        ),
        (
            "introduced 0, fixed 1.0-5, introduced 2.0-1, fixed 2.0-3",
            r#"Ranges([Range { introduced: "0", upper: Fixed("1.0-5") }, Range { introduced: "2.0-1", upper: Fixed("2.0-3") }]) fixed"#,
        ),
        // any range is enough, and none stands behind the other
        (
            "introduced 0, fixed 3;introduced 0, fixed 2",
            r#"Below("3") fixed"#,
        ),
        ("introduced 0, fixed 3;introduced 0", "Every affected"),
    ] {
        let got = said(
            "Debian:14",
            "DEBIAN-CVE-2030-1",
            "debian-14",
            &ranges(events),
        );
        assert_eq!(got, [format!("CVE-2030-1 {want} -")], "{events}");
    }
    let listed = said(
        "Debian:14",
        "DEBIAN-CVE-2030-1",
        "debian-14",
        r#""versions": ["1", "2"]"#,
    );
    assert_eq!(listed, [r#"CVE-2030-1 Versions(["1", "2"]) affected -"#]);
    let beside = format!(
        r#"{}, "versions": ["1", "3"]"#,
        ranges("introduced 0, fixed 2")
    );
    let beside = said("Debian:14", "DEBIAN-CVE-2030-1", "debian-14", &beside);
    let want = r#"CVE-2030-1 Ranges([Range { introduced: "0", upper: Fixed("2") }, Range { introduced: "3", upper: LastAffected("3") }]) fixed -"#;
    assert_eq!(beside, [want]);
    let nothing = said(
        "Debian:14",
        "DEBIAN-CVE-2030-1",
        "debian-14",
        r#""ranges": []"#,
    );
    assert_eq!(
        nothing,
        ["osv DEBIAN-CVE-2030-1 p: it has neither intervals nor versions"]
    );
}

/// Ubuntu's releases too, and those of which only subscribers get the fix.
#[test]
fn every_event_of_ubuntus_records_counts() {
    let between = r#"Ranges([Range { introduced: "0", upper: Fixed("0.9-1") }, Range { introduced: "1.0-1", upper: Fixed("1.2-1") }])"#;
    let later = r#"Ranges([Range { introduced: "2.0-1", upper: Fixed("2.5-1") }])"#;
    let open = r#"Ranges([Range { introduced: "2.0-1", upper: Open }])"#;
    let last = r#"Ranges([Range { introduced: "0", upper: LastAffected("1.0-1") }])"#;
    for (events, affected, is_fixed) in [
        ("introduced 0, fixed 1.0-5", r#"Below("1.0-5")"#, true),
        ("introduced 0", "Every", false),
        (
            "introduced 0, fixed 0.9-1, introduced 1.0-1, fixed 1.2-1",
            between,
            true,
        ),
        ("introduced 2.0-1, fixed 2.5-1", later, true),
        ("introduced 2.0-1", open, false),
        ("introduced 0, last_affected 1.0-1", last, false),
        (
            "introduced 0, fixed 1.9;introduced 0, fixed 1.10",
            r#"Below("1.10")"#,
            true,
        ),
        // two entries on one package, whichever comes first
        (
            "introduced 0, fixed 1.10;introduced 0, fixed 1.9",
            r#"Below("1.10")"#,
            true,
        ),
    ] {
        let said = |ecosystem, shard| said(ecosystem, "UBUNTU-CVE-2030-1", shard, &ranges(events));
        let [fixed, for_others] = if is_fixed {
            ["fixed", "affected"]
        } else {
            ["affected"; 2]
        };
        let want = |status| [format!("CVE-2030-1 {affected} {status} -")];
        assert_eq!(
            said("Ubuntu:22.04:LTS", "ubuntu-22.04"),
            want(fixed),
            "{events}"
        );
        assert_eq!(
            said("Ubuntu:Pro:22.04:LTS", "ubuntu-22.04"),
            want(for_others),
            "{events}"
        );
        assert_eq!(
            said("Ubuntu:Pro:22.04:LTS", "ubuntu-22.04-ESM"),
            want(fixed),
            "{events}"
        );
    }
}

/// Of two files on one flaw the later fix stands, in the order of versions.
#[test]
fn of_two_fixes_of_ubuntu_the_later_one_stands() {
    for order in [["1.9", "1.10"], ["1.10", "1.9"]] {
        let mut harvest = harvest();
        for fixed in order {
            let range = ranges(&format!("introduced 0, fixed {fixed}"));
            let record = format!(
                r#"{{"id": "UBUNTU-CVE-2030-1", "affected": [{{"package": {{"ecosystem": "Ubuntu:22.04:LTS", "name": "p"}}, {range}}}]}}"#
            );
            assert!(harvest.read(&ubuntu::FEED, fixed, record.as_bytes()));
        }
        let told = told(&database(&mut harvest), "ubuntu-22.04", "p");
        assert_eq!(told, [r#"CVE-2030-1 Below("1.10") fixed -"#]);
    }
}

/// A view of a flaw says how bad that flaw is; what mends several flaws says it of none of them.
#[test]
fn vectors_are_of_the_flaw_that_a_record_is_a_view_of() {
    for (names, rated) in [
        (r#""aliases": ["CVE-2030-1"]"#, true),
        (r#""upstream": ["CVE-2030-1"]"#, true),
        (
            r#""upstream": ["CVE-2030-1", "DSA-1-1", "CVE-2030-1"]"#,
            true,
        ),
        (r#""upstream": ["CVE-2030-1", "CVE-2030-2"]"#, false),
        (r#""related": ["CVE-2030-1"]"#, false),
    ] {
        let mut harvest = harvest();
        let record = format!(
            r#"{{"id": "DEBIAN-CVE-2030-1", {names}, "severity": [{{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}],
                "affected": [{{"package": {{"ecosystem": "Debian:12", "name": "p"}}, {}}}]}}"#,
            ranges("introduced 0")
        );
        assert!(harvest.read(&osv::FEED, "a.json", record.as_bytes()));
        let ratings = database(&mut harvest).ratings("CVE-2030-1").unwrap();
        let words: Vec<String> = ratings
            .iter()
            .map(|it| format!("{} {}", it.source, it.severity))
            .collect();
        let want: &[&str] = if rated { &["osv CRITICAL"] } else { &[] };
        assert_eq!(words, want, "{names}");
    }
}

/// A version alone means what is compatible with it (feeds.md §3.4); elsewhere it means that version.
#[test]
fn requirements_of_cargo_are_spelled_out() {
    for (patched, want) in [
        ("1.2.3", "^1.2.3"),
        (">= 1.2.3", ">= 1.2.3"),
        ("= 1.2.3", "= 1.2.3"),
        ("^1.2, 1.2.5", "^1.2, ^1.2.5"),
        ("1.2.*", "1.2.*"),
    ] {
        let mut harvest = harvest();
        let text = format!(
            "```toml\n[advisory]\nid = \"RUSTSEC-2030-1\"\npackage = \"p\"\n[versions]\npatched = [\"{patched}\"]\nunaffected = [\"0.1\"]\n```\n"
        );
        assert!(harvest.read(&rust::FEED, "a.md", text.as_bytes()));
        let told = told(&database(&mut harvest), "rust", "p");
        let want = format!(
            r#"RUSTSEC-2030-1 Requirements {{ vulnerable: [], patched: ["{want}"], unaffected: ["^0.1"] }} fixed -"#
        );
        assert_eq!(told, [want]);
    }
}

/// A text in the place of a list is a list of one. Were it none, all versions would be vulnerable, or none.
#[test]
fn a_text_alone_is_a_list_of_one() {
    let rust = "```toml\n[advisory]\nid = \"RUSTSEC-2030-1\"\npackage = \"p\"\n[versions]\npatched = V\n```\n";
    let ruby = "gem: p\ncve: 2030-1\npatched_versions: V\n";
    let php = "cve: CVE-2030-1\nreference: composer://a/p\nbranches:\n  '1': {time: 2030-01-01, versions: V}\n";
    let feeds: [(&'static Feed, &str, &str, &str); 3] = [
        (&rust::FEED, "a.md", rust, "p"),
        (&ruby::FEED, "a.yml", ruby, "p"),
        (&php::FEED, "a.yaml", php, "a/p"),
    ];
    for (feed, file, text, package) in feeds {
        let of = |value: &str| {
            let mut harvest = harvest();
            let is_read = harvest.read(feed, file, text.replace('V', value).as_bytes());
            let told = told(&database(&mut harvest), feed.name, package);
            (is_read, told)
        };
        let list = of("['>= 1.2']");
        assert!(list.1.concat().contains("\">= 1.2\""), "{list:?}");
        assert_eq!(of("'>= 1.2'"), list, "{}", feed.name);
        for garbage in ["{x = 'y'}", "[['>= 1.2']]"] {
            let garbage = garbage.replace('=', if feed.name == "rust" { "=" } else { ":" });
            assert_eq!(of(&garbage), (false, Vec::new()), "{} {garbage}", feed.name);
        }
    }
}

/// Each build of a module stands beside the others, as nobody names its stream, whatever the order.
#[test]
fn builds_of_modules_stand_beside_each_other() {
    let [plain, later, module, rebuilt, stream] = [
        "introduced 0, fixed 0:1-1.el9",
        "introduced 0, fixed 1-2.el9",
        "introduced 0, fixed 7.3-1.module_el9",
        "introduced 0, fixed 7.3-2.module_el9",
        "introduced 0, fixed 7.4-1.module_el9",
    ]
    .map(ranges);
    for concerned in [
        [&plain, &later, &module, &rebuilt, &stream]
            .map(String::as_str)
            .join("|"),
        [&stream, &rebuilt, &module, &later, &plain]
            .map(String::as_str)
            .join("|"),
    ] {
        let got = said("AlmaLinux:9", "ALSA-2030:1", "alma-9", &concerned);
        let want = [
            r#"CVE-2030-1 Below("1-2.el9") fixed -"#,
            r#"CVE-2030-1 Below("7.3-1.module_el9") fixed -"#,
            r#"CVE-2030-1 Below("7.3-2.module_el9") fixed -"#,
            r#"CVE-2030-1 Below("7.4-1.module_el9") fixed -"#,
        ];
        assert_eq!(got, want, "{concerned}");
    }
}

#[test]
fn intervals_end_at_the_furthest_limit() {
    for (events, want) in [
        (
            "introduced 0, limit 2.0.0",
            r#"{ introduced: "0", upper: Fixed("2.0.0") }"#,
        ),
        (
            "introduced 0, limit *",
            r#"{ introduced: "0", upper: Open }"#,
        ),
        (
            "introduced 0, limit 2.0.0, limit *",
            r#"{ introduced: "0", upper: Open }"#,
        ),
        (
            "introduced 0, limit 1.0.0, limit 2.0.0, fixed 9.0.0",
            r#"{ introduced: "0", upper: Fixed("2.0.0") }"#,
        ),
        (
            "introduced 1.0.0, fixed 1.5.0, introduced 3.0.0, limit 2.0.0",
            r#"{ introduced: "1.0.0", upper: Fixed("1.5.0") }"#,
        ),
        (
            "introduced 1.0.0, last_affected 2.0.0, limit 2.0.0",
            r#"{ introduced: "1.0.0", upper: Fixed("2.0.0") }"#,
        ),
    ] {
        let got = said("npm", "GHSA-1", "ghsa-npm", &ranges(events));
        let want = format!("GHSA-1 Ranges([Range {want}]) ");
        assert!(
            got.len() == 1 && got[0].starts_with(&want),
            "{events}: {got:?}"
        );
    }
}

/// The feeds here are of 2026-11-25.
#[test]
fn what_was_taken_back_is_known_by_its_id() {
    let record = |stamp: &str| {
        format!(
            r#"{{"id": "GHSA-1", "withdrawn": {stamp}, "affected": [{{"package": {{"ecosystem": "npm", "name": "p"}}, "versions": ["1"]}}]}}"#
        )
    };
    for (stamp, on) in [
        (r#""2026-11-24T10:00:00Z""#, Some("2026-11-24")),
        (r#""2026-11-25T23:00:00Z""#, Some("2026-11-25")),
        (r#""some day""#, Some("")),
        (r#""2027-01-01T00:00:00Z""#, None),
        ("null", None),
    ] {
        // an older copy of it falls with it, whichever is read first
        for files in [["null", stamp], [stamp, "null"]] {
            let mut harvest = harvest();
            for stamp in files {
                harvest.read(&osv::FEED, "a.json", record(stamp).as_bytes());
            }
            let database = database(&mut harvest);
            let told = told(&database, "ghsa-npm", "p");
            assert_eq!(told.is_empty(), on.is_some(), "{stamp}: {told:?}");
            let got = database.withdrawn("GHSA-1").unwrap();
            assert_eq!(got.as_deref(), on, "{stamp}");
            assert!(!database.is_rejected("GHSA-1").unwrap());
        }
    }
}

#[test]
fn withdrawals_of_an_older_database_stay() {
    let of = |id: &str| {
        let mut harvest = harvest();
        let record = format!(r#"{{"id": "{id}", "withdrawn": "2026-01-01T00:00:00Z"}}"#);
        harvest.read(&osv::FEED, "a.json", record.as_bytes());
        harvest
    };
    let old = database(&mut of("GHSA-old"));
    let shards = of("GHSA-new").shards(&old).unwrap();
    let new = crate::Database::from_bytes(crate::write::database(&shards).unwrap()).unwrap();
    for id in ["GHSA-old", "GHSA-new"] {
        let on = new.withdrawn(id).unwrap();
        assert_eq!(on.as_deref(), Some("2026-01-01"), "{id}");
    }
}

#[test]
fn rusts_advisories_are_taken_back_by_a_day() {
    for (withdrawn, is_told) in [
        ("", true),
        ("withdrawn = \"2026-01-01\"\n", false),
        ("withdrawn = 2026-01-01\n", false),
        ("withdrawn = \"2027-01-01\"\n", true),
        ("informational = \"unsound\"\n", false),
    ] {
        let mut harvest = harvest();
        let text = format!(
            "```toml\n[advisory]\nid = \"RUSTSEC-2030-1\"\npackage = \"p\"\ndate = \"2026-01-01\"\n{withdrawn}\n[versions]\npatched = [\">= 1\"]\n```\n"
        );
        assert!(harvest.read(&rust::FEED, "a.md", text.as_bytes()));
        let told = told(&database(&mut harvest), "rust", "p");
        assert_eq!(!told.is_empty(), is_told, "{withdrawn}");
    }
}

#[test]
fn nvd_is_asked_for_its_newest_vector() {
    let metric = |name: &str, vector: &str| {
        format!(
            r#""{name}": [{{"source": "nvd@nist.gov", "cvssData": {{"vectorString": "{vector}"}}}}]"#
        )
    };
    let new = metric(
        "cvssMetricV40",
        "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
    );
    let old = metric(
        "cvssMetricV31",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N",
    );
    for (metrics, want) in [
        (old.clone(), "MEDIUM"),
        (format!("{old}, {new}"), "CRITICAL"),
    ] {
        let mut harvest = harvest();
        let page = format!(
            r#"{{"vulnerabilities": [{{"cve": {{"id": "CVE-2030-1000", "metrics": {{{metrics}}}}}}}]}}"#
        );
        assert!(harvest.read(&nvd::FEED, "a.json", page.as_bytes()));
        let ratings = database(&mut harvest).ratings("CVE-2030-1000").unwrap();
        let words: Vec<String> = ratings.iter().map(|it| it.severity.to_string()).collect();
        assert_eq!(words, [want]);
    }
}

/// What copies of one record say, each with when it was changed, in any order: the fix of the later one.
#[test]
fn of_two_copies_of_a_record_the_later_one_stands() {
    let copy = |(changed, fixed, more): (&str, &str, &str)| {
        format!(
            r#"{{"id": "GHSA-1", "published": "2026-01-01T00:00:00Z", "modified": "{changed}", {more}
               "affected": [{{"package": {{"ecosystem": "npm", "name": "p"}}, {}}}]}}"#,
            ranges(&format!("introduced 0, fixed {fixed}"))
        )
    };
    let critical = r#""database_specific": {"severity": "CRITICAL"}, "aliases": ["CVE-2030-1"],"#;
    for (copies, want) in [
        (
            [
                ("2026-01-02T00:00:00Z", "2.0.0", ""),
                ("2026-06-02T00:00:00Z", "10.0.0", ""),
            ],
            "10.0.0",
        ),
        (
            [
                ("2026-01-02T00:00:00Z", "9.0.0", critical),
                ("2026-06-02T00:00:00Z", "2.0.0", ""),
            ],
            "2.0.0",
        ),
        (
            [
                ("2026-06-02T01:00:00Z", "9.0.0", critical),
                ("2026-06-02T01:00:00.5Z", "2.0.0", ""),
            ],
            "2.0.0",
        ),
        (
            [
                ("", "9.0.0", critical),
                ("2026-06-02T00:00:00Z", "2.0.0", ""),
            ],
            "2.0.0",
        ),
    ] {
        for order in [[0, 1], [1, 0]] {
            let mut harvest = harvest();
            for index in order {
                harvest.read(&osv::FEED, "a.json", copy(copies[index]).as_bytes());
            }
            let found = database(&mut harvest).advisories("ghsa-npm", "p").unwrap();
            let [found] = &found[..] else {
                panic!("{found:?}")
            };
            let fixed = format!("{:?}", found.affected);
            assert!(
                fixed.contains(&format!("\"{want}\"")),
                "{copies:?}: {fixed}"
            );
            assert_eq!(
                (found.severity, found.aliases.len()),
                (None, 0),
                "{copies:?}"
            );
        }
    }
}

/// The later copy names one package less.
#[test]
fn what_only_an_older_copy_of_a_record_says_does_not_count() {
    let copy = |changed: &str, names: &[&str]| {
        let of = |name: &&str| {
            format!(r#"{{"package": {{"ecosystem": "npm", "name": "{name}"}}, "versions": ["1"]}}"#)
        };
        let affected: Vec<String> = names.iter().map(of).collect();
        format!(
            r#"{{"id": "GHSA-1", "modified": "{changed}", "affected": [{}]}}"#,
            affected.join(",")
        )
    };
    let copies = [
        copy("2026-01-02T00:00:00Z", &["p", "q"]),
        copy("2026-06-02T00:00:00Z", &["p"]),
    ];
    for order in [[0, 1], [1, 0]] {
        let mut harvest = harvest();
        for index in order {
            harvest.read(&osv::FEED, "a.json", copies[index].as_bytes());
        }
        let database = database(&mut harvest);
        let counts = ["p", "q"].map(|name| told(&database, "ghsa-npm", name).len());
        assert_eq!(counts, [1, 0], "{order:?}");
    }
}

#[test]
fn of_two_copies_of_a_record_of_nvd_the_later_one_stands() {
    let copy = |(changed, rest): (&str, &str)| {
        let record = format!(r#"{{"id": "CVE-2030-1000", "lastModified": "{changed}", {rest}}}"#);
        format!(r#"{{"vulnerabilities": [{{"cve": {record}}}]}}"#)
    };
    let low = r#""metrics": {"cvssMetricV31": [{"source": "nvd@nist.gov", "cvssData": {"vectorString":
        "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"}}]}"#;
    let critical = r#""metrics": {"cvssMetricV31": [{"source": "nvd@nist.gov", "cvssData": {"vectorString":
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}]}"#;
    let rejected = r#""vulnStatus": "Rejected""#;
    let (january, june) = ("2026-01-01T00:00:00.000", "2026-06-01T00:00:00.000");
    for (copies, word, is_rejected) in [
        ([(january, critical), (june, low)], Some("LOW"), false),
        ([(january, low), (june, critical)], Some("CRITICAL"), false),
        ([(june, low), (june, critical)], Some("CRITICAL"), false),
        ([(january, rejected), (june, low)], Some("LOW"), false),
        (
            [(january, critical), (june, rejected)],
            Some("CRITICAL"),
            true,
        ),
    ] {
        for order in [[0, 1], [1, 0]] {
            let mut harvest = harvest();
            for index in order {
                harvest.read(&nvd::FEED, "a.json", copy(copies[index]).as_bytes());
            }
            let database = database(&mut harvest);
            let ratings = database.ratings("CVE-2030-1000").unwrap();
            let found = ratings.first().map(|it| it.severity.to_string());
            assert_eq!(found.as_deref(), word, "{copies:?}");
            assert_eq!(
                database.is_rejected("CVE-2030-1000").unwrap(),
                is_rejected,
                "{copies:?}"
            );
        }
    }
}

#[test]
fn what_a_release_of_debian_does_not_support_is_at_its_end() {
    for (events, urgency, want) in [
        ("introduced 0", "end-of-life", "Every end_of_life -"),
        ("introduced 0", "end-of-life**", "Every end_of_life -"),
        ("introduced 0", "low", "Every affected LOW"),
        (
            "introduced 0, fixed 1-1",
            "end-of-life",
            "Below(\"1-1\") fixed -",
        ),
    ] {
        let concerned = format!(
            r#"{}, "ecosystem_specific": {{"urgency": "{urgency}"}}"#,
            ranges(events)
        );
        let told = said("Debian:12", "DEBIAN-CVE-2030-1", "debian-12", &concerned);
        assert_eq!(told, [format!("CVE-2030-1 {want}")], "{events} {urgency}");
    }
}

/// One crate, however its name is written.
#[test]
fn names_of_crates_are_folded() {
    for name in ["foo-bar_baz", "Foo_Bar-baz", "foo-bar-baz"] {
        let record = format!(
            r#"{{"id": "GHSA-1", "affected": [{{"package": {{"ecosystem": "{}", "name": "{name}"}}, "versions": ["1.0.0"]}}]}}"#,
            concat!("crates", ".io")
        );
        let markdown = format!(
            "```toml\n[advisory]\nid = \"RUSTSEC-2030-1\"\npackage = \"{name}\"\n[versions]\npatched = []\n```\n"
        );
        let mut harvest = harvest();
        assert!(harvest.read(&osv::FEED, "a.json", record.as_bytes()));
        assert!(harvest.read(&rust::FEED, "a.md", markdown.as_bytes()));
        let database = database(&mut harvest);
        for shard in [concat!("ghsa-crates", ".io"), "rust"] {
            assert_eq!(
                told(&database, shard, "foo-bar-baz").len(),
                1,
                "{shard} {name}"
            );
        }
    }
}

/// Tests of packages with several states, of which one is of a version.
#[test]
fn a_test_of_oval_may_have_several_states() {
    for states in [&["s1"][..], &["s1", "s9"], &["s9", "s1"]] {
        let of = |state: &&str| format!(r#"<state state_ref="{state}"/>"#);
        let states: String = states.iter().map(of).collect();
        let file = format!(
            r#"<oval_definitions><definitions><definition><metadata><title>CVE-2030-1</title></metadata>
               <criteria operator="AND"><criterion test_ref="p" comment="openSUSE Leap 15.5 is installed"/>
               <criterion test_ref="t" comment="bar is installed"/></criteria></definition></definitions>
               <tests><rpminfo_test id="t"><object object_ref="o"/>{states}</rpminfo_test></tests>
               <objects><rpminfo_object id="o"><name>bar</name></rpminfo_object></objects>
               <states><rpminfo_state id="s1"><evr operation="less than">1-1</evr></rpminfo_state>
               <rpminfo_state id="s9"><signature_keyid>x</signature_keyid></rpminfo_state></states></oval_definitions>"#
        );
        let mut harvest = harvest();
        assert!(harvest.read(&suse::FEED, "a.xml", file.as_bytes()));
        let told = told(&database(&mut harvest), "suse-cvrf-leap-15.5", "bar");
        assert_eq!(told, ["CVE-2030-1 Below(\"1-1\") fixed -"], "{states}");
    }
}
