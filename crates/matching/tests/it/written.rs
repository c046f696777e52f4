//! Advisories written here: what applies, what silences, whose word counts, what is a gap.

use std::collections::BTreeMap;

use advisory::Database;
use advisory::write;
use model::{
    Advisory, Confidence, Digest, EolNotice, GapKind, Group, Layer, OsFamily, Part, Severity,
    Status,
};

use super::build::*;

#[test]
fn the_source_version_is_compared_and_the_binary_version_is_shown() {
    let mut package = deb("libssl3", "3.0.11-1~deb12u1+b1", "openssl");
    package.source_version = "3.0.11-1~deb12u1".to_owned();
    check(
        &[package],
        &[
            ("openssl", below("CVE-2024-0001", "3.0.11-1~deb12u2")),
            ("openssl", below("CVE-2024-0002", "3.0.11-1~deb12u1")),
            ("libssl3", below("CVE-2024-0003", "9")),
        ],
        &["libssl3 CVE-2024-0001 3.0.11-1~deb12u1+b1 -> 3.0.11-1~deb12u2 fixed HIGH by nvd"],
    );
}

#[test]
fn a_publisher_who_says_not_affected_is_believed_but_by_trivy() {
    let said = Advisory {
        status: Status::NotAffected,
        ..every("CVE-2024-0002")
    };
    let packages = [deb("a", "1", "a")];
    let database = database("debian-12", &[("a", said)]);
    let found = |manner| {
        let input = matching::Input {
            os: Some(&debian("12")),
            packages: &packages,
            layers: &[],
            limits: &model::Limits::default(),
            manner,
        };
        let matched = matching::find(&input, &database, "2026-12-01".parse().unwrap());
        lines(&matched, &packages)
    };
    assert_eq!(found(model::Manner::Own), [""; 0]);
    let trivys = ["a CVE-2024-0002 1 ->  not_affected UNKNOWN by "];
    assert_eq!(found(model::Manner::Trivy), trivys);
}

/// Of two entries on one flaw, as Rocky's database has them.
#[test]
fn the_later_fix_counts_and_to_trivy_the_greater_text() {
    let rows = [
        ("a", below("CVE-2024-0001", "9-1.el8")),
        ("a", below("CVE-2024-0001", "10-1.el8")),
    ];
    let database = database("rocky-8", &rows);
    let rocky = os(OsFamily::Rocky, "8.9");
    let format = model::PackageFormat::Rpm;
    let packages = [model::Package {
        maintainer: "Rocky Enterprise Software Foundation".to_owned(),
        ..package(format, "var/lib/rpm/rpmdb.sqlite", "a", "1-1.el8", "a")
    }];
    for (manner, want) in [
        (model::Manner::Own, "10-1.el8"),
        (model::Manner::Trivy, "9-1.el8"),
    ] {
        let input = matching::Input {
            os: Some(&rocky),
            packages: &packages,
            layers: &[],
            limits: &model::Limits::default(),
            manner,
        };
        let matched = matching::find(&input, &database, "2026-12-01".parse().unwrap());
        let fixed: Vec<&str> = matched.findings.iter().map(|it| &*it.fixed).collect();
        assert_eq!(fixed, [want]);
    }
}

#[test]
fn who_knows_an_ecosystem_best_is_believed_but_by_trivy() {
    use model::{Affected, Language, PackageFormat, Range, Upper};
    let range = |id: &str, aliases: &[&str], fixed: &str| Advisory {
        aliases: aliases.iter().map(|&it| it.to_owned()).collect(),
        ..Advisory::new(
            id,
            Affected::Ranges(vec![Range {
                introduced: "0".to_owned(),
                upper: Upper::Fixed(fixed.to_owned()),
            }]),
            Status::Fixed,
        )
    };
    let table = |rows: Vec<Advisory>| BTreeMap::from([("m".to_owned(), rows)]);
    let ghsa = vec![
        range("GHSA-1", &["CVE-2024-0001"], "3.0.0"),
        range("GHSA-2", &["CVE-2024-0002"], "3.0.0"),
        range("GHSA-3", &[], "3.0.0"),
    ];
    let own = vec![
        range("GO-1", &["CVE-2024-0001", "GHSA-1"], "2.0.0"),
        range("GO-2", &["CVE-2024-0002", "GHSA-2"], "2.0.2"),
        range("GO-3", &["GHSA-3"], "2.0.0"),
    ];
    let shards = [
        write::advisories(&about("ghsa-go", "GitHub"), &table(ghsa)).unwrap(),
        write::advisories(&about("go", "Go"), &table(own)).unwrap(),
    ];
    let database = Database::from_bytes(write::database(&shards).unwrap()).unwrap();
    let format = PackageFormat::Language(Language::GoBinary);
    let packages = [package(format, "", "m", "2.0.1", "m")];
    let found = |manner| {
        let input = matching::Input {
            os: None,
            packages: &packages,
            layers: &[],
            limits: &model::Limits::default(),
            manner,
        };
        let matched = matching::find(&input, &database, "2026-12-01".parse().unwrap());
        let ids = matched.findings.iter().map(|it| it.id.clone());
        ids.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(found(model::Manner::Own), "CVE-2024-0002");
    assert_eq!(
        found(model::Manner::Trivy),
        "CVE-2024-0001 CVE-2024-0002 GHSA-3"
    );
}

#[test]
fn extended_maintenance_has_advisories_of_its_own_where_there_are_any() {
    use model::Manner;
    let shard = |name: &str, fixed: &str| {
        let rows = BTreeMap::from([("a".to_owned(), vec![below("CVE-2024-0001", fixed)])]);
        write::advisories(&about(name, "Ubuntu"), &rows).unwrap()
    };
    let shards = [
        shard("ubuntu-18.04", "2"),
        shard("ubuntu-18.04-ESM", "3"),
        shard("ubuntu-20.04", "2"),
        shard("ubuntu-22.04", "2"),
        shard("ubuntu-22.04-ESM", "3"),
    ];
    let database = Database::from_bytes(write::database(&shards).unwrap()).unwrap();
    let packages = [deb("a", "1", "a")];
    for (release, own, trivys) in [
        ("18.04", "3", "3"),
        // Trivy's table of ends has it, its database not
        ("20.04", "2", ""),
        // and here it is the other way round
        ("22.04", "3", "2"),
    ] {
        let os = model::Os {
            repository: format!("{release}-ESM"),
            ..os(OsFamily::Ubuntu, release)
        };
        for (manner, want) in [(Manner::Own, own), (Manner::Trivy, trivys)] {
            let input = matching::Input {
                os: Some(&os),
                packages: &packages,
                layers: &[],
                limits: &model::Limits::default(),
                manner,
            };
            let matched = matching::find(&input, &database, "2026-12-01".parse().unwrap());
            let fixed: Vec<&str> = matched.findings.iter().map(|it| &*it.fixed).collect();
            assert_eq!(fixed.join(" "), want, "{release} {manner:?}");
        }
    }
}

#[test]
fn an_epoch_counts() {
    check(
        &[deb("ssh", "1:9.2p1-2", "ssh"), deb("git", "9.9", "git")],
        &[
            ("ssh", below("CVE-2024-0002", "9.9p1-1")),
            ("git", below("CVE-2024-0003", "1:1.0")),
        ],
        &["git CVE-2024-0003 9.9 -> 1:1.0 fixed UNKNOWN by "],
    );
}

#[test]
fn a_flaw_without_a_fix_is_reported_with_its_status() {
    let with = |id, status| Advisory {
        status,
        ..every(id)
    };
    check(
        &[deb("a", "1", "a")],
        &[
            ("a", with("CVE-2024-0002", Status::WillNotFix)),
            ("a", with("CVE-2024-0003", Status::EndOfLife)),
            ("a", with("CVE-2024-0004", Status::Unknown)),
        ],
        &[
            "a CVE-2024-0002 1 ->  will_not_fix UNKNOWN by ",
            "a CVE-2024-0003 1 ->  end_of_life UNKNOWN by ",
            "a CVE-2024-0004 1 ->  affected UNKNOWN by ",
        ],
    );
}

#[test]
fn never_silences_the_same_problem_only() {
    let alias = Advisory {
        aliases: vec!["CVE-2024-0002".to_owned()],
        ..below("GHSA-1", "9")
    };
    check(
        &[deb("a", "1", "a")],
        &[
            ("a", never("CVE-2024-0002")),
            ("a", alias),
            ("a", below("CVE-2024-0003", "9")),
        ],
        &["a CVE-2024-0003 1 -> 9 fixed UNKNOWN by "],
    );
}

#[test]
fn one_problem_is_one_finding_under_its_cve() {
    let alias = Advisory {
        aliases: vec!["CVE-2024-0001".to_owned(), "ZDI-1".to_owned()],
        vendor_ids: vec!["DSA-2-1".to_owned(), "DSA-1-1".to_owned()],
        ..below("GHSA-1", "1.2")
    };
    let rows = [("a", below("CVE-2024-0001", "1.1")), ("a", alias)];
    let matched = find(
        Some(&debian("12")),
        &[deb("a", "1", "a")],
        &database("debian-12", &rows),
    );
    let [finding] = &matched.findings[..] else {
        panic!("{:?}", matched.findings)
    };
    assert_eq!(finding.id, "CVE-2024-0001");
    assert_eq!(finding.aliases, ["GHSA-1", "ZDI-1"]);
    assert_eq!(finding.vendor_ids, ["DSA-1-1", "DSA-2-1"]);
    // The first fix was not enough.
    assert_eq!(finding.fixed, "1.2");
}

#[test]
fn the_publishers_own_word_on_the_package_counts_first() {
    let own = Advisory {
        severity: Some(Severity::Critical),
        ..below("CVE-2024-0001", "9")
    };
    let rows = [("a", own)];
    let matched = find(
        Some(&debian("12")),
        &[deb("a", "1", "a")],
        &database("debian-12", &rows),
    );
    let finding = &matched.findings[0];
    assert_eq!(finding.severity, Severity::Critical);
    assert_eq!(finding.severity_source, "debian");
    let sources: Vec<&str> = finding
        .ratings
        .iter()
        .map(|it| it.source.as_str())
        .collect();
    assert_eq!(sources, ["debian", "nvd", "redhat"]);
}

#[test]
fn findings_sort_by_package_then_by_how_bad_they_are() {
    check(
        &[deb("b", "1", "s"), deb("a", "1", "s")],
        &[
            ("s", below("CVE-2024-0000", "9")),
            ("s", below("CVE-2024-0001", "9")),
        ],
        &[
            "a CVE-2024-0001 1 -> 9 fixed HIGH by nvd",
            "a CVE-2024-0000 1 -> 9 fixed UNKNOWN by ",
            "b CVE-2024-0001 1 -> 9 fixed HIGH by nvd",
            "b CVE-2024-0000 1 -> 9 fixed UNKNOWN by ",
        ],
    );
}

#[test]
fn a_layer_tells_which_part_a_package_is_of() {
    let layer = |is_base| Layer {
        digest: Digest::new([0; 32]),
        stored_bytes: 0,
        is_compressed: false,
        diff_id: Digest::new([0; 32]),
        tar_bytes: 0,
        created_by: String::new(),
        is_base,
    };
    let layers = [layer(Some(true)), layer(Some(false)), layer(None)];
    let mut packages: Vec<_> = ["a", "b", "c", "d"].map(|name| deb(name, "1", "s")).into();
    for (index, package) in packages.iter_mut().enumerate() {
        package.layer = index;
    }
    let rows = [("s", every("CVE-2024-0001"))];
    let database = database("debian-12", &rows);
    let matched = find_in(Some(&debian("12")), &packages, &layers, &database);
    let parts: Vec<Part> = matched.findings.iter().map(|it| it.part).collect();
    assert_eq!(parts, [Part::Base, Part::Own, Part::Unknown, Part::Unknown]);
}

#[test]
fn kernel_headers_are_folded() {
    let rows = [
        ("linux", every("CVE-2024-0001")),
        ("glibc", every("CVE-2024-0001")),
    ];
    let packages = [
        deb("libc6", "1", "glibc"),
        deb("linux-headers-6.1.0-9-amd64", "1", "linux"),
        deb("linux-libc-dev", "1", "linux"),
    ];
    let matched = find(
        Some(&debian("12")),
        &packages,
        &database("debian-12", &rows),
    );
    let groups: Vec<_> = matched.findings.iter().map(|it| it.group).collect();
    let headers = Some(Group::KernelHeaders);
    assert_eq!(groups, [None, headers, headers]);
}

#[test]
fn a_doubtful_line_accuses_nobody_and_is_not_dropped() {
    let low = |id, fixed| Advisory {
        confidence: Confidence::Low,
        ..below(id, fixed)
    };
    let rows = [
        ("s", low("CVE-2024-0001", "9")),
        ("s", low("CVE-2024-0002", "0.1")),
    ];
    let packages = [deb("a", "1", "s"), deb("b", "1", "s")];
    let matched = find(
        Some(&debian("12")),
        &packages,
        &database("debian-12", &rows),
    );
    assert_eq!(matched.findings, []);
    let want = "uncovered debian: only doubtful changelog lines speak of 1 flaw: \
                CVE-2024-0001 in s";
    assert_eq!(gap_lines(&matched), [want]);
}

#[test]
fn a_bad_version_is_a_gap_and_costs_only_itself() {
    let rows = [
        ("s", below("CVE-2024-0001", "9")),
        ("s", below("CVE-2024-0002", "8")),
    ];
    let packages = [deb("a", "no version", "s"), deb("b", "1", "s")];
    let matched = find(
        Some(&debian("12")),
        &packages,
        &database("debian-12", &rows),
    );
    assert_eq!(matched.findings.len(), 2);
    let [gap] = &matched.gaps[..] else {
        panic!("{:?}", matched.gaps)
    };
    assert_eq!(
        (gap.kind, &*gap.place),
        (GapKind::Uncompared, "a@no version")
    );
}

#[test]
fn a_bad_version_is_a_gap_though_no_advisory_asks_for_it() {
    let rows = [
        ("s", below("CVE-2024-0001", "9")),
        ("t", every("CVE-2024-0002")),
    ];
    let mut vendor = deb("v", "abc", "v");
    vendor.maintainer = "Docker <support@docker.com>".to_owned();
    let packages = [
        deb("a", "abc", "a"),
        deb("s", "abc", "s"),
        deb("t", "abc", "t"),
        vendor,
    ];
    let matched = find(
        Some(&debian("12")),
        &packages,
        &database("debian-12", &rows),
    );
    let of_kind = matched
        .gaps
        .iter()
        .filter(|gap| gap.kind == GapKind::Uncompared);
    let places: Vec<_> = of_kind.map(|gap| gap.place.as_str()).collect();
    assert_eq!(places, ["a@abc", "s@abc", "t@abc"]);
}

#[test]
fn a_flood_of_bad_versions_is_counted() {
    let rows = [("s", below("CVE-2024-0001", "9"))];
    let packages: Vec<_> = (0..50)
        .map(|n| deb(&format!("p{n:02}"), "?", "s"))
        .collect();
    let matched = find(
        Some(&debian("12")),
        &packages,
        &database("debian-12", &rows),
    );
    assert_eq!(matched.gaps.len(), 21);
    assert_eq!(matched.gaps[0].why, "30 more of this kind are not listed");
}

#[test]
fn what_the_advisories_do_not_cover_is_a_gap() {
    let cases = [
        (
            None,
            ": no file that was read tells which distribution these packages belong to",
        ),
        (
            Some(os(OsFamily::Fedora, "40")),
            "etc/os-release: there are no advisories on fedora",
        ),
        (
            Some(debian("bookworm")),
            "etc/os-release: `bookworm` names no release of debian",
        ),
        (
            Some(debian("14.1")),
            "etc/os-release: debian 14 is newer than 12, the newest release with advisories",
        ),
        (
            Some(debian("9")),
            "etc/os-release: debian 9 is older than 12, the oldest release with advisories",
        ),
        (
            Some(alpine("3.18.4")),
            "etc/os-release: there are no advisories on alpine",
        ),
    ];
    let database = database("debian-12", &[("a", every("CVE-2024-0001"))]);
    for (os, want) in cases {
        let matched = find(os.as_ref(), &[deb("a", "1", "a")], &database);
        assert_eq!(matched.findings, []);
        assert_eq!(gap_lines(&matched), [format!("uncovered {want}")]);
    }
}

#[test]
fn a_derivative_is_not_matched_as_its_parent() {
    let mut kali = os(OsFamily::Other("kali".to_owned()), "2024.1");
    kali.like = vec!["debian".to_owned()];
    let database = database("debian-12", &[("a", every("CVE-2024-0001"))]);
    let matched = find(Some(&kali), &[deb("a", "1", "a")], &database);
    assert_eq!(matched.findings, []);
    let want = "uncovered etc/os-release: there are no advisories on kali; it is built on debian, \
                but has fixes of its own, so debian's advisories are not used";
    assert_eq!(gap_lines(&matched), [want]);
}

#[test]
fn a_rolling_release_and_silence_about_open_problems_are_told() {
    let mut about = about("debian-sid", "Debian");
    about.knows_unfixed = false;
    let rows = BTreeMap::from([("a".to_owned(), vec![below("CVE-2024-0001", "9")])]);
    let shard = write::advisories(&about, &rows).unwrap();
    let database = Database::from_bytes(write::database(&[shard]).unwrap()).unwrap();
    let matched = find(
        Some(&debian("trixie/sid")),
        &[deb("a", "1", "a")],
        &database,
    );
    assert_eq!(matched.findings.len(), 1);
    let gaps = gap_lines(&matched);
    assert_eq!(gaps.len(), 2, "{gaps:?}");
    let open = "uncovered debian-sid: the advisories on debian-sid tell what was fixed until \
                2026-11-19, not what is still open";
    assert_eq!(gaps[0], open);
    assert!(
        gaps[1].contains("debian trixie/sid has no releases"),
        "{gaps:?}"
    );
}

#[test]
fn packages_of_another_kind_of_distribution_are_told() {
    let database = database("debian-12", &[("a", every("CVE-2024-0001"))]);
    let matched = find(Some(&debian("12")), &[apk("a", "1", "a")], &database);
    assert_eq!(matched.findings, []);
    let want = "uncovered debian: 1 package of another format than dpkg";
    assert_eq!(gap_lines(&matched), [want]);
}

#[test]
fn a_vendors_packages_are_not_held_against_the_distributions_advisories() {
    let mut docker = deb("docker-ce", "5:24.0.1-1~debian.12~bookworm", "docker-ce");
    docker.maintainer = "Docker <support@docker.com>".to_owned();
    let database = database("debian-12", &[("docker-ce", every("CVE-2024-0001"))]);
    let matched = find(Some(&debian("12")), &[docker], &database);
    assert_eq!(matched.findings, []);
    let want = "uncovered debian: vendors publish 1 package with fixes of their own: \
                docker-ce@5:24.0.1-1~debian.12~bookworm";
    assert_eq!(gap_lines(&matched), [want]);
}

#[test]
fn the_last_free_fix_decides_about_the_end_of_life() {
    let notice = |date: &str, is_past, regular: Option<&str>| EolNotice {
        date: date.parse().unwrap(),
        is_past,
        regular_end: regular.map(|day| day.parse().unwrap()),
        source: "endoflife.date".to_owned(),
    };
    let cases = [
        (
            debian("11.2"),
            Some(notice("2026-08-31", true, Some("2024-08-14"))),
        ),
        (
            debian("12.5"),
            Some(notice("2028-06-30", false, Some("2026-07-11"))),
        ),
        (debian("13"), Some(notice("2030-06-30", false, None))),
        (debian("trixie/sid"), None),
        (
            os(OsFamily::Ubuntu, "20.04"),
            Some(notice("2025-05-31", true, None)),
        ),
        (os(OsFamily::Wolfi, "20230201"), None),
    ];
    let database = database("debian-12", &[]);
    for (os, want) in cases {
        let matched = find(Some(&os), &[], &database);
        assert_eq!(matched.eol, want, "{}", os.pretty_name);
    }
}

#[test]
fn the_last_day_itself_is_not_past() {
    let database = database("debian-12", &[]);
    let os = debian("11");
    for (today, is_past) in [("2026-08-31", false), ("2026-09-01", true)] {
        let input = matching::Input {
            os: Some(&os),
            packages: &[],
            layers: &[],
            limits: &model::Limits::default(),
            manner: model::Manner::Own,
        };
        let matched = matching::find(&input, &database, today.parse().unwrap());
        assert_eq!(matched.eol.unwrap().is_past, is_past, "{today}");
    }
}

#[test]
fn the_age_of_what_was_used_is_told() {
    let database = database("debian-12", &[]);
    let matched = find(Some(&debian("12")), &[deb("a", "1", "a")], &database);
    let publishers: Vec<&str> = matched
        .data
        .iter()
        .map(|it| it.publisher.as_str())
        .collect();
    assert_eq!(publishers, ["NVD", "Somebody", "endoflife.date"]);
    let nothing = find(
        Some(&os(OsFamily::Wolfi, "1")),
        &[deb("a", "1", "a")],
        &database,
    );
    assert_eq!(nothing.data, []);
}

#[test]
fn nothing_in_nothing_out() {
    let database = database("debian-12", &[]);
    let matched = find(None, &[], &database);
    assert_eq!((matched.findings, matched.gaps), (vec![], vec![]));
}

fn check(packages: &[model::Package], rows: &[(&str, Advisory)], want: &[&str]) {
    let matched = find(
        Some(&debian("12.5")),
        packages,
        &database("debian-12", rows),
    );
    assert_eq!(lines(&matched, packages), want);
    assert_eq!(matched.gaps, []);
}
