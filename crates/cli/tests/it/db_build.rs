//! `seaworthy db build`: files of publishers become a database that scans use.

use std::io::Write as _;

use testkit::{SavedImage, save};

use crate::images::shop_sandbox;
use crate::program::{Sandbox, list, text};

const MAIN: &str = r#"{"distroversion": "v3.10", "reponame": "main", "packages": [
  {"pkg": {"name": "openssl", "secfixes": {"1.1.1d-r9": ["CVE-2030-1000"], "1.1.1a-r0": ["CVE-2018-1"], "0": ["CVE-2030-2"]}}},
  {"pkg": {"secfixes": {"1": ["CVE-2030-3"]}}}
]}"#;

const MAIN_OF_318: &str = r#"{"distroversion": "v3.18", "reponame": "main", "packages": [
  {"pkg": {"name": "openssl", "secfixes": {"3.1.0-r0": ["CVE-2030-1000"]}}}]}"#;

/// A record of GitHub's on npm, with a vector.
fn github(number: usize) -> String {
    format!(
        r#"{{"id": "GHSA-0000-0000-{number:04}", "severity": [{{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}],
           "affected": [{{"package": {{"ecosystem": "npm", "name": "p{number}"}}, "ranges": [{{"type": "SEMVER",
           "events": [{{"introduced": "0"}}, {{"fixed": "1.0.0"}}]}}]}}]}}"#
    )
}

fn ids(sandbox: &Sandbox, arguments: &str) -> Vec<String> {
    let report = sandbox
        .run(&format!("image --input shop.tar -f json {arguments}"))
        .json();
    let found = list(&report, "/Results/0/Vulnerabilities").iter();
    found
        .map(|it| text(it, "/VulnerabilityID").to_owned())
        .collect()
}

#[test]
fn what_was_built_is_what_scans_use() {
    let sandbox = shop_sandbox();
    sandbox.write("feeds/alpine/v3.10/main.json", MAIN);
    sandbox.write("feeds/alpine/README", "not a feed");
    sandbox.write("feeds/debain/x.json", "{}");
    let run = sandbox.run("db build --from feeds --out my.swdb --force");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(
        run.stderr,
        "left out debain: no feed is called so\nleft out: alpine 3.10: a package has no name\n"
    );
    assert!(
        run.stdout.starts_with("my.swdb: ") && run.stdout.ends_with("; 1 shard new\n"),
        "{}",
        run.stdout
    );
    assert_eq!(ids(&sandbox, "--db my.swdb"), ["CVE-2030-1000"]);
    // the rest is that of the database that is built in
    assert!(
        sandbox
            .run("db status --db my.swdb")
            .stdout
            .contains("debian-12 ")
    );
    assert_eq!(sandbox.run("db verify --db my.swdb").code, Some(0));
    sandbox.run("db build --from feeds -o again.swdb --force");
    let bytes = |name: &str| crate::program::read(&sandbox.path(name));
    assert!(
        bytes("my.swdb") == bytes("again.swdb"),
        "the same input gives the same bytes"
    );
}

/// A folder with an image of Ubuntu and records on its packages, of which one is for subscribers.
fn ubuntu() -> Sandbox {
    let sandbox = Sandbox::new();
    let status = "Package: libwayland0\nStatus: install ok installed\nSource: wayland (1.19.0-1)\nVersion: 1.19.0-1\nArchitecture: amd64\n\n\
                  Package: libpro\nStatus: install ok installed\nSource: pro\nVersion: 1.0-1\nArchitecture: amd64\n\n";
    let image = SavedImage::new().layer(&[
        (
            "etc/os-release",
            "ID=ubuntu\nVERSION_ID=\"22.04\"\nPRETTY_NAME=\"Ubuntu 22.04\"\n",
        ),
        ("var/lib/dpkg/status", status),
    ]);
    sandbox.write("app.tar", save(&[image]).unwrap());
    let record = |cve: &str, name: &str, pro: &str, fixed: &str| {
        format!(
            r#"{{"id": "UBUNTU-{cve}", "affected": [{{"package": {{"ecosystem": "Ubuntu:{pro}22.04:LTS", "name": "{name}"}},
               "ranges": [{{"events": [{{"introduced": "0"}}, {{"fixed": "{fixed}"}}]}}]}}]}}"#
        )
    };
    sandbox.write(
        "feeds/ubuntu/a.json",
        record("CVE-2021-3782", "wayland", "", "1.20.0-1ubuntu0.1"),
    );
    sandbox.write(
        "feeds/ubuntu/b.json",
        record("CVE-2022-1000", "pro", "Pro:", "1.0-1+esm1"),
    );
    sandbox.write(
        "feeds/ubuntu/c.json",
        record("CVE-2022-1001", "pro", "", "1.0-1"),
    );
    sandbox
}

#[test]
fn ubuntu_is_covered_once_its_records_are_there() {
    let sandbox = ubuntu();
    let before = sandbox.run("image --input app.tar");
    assert!(
        before.stdout.contains("there are no advisories on ubuntu"),
        "{}",
        before.stdout
    );
    let run = sandbox.run("db build --from feeds --out my.swdb");
    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
    let report = sandbox
        .run("image --input app.tar --db my.swdb -f json")
        .json();
    let found = list(&report, "/Results/0/Vulnerabilities").iter();
    let told: Vec<String> = found
        .map(|it| {
            format!(
                "{} {} {}",
                text(it, "/VulnerabilityID"),
                text(it, "/Status"),
                text(it, "/FixedVersion")
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "CVE-2022-1000 affected ",
            "CVE-2021-3782 fixed 1.20.0-1ubuntu0.1"
        ]
    );
}

#[test]
fn a_fix_for_subscribers_is_named_as_one() {
    let sandbox = ubuntu();
    assert_eq!(
        sandbox.run("db build --from feeds --out my.swdb").code,
        Some(0)
    );
    for (arguments, want) in [
        ("image --wide", "1.0-1+esm1 (Pro only)  CVE-2022-1000"),
        ("image --wide", "or one for subscribers only"),
        ("image -f json", r#""ProFixedVersion": "1.0-1+esm1""#),
        ("image -f sarif", "fixed in 1.0-1+esm1 for subscribers only"),
        (
            "explain CVE-2022-1000",
            "fixed in 1.0-1+esm1 for subscribers only",
        ),
        (
            "explain CVE-2022-1000",
            "fixed in 1.0-1+esm1 for subscribers\n",
        ),
    ] {
        let run = sandbox.run(&format!("{arguments} --input app.tar --db my.swdb"));
        assert!(run.stdout.contains(want), "{arguments}: {}", run.stdout);
    }
}

#[test]
fn files_may_be_packed_and_in_archives() {
    let sandbox = shop_sandbox();
    sandbox.write("one/main.json", MAIN);
    assert_eq!(sandbox.shell("gzip one/main.json").code, Some(0));
    let run = sandbox.run("db build --from one --feed alpine --out my.swdb --force");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(ids(&sandbox, "--db my.swdb"), ["CVE-2030-1000"]);
    sandbox.write("plain/secdb/main.json", MAIN);
    let run = sandbox.shell("mkdir two && tar czf two/all.tar.gz plain");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let run = sandbox.run("db build --from two --feed alpine --out other.swdb --force");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(ids(&sandbox, "--db other.swdb"), ["CVE-2030-1000"]);
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("v3.18/main.json", options).unwrap();
    zip.write_all(MAIN.as_bytes()).unwrap();
    sandbox.write("three/all.zip", zip.finish().unwrap().into_inner());
    let run = sandbox.run("db build --from three --feed alpine --out third.swdb --force");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(ids(&sandbox, "--db third.swdb"), ["CVE-2030-1000"]);
}

/// Two entries of the directory that point at one file: the second one's offset is that of the first.
#[test]
fn files_of_a_zip_that_overlap_are_refused() {
    let sandbox = Sandbox::new();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in ["a.json", "b.json"] {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(name, options).unwrap();
        zip.write_all(github(1).as_bytes()).unwrap();
    }
    let mut bytes = zip.finish().unwrap().into_inner();
    sandbox.write("good/all.zip", bytes.clone());
    let run = sandbox.run("db build --from good --feed osv --out my.swdb --force");
    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
    let second = bytes
        .windows(4)
        .rposition(|it| it == b"PK\x01\x02")
        .unwrap();
    bytes[second + 42..second + 46].fill(0);
    sandbox.write("bad/all.zip", bytes);
    let run = sandbox.run("db build --from bad --feed osv --out my.swdb --force");
    assert_eq!(run.code, Some(3));
    let want = "error: bad/all.zip: files in it overlap\n";
    assert_eq!(run.stderr, want);
}

#[test]
fn what_makes_no_sense_replaces_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("my.swdb", "what was there");
    sandbox.write("empty/README", "");
    sandbox.write(
        "cut/debian/json",
        r#"{"p": {"CVE-2024-1": {"releases": {"bookworm": {"status": "#,
    );
    sandbox.write(
        "small/kev/kev.json",
        r#"{"vulnerabilities": [{"cveID": "CVE-2024-1000"}]}"#,
    );
    sandbox.write("none/alpine/x.json", "{}");
    for (from, code, why) in [
        ("empty", 2, "error: empty: no folder of a feed is in it\n"),
        (
            "cut",
            3,
            "error: cut/debian: no file of the feed debian is in it\n  found     json: EOF",
        ),
        (
            "small",
            3,
            "error: shard kev: 1 entries would be left of the ",
        ),
        ("none", 3, "  found     x.json: it is no secdb"),
        ("absent", 2, "error: absent: no folder of a feed is in it\n"),
    ] {
        let run = sandbox.run(&format!("db build --from {from} --out my.swdb"));
        assert_eq!(run.code, Some(code), "{from}: {}", run.stderr);
        assert!(run.stderr.contains(why), "{from}: {}", run.stderr);
        assert_eq!(sandbox.read("my.swdb"), "what was there", "{from}");
    }
}

/// A release of Alpine is in two files, and one that holds many records takes all of its feed with it.
#[test]
fn a_file_that_was_cut_withdraws_nothing() {
    let sandbox = Sandbox::new();
    let community = MAIN
        .replace("main", "community")
        .replace("openssl", "nginx");
    sandbox.write("feeds/alpine/v3.10/main.json", MAIN);
    sandbox.write("feeds/alpine/v3.10/community.json", &community);
    sandbox.write("feeds/osv/1.json", github(1));
    sandbox.write("feeds/osv/GHSA-0000-0000-0002.json", github(2));
    sandbox.write("feeds/osv/GHSA-0000-0000-0003.json", github(3));
    let run = sandbox.run("db build --from feeds --out old.swdb --force");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let build = "db build --from feeds --out new.swdb --db old.swdb";
    for instead in [
        "",
        "<html>maintenance</html>",
        community.get(..99).expect("it is longer"),
    ] {
        sandbox.write("feeds/alpine/v3.10/community.json", instead);
        let run = sandbox.run(build);
        assert_eq!(run.code, Some(3), "{instead}: {}", run.stderr);
        let want = "error: feeds/alpine: it has what is no file of the feed alpine: v3.10/community.json: ";
        assert!(run.stderr.contains(want), "{instead}: {}", run.stderr);
        assert!(!sandbox.path("new.swdb").exists(), "{instead}");
    }
    let run = sandbox.run(&format!("{build} --force"));
    assert_eq!(run.code, Some(0), "it is meant so: {}", run.stderr);
    // of one record a file, the others are taken
    sandbox.write("feeds/alpine/v3.10/community.json", community);
    sandbox.write(
        "feeds/osv/1.json",
        github(1).get(..200).expect("it is longer"),
    );
    sandbox.write(
        "feeds/osv/GHSA-0000-0000-0002.json",
        "<html>maintenance</html>",
    );
    let newer = github(3).replace("1.0.0", "2.0.0");
    sandbox.write("feeds/osv/GHSA-0000-0000-0003.json", newer);
    let run = sandbox.run(build);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    for name in ["1.json", "GHSA-0000-0000-0002.json"] {
        let want = format!("left out: {name}: ");
        assert!(run.stderr.contains(&want), "{}", run.stderr);
    }
    let run = sandbox.run("db diff old.swdb new.swdb");
    let want = "~ ghsa-npm p3 GHSA-0000-0000-0003: below 1.0.0, fixed, CRITICAL -> below 2.0.0, fixed, CRITICAL\n\
                1 change: 0 added, 1 changed, 0 withdrawn\n";
    assert_eq!(run.stdout, want);
}

/// The snapshot has an excerpt of GitHub's records and severities under names of its own.
#[test]
fn what_is_whole_replaces_what_is_built_in_in_part() {
    let sandbox = Sandbox::new();
    for number in 0..1_000 {
        sandbox.write(&format!("feeds/osv/{number}.json"), github(number));
    }
    sandbox.write(
        "feeds/nvd/nvd.json",
        r#"{"vulnerabilities": [{"cve": {"id": "CVE-2030-1000", "metrics": {"cvssMetricV31": [{"source": "nvd@nist.gov",
           "cvssData": {"vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}]}}}]}"#,
    );
    let run = sandbox.run("db build --from feeds --out my.swdb");
    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
    let status = sandbox.run("db status --db my.swdb").stdout;
    assert!(status.contains("ghsa-npm "), "{status}");
    assert!(!status.contains("ghsa-observed-npm "), "{status}");
    assert!(status.contains("ghsa-observed-go "), "{status}");
    // a loss that is meant so
    sandbox.write("little/alpine/main.json", MAIN_OF_318);
    let run = sandbox.run("db build --from little --out my.swdb --force");
    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
}

/// As much of a shard as of a publisher: a release would be lost among the others.
#[test]
fn a_shard_that_shrinks_replaces_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("alone/alpine/main.json", MAIN_OF_318);
    sandbox.write(
        "one/debian/json",
        r#"{"p": {"CVE-2024-1": {"releases": {"bookworm": {"status": "open"}}}}}"#,
    );
    sandbox.write(
        "numbers/alpine/main.json",
        r#"{"distroversion": "v3.18", "packages": {"a": 1}}"#,
    );
    sandbox.write("excerpt/osv/a.json", github(0));
    for (from, code, why) in [
        (
            "alone",
            3,
            "error: shard alpine-3.18: 1 entries would be left of the ",
        ),
        (
            "one",
            3,
            "error: shard debian-12: 1 entries would be left of the ",
        ),
        (
            "numbers",
            3,
            "  found     main.json: it is no secdb: it has no list of `packages`",
        ),
        (
            "excerpt",
            3,
            "error: shard ghsa-npm: 1 entries would be left of the ",
        ),
    ] {
        let run = sandbox.run(&format!("db build --from {from} --out my.swdb"));
        assert_eq!(run.code, Some(code), "{from}: {}", run.stderr);
        assert!(run.stderr.contains(why), "{from}: {}", run.stderr);
        assert!(!sandbox.path("my.swdb").exists(), "{from}");
    }
}

#[test]
fn explain_says_what_was_taken_back() {
    let sandbox = Sandbox::new();
    let record = github(1).replacen('{', r#"{"withdrawn": "2026-01-02T00:00:00Z", "#, 1);
    sandbox.write("feeds/osv/1.json", record);
    // of a distribution's view of a CVE, whoever asks for the CVE
    let view = r#"{"id": "UBUNTU-CVE-2030-7", "withdrawn": "2026-01-02T00:00:00Z"}"#;
    sandbox.write("feeds/ubuntu/1.json", view);
    let run = sandbox.run("db build --from feeds --out my.swdb");
    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
    let ids = [
        "GHSA-0000-0000-0001",
        "ghsa-0000-0000-0001",
        "CVE-2030-7",
        "UBUNTU-CVE-2030-7",
    ];
    for id in ids {
        let run = sandbox.run(&format!("explain {id} --db my.swdb"));
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let want = "withdrawn  its publisher took the record back on 2026-01-02\n";
        assert!(run.stdout.contains(want), "{}", run.stdout);
    }
}

/// Of a CVE that NVD rejected, by any of its names.
#[test]
fn explain_says_what_turned_out_to_be_no_flaw() {
    let sandbox = Sandbox::new();
    let record = github(1).replacen('{', r#"{"aliases": ["CVE-2030-1000"], "#, 1);
    sandbox.write("feeds/osv/1.json", record);
    let nvd =
        r#"{"vulnerabilities": [{"cve": {"id": "CVE-2030-1000", "vulnStatus": "Rejected"}}]}"#;
    sandbox.write("feeds/nvd/nvd.json", nvd);
    let run = sandbox.run("db build --from feeds --out my.swdb --force");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    for id in ["CVE-2030-1000", "cve-2030-1000", "GHSA-0000-0000-0001"] {
        let run = sandbox.run(&format!("explain {id} --db my.swdb"));
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let want = "withdrawn  CVE-2030-1000 turned out to be no flaw: it is told only where";
        assert!(run.stdout.contains(want), "{id}: {}", run.stdout);
    }
}

/// CISA and FIRST know CVEs only, and other publishers' ids are none.
#[test]
fn explain_tells_by_any_name_that_a_problem_is_exploited() {
    let sandbox = Sandbox::new();
    let others: Vec<String> = (1..8).map(|it| format!(r#""BIT-p-2030-{it}""#)).collect();
    let aliases = format!(r#"{{"aliases": [{}, "CVE-2030-1000"], "#, others.join(", "));
    sandbox.write("feeds/osv/1.json", github(1).replacen('{', &aliases, 1));
    let kev = r#"{"catalogVersion": "2030.01.02", "dateReleased": "2030-01-02T00:00:00Z",
        "vulnerabilities": [{"cveID": "CVE-2030-1000", "dateAdded": "2030-01-01"}]}"#;
    sandbox.write("feeds/kev/kev.json", kev);
    let epss = "#model_version:v1,score_date:2030-01-02T00:00:00+0000\ncve,epss,percentile\nCVE-2030-1000,0.5,0.9\n";
    sandbox.write("feeds/epss/epss.csv", epss);
    let run = sandbox.run("db build --from feeds --out my.swdb --force");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    for id in ["GHSA-0000-0000-0001", "CVE-2030-1000", "BIT-p-2030-1"] {
        let run = sandbox.run(&format!("explain {id} --db my.swdb"));
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        for line in [
            "\nexploited  CISA knows that it is, listed on 2030-01-01\n",
            "\nEPSS       50.0 % within 30 days\n",
        ] {
            assert!(run.stdout.contains(line), "{id}: {}", run.stdout);
        }
    }
    let run = sandbox.run("explain GHSA-0000-0000-0001 --db my.swdb");
    let want = "also       CVE-2030-1000, BIT-p-2030-1, BIT-p-2030-2, BIT-p-2030-3, BIT-p-2030-4, BIT-p-2030-5 and 2 more\n";
    assert!(run.stdout.contains(want), "{}", run.stdout);
}

#[test]
fn what_changed_between_two_databases_is_told() {
    let sandbox = Sandbox::new();
    sandbox.write("feeds/alpine/main.json", MAIN);
    sandbox.run("db build --from feeds --out old.swdb --force");
    let later = MAIN
        .replace("1.1.1d-r9", "1.1.1d-r10")
        .replace("CVE-2018-1\"", "CVE-2018-2000\"");
    sandbox.write("feeds/alpine/main.json", later);
    sandbox.run("db build --from feeds --out new.swdb --force");
    let run = sandbox.run("db diff old.swdb new.swdb");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let want = "- alpine-3.10 openssl CVE-2018-1: below 1.1.1a-r0, fixed\n\
                + alpine-3.10 openssl CVE-2018-2000: below 1.1.1a-r0, fixed\n\
                ~ alpine-3.10 openssl CVE-2030-1000: below 1.1.1d-r9, fixed -> below 1.1.1d-r10, fixed\n\
                3 changes: 1 added, 1 changed, 1 withdrawn\n";
    assert_eq!(run.stdout, want);
    let report = sandbox.run("db diff old.swdb new.swdb -f json").json();
    let kinds: Vec<&str> = list(&report, "/Changes")
        .iter()
        .map(|it| text(it, "/Kind"))
        .collect();
    assert_eq!(kinds, ["withdrawn", "added", "changed"]);
    // what is known of a flaw changes what is told of all packages that have it
    let nvd = r#"{"vulnerabilities": [{"cve": {"id": "CVE-2018-1", "vulnStatus": "Rejected"}}]}"#;
    sandbox.write("feeds/nvd/nvd.json", nvd);
    sandbox.run("db build --from feeds --out last.swdb --force");
    let run = sandbox.run("db diff new.swdb last.swdb");
    let want = "+ rejected CVE-2018-1\n1 change: 1 added, 0 changed, 0 withdrawn\n";
    assert_eq!(run.stdout, want);
    assert_eq!(
        sandbox.run("db diff - -").stdout,
        "0 changes: 0 added, 0 changed, 0 withdrawn\n"
    );
}
