//! Small files that would become much: each costs itself, is named, and the rest is kept.

use std::cmp::Ordering;
use std::time::{Duration, Instant};

use version::Scheme;

use super::super::{
    Feed, alpine, amazon, debian_lists, endoflife, nvd, oracle, osv, photon, redhat, suse, ubuntu,
    ubuntu_vex,
};
use super::{database, harvest, told};
use crate::osv::{Record, versions};

const GOOD: &str = r#"{"id": "GHSA-good", "affected": [{"package": {"ecosystem": "npm", "name": "good"},
    "ranges": [{"events": [{"introduced": "0"}, {"fixed": "2.0.0"}]}]}]}"#;

/// Reads a file beside a good record, and returns what was left out.
fn left_out(feed: &'static Feed, file: &str) -> Vec<String> {
    let mut harvest = harvest();
    harvest.read(&osv::FEED, "good.json", GOOD.as_bytes());
    assert!(harvest.read(feed, "file", file.as_bytes()));
    let database = database(&mut harvest);
    assert_eq!(told(&database, "ghsa-npm", "good").len(), 1);
    let (problems, count) = harvest.problems();
    assert_eq!(problems.len(), count);
    problems.to_vec()
}

fn joined(count: usize, each: impl Fn(usize) -> String) -> String {
    (0..count).map(each).collect::<Vec<_>>().join(",")
}

fn record(id: &str, more: &str, affected: &str) -> String {
    format!(r#"{{"id": "{id}", {more} "affected": [{affected}]}}"#)
}

#[test]
fn what_multiplies_is_left_out_and_named() {
    let packages = |ecosystem: &str| {
        joined(2_000, |number| {
            format!(
                r#"{{"package": {{"ecosystem": "{ecosystem}", "name": "p{number}"}}, "versions": ["1"]}}"#
            )
        })
    };
    let cves = joined(1_000, |number| format!(r#""CVE-2030-{number}""#));
    let related = record(
        "ALSA-2030:1",
        &format!(r#""related": [{cves}],"#),
        &packages("AlmaLinux:9"),
    );
    let aliases = record(
        "GHSA-wide",
        &format!(r#""aliases": [{cves}],"#),
        &packages("npm"),
    );
    let too_many = |ids: usize| format!("2000 packages and {ids} ids multiply to more than 200000");
    assert_eq!(
        left_out(&osv::FEED, &related),
        [format!("osv ALSA-2030:1: {}", too_many(1_000))]
    );
    assert_eq!(
        left_out(&osv::FEED, &aliases),
        [format!("osv GHSA-wide: {}", too_many(1_001))]
    );
    let cves = joined(1_000, |number| {
        format!(r#"<reference type="cve" id="CVE-2030-{number}"/>"#)
    });
    let packages = joined(2_000, |number| {
        format!(r#"<package name="p{number}" version="1" release="1" arch="x"/>"#)
    });
    let updates =
        format!("<updates><update><id>ALAS2-2030-1</id>{cves}{packages}</update></updates>");
    let want = "amazon ALAS2-2030-1: 2000 packages and 1000 ids multiply to more than 200000";
    assert_eq!(left_out(&amazon::FEED, &updates), [want]);
}

#[test]
fn a_notice_of_debian_that_multiplies_is_left_out_and_named() {
    let cves: Vec<String> = (0..1_000)
        .map(|number| format!("CVE-2030-{number}"))
        .collect();
    let packages: Vec<String> = (0..2_000)
        .map(|number| format!("\t[bookworm] - p{number} 1\n"))
        .collect();
    let notice = |id: &str| {
        format!(
            "[1 Jan 2030] {id} p\n\t{{{}}}\n{}",
            cves.join(" "),
            packages.concat()
        )
    };
    let notices = format!(
        "{}{}[1 Jan 2030] DSA-3-1 p\n",
        notice("DSA-1-1"),
        notice("DSA-2-1")
    );
    let want = ["file:2003: DSA-1-1", "file:4005: DSA-2-1"];
    let want =
        want.map(|it| format!("{it}: 2000 packages and 1000 ids multiply to more than 200000"));
    assert_eq!(left_out(&debian_lists::FEED, &notices), want);
    let last = left_out(&debian_lists::FEED, &notice("DLA-1-1"));
    assert_eq!(
        last,
        ["file: DLA-1-1: 2000 packages and 1000 ids multiply to more than 200000"]
    );
}

/// A file with records that make no sense, and what is told of it.
type Garbage = (&'static Feed, &'static str, &'static [&'static str]);

/// One record of many in a file, of feeds that have such files.
static GARBAGE: [Garbage; 8] = [
    (
        &nvd::FEED,
        r#"{"vulnerabilities": [{"cve": {"id": "CVE-2030-1", "vulnStatus": "Rejected"}}, {"cve": {"vulnStatus": "x"}},
                {"cve": {"id": "CVE-2030-2", "metrics": {"cvssMetricV31": "x"}}}, 7,
                [{"id": "CVE-2030-3"}], {"cve": ["CVE-2030-4"]}]}"#,
        &[
            "nvd : missing field `id`",
            "nvd CVE-2030-2: invalid type: string \"x\", expected a sequence",
            "nvd : invalid type: integer `7`, expected struct Item",
            "nvd : invalid type: sequence, expected struct Item",
            "nvd : invalid type: sequence, expected struct Cve",
        ],
    ),
    (
        &endoflife::FEED,
        r#"{"result": [{"name": "debian", "releases": [{"name": "12", "eolFrom": "2026-06-10"}, {"name": "11", "isEol": "x"}]},
                {"name": 7}, {"name": "alpine", "releases": "x"}, ["debian", [["12", "x"]]],
                {"name": "debian", "releases": [["12", "x"], {"eolFrom": "2026-06-10"}]}]}"#,
        &[
            "endoflife debian 11: invalid type: string \"x\", expected a boolean",
            "endoflife : invalid type: integer `7`, expected a string",
            "endoflife alpine: invalid type: string \"x\", expected a sequence",
            "endoflife : invalid type: sequence, expected struct Product",
            "endoflife debian : invalid type: sequence, expected struct Cycle",
            "endoflife debian : a name is empty, too long or garbled",
        ],
    ),
    (
        &photon::FEED,
        r#"[{"cve_id": "CVE-2030-1", "pkg": 7}, {"cve_id": "CVE-2030-2", "pkg": "p", "res_ver": "1-1.ph5"}, ["CVE-2030-3", "p", 1, "2-1.ph5"]]"#,
        &[
            "photon CVE-2030-1: invalid type: integer `7`, expected a string",
            "photon : invalid type: sequence, expected struct Entry",
        ],
    ),
    (
        &photon::FEED,
        r#"[{"cve_id": "CVE-2030-1", "pkg": "p", "res_ver": "NA"}, {"cve_id": "CVE-2030-2", "pkg": "p", "res_ver": "8.1.0"}]"#,
        &["photon p CVE-2030-2: `8.1.0` is a version of no release"],
    ),
    (
        &amazon::FEED,
        r#"<updates><update><id>ALASDOCKER-2030-1</id></update><update><title>x</title></update><update><id>ALAS2-2030-1</id>
                <reference type="CVE" id="CVE-2030-1"/><package name="p" release="1" arch="x"/></update></updates>"#,
        &[
            "amazon: `` is no erratum",
            "amazon ALAS2-2030-1: a version is empty, too long or garbled: ``",
        ],
    ),
    (
        &suse::FEED,
        "<oval_definitions><definition><title>SUSE-SU-2030:1-1</title></definition></oval_definitions>",
        &["suse: `SUSE-SU-2030:1-1` is no flaw"],
    ),
    (
        &redhat::FEED,
        r#"{"product_tree": {}, "vulnerabilities": [{"ids": []}]}"#,
        &["redhat: a vulnerability has no `cve`"],
    ),
    (
        &alpine::FEED,
        r#"{"distroversion": "v3.20", "packages": [{"pkg": {"name": "p", "secfixes": {" 1-r0": "CVE-2030-1", "2-r0": null}}},
                {"pkg": {"name": "q", "secfixes": [["1-r0", ["CVE-2030-2"]]]}}, ["pkg", {"name": "r"}], {"pkg": {"name": "s"}},
                {"pkg": {"name": "t", "secfixes": {"1-r0": {"x": "CVE-2030-3"}}}}]}"#,
        &[
            "alpine 3.20: q: its `secfixes` are no object",
            "alpine 3.20: a package has no name",
            "alpine 3.20: t 1-r0: no id in {\"x\":\"CVE-2030-3\"}",
        ],
    ),
];

#[test]
fn a_record_that_makes_no_sense_leaves_the_rest_of_its_file() {
    for (feed, file, want) in GARBAGE {
        assert_eq!(left_out(feed, file), want, "{}", feed.name);
    }
}

/// Nothing is taken by its position, neither in JSON nor in YAML.
#[test]
fn a_list_is_no_part_of_a_record() {
    for text in [
        r#"{"id": "GHSA-x", "affected": [[{"ecosystem": "npm", "name": "p"}]]}"#,
        r#"{"id": "GHSA-x", "affected": [{"package": ["npm", "p"]}]}"#,
        "id: GHSA-x\naffected:\n- package: [npm, p]\n",
    ] {
        let why = Record::read(text.as_bytes()).err().unwrap_or_default();
        assert!(why.contains("invalid type: sequence"), "{text}: {why}");
    }
}

#[test]
fn lists_of_debian_without_sources_are_told() {
    let why = "debian-lists: without Sources of a release nobody can tell what the lists say of it";
    for (list, want) in [
        ("CVE-2030-1 (x)\n\t- p 1-1\n", &[why][..]),
        ("[1 Jan 2030] DSA-1-1 p\n\t[bookworm] - p 1-1\n", &[why]),
        ("CVE-2030-1\n\tRESERVED\n", &[]),
    ] {
        assert_eq!(left_out(&debian_lists::FEED, list), want, "{list}");
    }
}

/// What stands in one record, and would take the square of its length.
#[test]
#[expect(clippy::disallowed_methods, reason = "it measures time")]
fn many_names_and_streams_are_put_together_in_time() {
    let fixes = joined(20_000, |number| {
        format!(r#""1.{number}-r0": ["CVE-2030-1 XSA-{number}"]"#)
    });
    let names = format!(
        r#"{{"distroversion": "v3.20", "packages": [{{"pkg": {{"name": "p", "secfixes": {{{fixes}}}}}}}]}}"#
    );
    let branches = joined(20_000, |number| {
        format!(
            r#"{{"product": {{"product_id": "s{number}", "product_identification_helper": {{"cpe": "cpe:/o:redhat:enterprise_linux:9::x{number}"}}}}}},
               {{"product": {{"product_id": "p{number}", "product_identification_helper": {{"purl": "pkg:rpm/redhat/p{number}@1-1.el9?arch=x86_64"}}}}}}"#
        )
    });
    let relationships = joined(20_000, |number| {
        format!(
            r#"{{"full_product_name": {{"product_id": "s{number}:p{number}"}}, "product_reference": "p{number}", "relates_to_product_reference": "s{number}"}}"#
        )
    });
    let fixed = joined(20_000, |number| format!(r#""s{number}:p{number}""#));
    let streams = format!(
        r#"{{"product_tree": {{"branches": [{branches}], "relationships": [{relationships}]}},
            "vulnerabilities": [{{"cve": "CVE-2030-1", "product_status": {{"fixed": [{fixed}]}}}}]}}"#
    );
    let started = Instant::now();
    let mut harvest = harvest();
    assert!(harvest.read(&alpine::FEED, "main.json", names.as_bytes()));
    assert!(harvest.read(&redhat::FEED, "cve.json", streams.as_bytes()));
    let database = database(&mut harvest);
    let took = started.elapsed();
    assert!(took < Duration::from_secs(20), "{took:?}");
    let names = database.advisories("alpine-3.20", "p").unwrap();
    assert_eq!(names[0].aliases.len(), 20_000);
    let of_streams = database.advisories("redhat-all", "p19999").unwrap();
    assert_eq!(of_streams[0].streams.len(), 1);
}

/// A kernel's notice names hundreds of flaws, twice, and many products, of which few are read.
#[test]
fn a_real_notice_on_a_kernel_is_none_too_many() {
    let cves = joined(700, |number| format!(r#""CVE-2030-{number}""#));
    let products = joined(300, |number| {
        let product = if number < 210 {
            "openSUSE:Leap 15.6"
        } else {
            "SUSE:Manager 4"
        };
        format!(
            r#"{{"package": {{"ecosystem": "{product}", "name": "kernel-{number}"}}, "ranges": [{{"events": [{{"introduced": "0"}}, {{"fixed": "6"}}]}}]}}"#
        )
    });
    let names = format!(r#""related": [{cves}], "upstream": [{cves}],"#);
    let told = left_out(&osv::FEED, &record("SUSE-SU-2030:1", &names, &products));
    let multiplied = told.iter().find(|it| it.contains("multiply"));
    assert_eq!(multiplied, None);
}

#[test]
fn criteria_that_multiply_are_left_out_and_named() {
    let oval = |cves: usize, beside: usize, packages: usize| {
        let cves = joined(cves, |number| {
            format!(r#"<reference source="CVE" ref_id="CVE-2030-{number}"/>"#)
        });
        let beside = r#"<criterion comment="it is so"/>"#.repeat(beside);
        let packages = r#"<criterion comment="p is earlier than 1-1"/>"#.repeat(packages);
        format!(
            r#"<oval_definitions><definition><metadata><reference source="elsa" ref_id="ELSA-2030-1"/>{cves}</metadata>
               <criteria operator="AND"><criterion comment="Oracle Linux 8 is installed"/>{beside}
               <criteria operator="OR">{packages}</criteria></criteria></definition></oval_definitions>"#
        )
    };
    for (file, want) in [
        (oval(3, 3, 3), &[][..]),
        (
            oval(1_000, 1, 2_000),
            &["oracle ELSA-2030-1: 2000 packages and 1000 ids multiply to more than 200000"],
        ),
        (
            oval(1, 2_000, 2_000),
            &[
                "oracle ELSA-2030-1: its packages and what must hold beside each are more than 1000000",
            ],
        ),
    ] {
        assert_eq!(left_out(&oracle::FEED, &file), want);
    }
}

#[test]
fn a_record_that_is_too_large_is_left_out_and_named() {
    let package = r#""package": {"ecosystem": "npm", "name": "good"}"#;
    let ranges = joined(60_000, |number| {
        format!(r#"{{"events": [{{"introduced": "{number}.0.0"}}, {{"fixed": "{number}.1.0"}}]}}"#)
    });
    let ranges = record(
        "GHSA-ranges",
        "",
        &format!(r#"{{{package}, "ranges": [{ranges}]}}"#),
    );
    assert_eq!(
        left_out(&osv::FEED, &ranges),
        ["osv GHSA-ranges good: it has more than 50000 intervals"]
    );
    // each of them fits, and all together do not fit into the row of the package
    let long = "x".repeat(200);
    let versions = joined(40_000, |number| format!(r#""{number}{long}""#));
    let large = record(
        "GHSA-large",
        "",
        &format!(r#"{{{package}, "versions": [{versions}]}}"#),
    );
    assert_eq!(
        left_out(&osv::FEED, &large),
        ["ghsa-npm good GHSA-large: it is too large for the row of a package"]
    );
    let aliases = joined(1_000_000, |number| format!(r#""GHSA-{number}""#));
    let aliases = record(
        "GHSA-names",
        &format!(r#""aliases": [{aliases}],"#),
        &format!("{{{package}}}"),
    );
    let want = "osv GHSA-names: 1 packages and 1000001 ids multiply to more than 200000";
    assert_eq!(left_out(&osv::FEED, &aliases), [want]);
}

#[test]
fn cycles_that_are_too_much_are_left_out_and_named() {
    let long = "n".repeat(5_000_000);
    let cycles = joined(3_000, |number| format!(r#"{{"name": "{number}"}}"#));
    let document = format!(
        r#"{{"result": [{{"name": "a", "releases": [{{"name": "1", "codename": "{long}"}}, {{"name": "2"}}]}},
           {{"name": "b", "releases": [{cycles}]}}]}}"#
    );
    let want = [
        "endoflife a 1: a name is empty, too long or garbled",
        "endoflife b: it has more than 2000 cycles",
    ];
    assert_eq!(left_out(&endoflife::FEED, &document), want);
}

#[test]
fn a_long_name_is_told_by_its_beginning_and_with_the_reason() {
    let id = format!("GHSA-{}", "n".repeat(1_000_000));
    let affected = r#"{"package": {"ecosystem": "npm", "name": "p"}}"#;
    let told = left_out(&osv::FEED, &record(&id, "", affected));
    assert!(told[0].starts_with("osv GHSA-nnn"), "{}", told[0].len());
    assert!(told[0].ends_with(" p: it has neither intervals nor versions"));
    assert!(told[0].chars().count() < 500);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it measures time")]
fn many_intervals_and_versions_are_compared_in_time() {
    let ranges = joined(10_000, |number| {
        format!(r#"{{"events": [{{"introduced": "{number}.0.0"}}, {{"fixed": "{number}.1.0"}}]}}"#)
    });
    let listed = joined(10_000, |number| format!(r#""{number}.2.0""#));
    let affected = format!(r#"{{"ranges": [{ranges}], "versions": [{listed}]}}"#);
    let record = Record::read(record("GHSA-1", "", &affected).as_bytes()).unwrap();
    let started = Instant::now();
    let concerned: Vec<_> = record.affected.iter().collect();
    versions(&concerned, Scheme::Semver).unwrap();
    let took = started.elapsed();
    assert!(took < Duration::from_secs(20), "{took:?}");
}

/// A version that is listed stands beside the intervals unless one of them holds it.
#[test]
fn versions_in_any_interval_are_not_told_twice() {
    let held = |[from, to, kind]: [usize; 3], version: usize| {
        from <= version
            && match kind {
                0 => version < to,
                1 => version <= to,
                _ => true,
            }
    };
    let written = |[from, to, kind]: [usize; 3]| {
        let end = ["fixed", "last_affected", ""][kind];
        let end = match end {
            "" => String::new(),
            end => format!(r#", {{"{end}": "{to}.0.0"}}"#),
        };
        let from = if from == 0 {
            "0".to_owned()
        } else {
            format!("{from}.0.0")
        };
        format!(r#"{{"events": [{{"introduced": "{from}"}}{end}]}}"#)
    };
    let each: Vec<[usize; 3]> = (0..4)
        .flat_map(|from| (from + 1..6).flat_map(move |to| (0..3).map(move |kind| [from, to, kind])))
        .collect();
    let listed = joined(7, |number| format!(r#""{number}.0.0""#));
    for a in &each {
        for b in &each {
            let ranges = format!("{}, {}", written(*a), written(*b));
            let affected = format!(r#"{{"ranges": [{ranges}], "versions": [{listed}]}}"#);
            let record = Record::read(record("GHSA-1", "", &affected).as_bytes()).unwrap();
            let concerned: Vec<_> = record.affected.iter().collect();
            let affected = versions(&concerned, Scheme::Semver).unwrap();
            let beside = (0..7).filter(|version| !held(*a, *version) && !held(*b, *version));
            let model::Affected::Ranges(ranges) = &affected else {
                panic!("{affected:?}");
            };
            let single = ranges.iter().filter(|it| {
                matches!(&it.upper, model::Upper::LastAffected(last)
                    if version::compare(Scheme::Semver, last, &it.introduced) == Ok(Ordering::Equal))
            });
            let single: Vec<&str> = single.map(|it| it.introduced.as_str()).collect();
            let beside: Vec<String> = beside.map(|it| format!("{it}.0.0")).collect();
            assert_eq!(single, beside, "{a:?} {b:?}");
        }
    }
}

/// Some orders take far more time and memory than a version has bytes.
#[test]
#[expect(clippy::disallowed_methods, reason = "it measures time")]
fn versions_of_megabytes_are_not_compared() {
    let long = format!("1{}", ".a1".repeat(2_000_000));
    let ranges = |from: &str, to: &str| {
        format!(r#""ranges": [{{"events": [{{"introduced": "{from}"}}, {{"fixed": "{to}"}}]}}]"#)
    };
    let osv = |ecosystem: &str, rest: &str| {
        let package =
            format!(r#"{{"package": {{"ecosystem": "{ecosystem}", "name": "p"}}, {rest}}}"#);
        record("GHSA-long", r#""related": ["CVE-2030-1"],"#, &package)
    };
    let many = joined(2_000, |_| {
        let middling = "1-".repeat(5_000);
        format!(r#"{{"introduced": "{middling}"}}, {{"fixed": "{middling}2"}}"#)
    });
    let last = format!(
        r#"{}, "database_specific": {{"last_known_affected_version_range": "<= {long}"}}"#,
        ranges("0", "1")
    );
    let vex = format!(
        r#"{{"statements": [{{"vulnerability": {{"name": "CVE-2030-1"}}, "status": "fixed",
           "products": [{{"@id": "pkg:deb/ubuntu/p@{long}?arch=source&distro=jammy"}}]}}]}}"#
    );
    for (feed, file) in [
        (
            &osv::FEED,
            osv("Maven", &ranges(&long, &format!("{long}2"))),
        ),
        (
            &osv::FEED,
            osv("Maven", &format!(r#""ranges": [{{"events": [{many}]}}]"#)),
        ),
        (
            &osv::FEED,
            osv(
                "PyPI",
                &format!(r#"{}, "versions": ["{long}"]"#, ranges("0", "1")),
            ),
        ),
        (&osv::FEED, osv("npm", &last)),
        (&osv::FEED, osv("AlmaLinux:9", &ranges("0", &long))),
        (
            &ubuntu::FEED,
            osv("Ubuntu:22.04:LTS", &ranges("0", &long)).replace("GHSA-long", "UBUNTU-CVE-2030-1"),
        ),
        (&ubuntu_vex::FEED, vex),
        (
            &debian_lists::FEED,
            format!("CVE-2030-1 (text)\n\t- p {long}\n"),
        ),
    ] {
        let begun = Instant::now();
        let problems = left_out(feed, &file);
        let [problem] = &problems[..] else {
            panic!("{problems:?}")
        };
        assert!(
            problem.contains("a version is empty, too long or garbled: `"),
            "{problem}"
        );
        assert!(begun.elapsed() < Duration::from_secs(5), "{problem}");
    }
}

/// Records of which each is no larger than a real one: what all of them become is bounded by their bytes.
#[test]
fn records_just_under_the_limit_are_not_kept_without_end() {
    let cves = |record: usize| joined(400, |number| format!(r#""CVE-2030-{record}{number}""#));
    let packages = joined(400, |number| {
        format!(
            r#"{{"package": {{"ecosystem": "AlmaLinux:9", "name": "p{number}"}}, "versions": ["1", "2", "3", "4"]}}"#
        )
    });
    let mut harvest = harvest();
    let mut bytes = 0;
    for number in 0..12 {
        let id = format!("ALSA-2030:{number}");
        let text = record(
            &id,
            &format!(r#""related": [{}],"#, cves(number)),
            &packages,
        );
        bytes += text.len();
        assert!(harvest.read(&osv::FEED, &id, text.as_bytes()));
    }
    let kept = harvest.releases["alma-9"].packages();
    let kept: usize = kept.map(|(_, flaws)| flaws.count()).sum();
    // six parts each: itself, its erratum and four versions
    assert!(kept * 6 <= 2_000_000 + bytes, "{kept} of {bytes}");
    assert!(kept * 6 > 1_900_000, "{kept} of {bytes}");
    let (problems, _) = harvest.problems();
    let why = "its files are too small to say so much";
    assert!(problems.iter().any(|it| it.ends_with(why)), "{problems:?}");
    // a real one still has its place
    assert!(harvest.read(&osv::FEED, "good.json", GOOD.as_bytes()));
    assert_eq!(told(&database(&mut harvest), "ghsa-npm", "good").len(), 1);
}
