//! A database with damage, and an image that asks for too much.

use advisory::Database;
use advisory::write;
use matching::Input;
use model::Limits;

use super::build::*;

#[test]
fn a_broken_block_is_a_gap_and_hides_no_other_shard() {
    let rows: Vec<(String, _)> = (0..4_000)
        .map(|n| {
            (
                format!("p{n:04}"),
                below("CVE-2024-0001", &format!("1:{n}-{n}")),
            )
        })
        .collect();
    let rows: Vec<(&str, _)> = rows
        .iter()
        .map(|(name, it)| (name.as_str(), it.clone()))
        .collect();
    let shards = shards("debian-12", &rows);
    let mut bytes = write::database(&shards).unwrap();
    let at = bytes.windows(4).position(|it| it == b"SWSH").unwrap();
    // The last byte of the first shard: only its last block is hurt.
    bytes[at + shards[0].len() - 1] ^= 1;
    let database = Database::from_bytes(bytes).unwrap();
    let packages = [deb("a", "1", "p0001"), deb("b", "1", "p3999")];
    let matched = find(Some(&debian("12")), &packages, &database);
    let want = ["a CVE-2024-0001 1 -> 1:1-1 fixed HIGH by nvd"];
    assert_eq!(lines(&matched, &packages), want);
    let gaps = gap_lines(&matched);
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert!(
        gaps[0].starts_with("damaged advisories: shard `debian-12`, block "),
        "{gaps:?}"
    );
}

#[test]
fn ten_thousand_packages_of_one_source_are_looked_up_once() {
    let packages: Vec<_> = (0..10_000)
        .map(|n| deb(&format!("p{n}"), "1", "s"))
        .collect();
    let database = database("debian-12", &[("s", every("CVE-2024-0001"))]);
    let matched = find(Some(&debian("12")), &packages, &database);
    assert_eq!(matched.findings.len(), 10_000);
}

#[test]
fn no_more_is_judged_and_found_than_the_limits_say() {
    let database = database(
        "debian-12",
        &[
            ("src", every("CVE-2024-0001")),
            ("src", every("CVE-2024-0002")),
        ],
    );
    let packages = ["a", "b", "c"].map(|name| deb(name, "1", "src"));
    for (judgements, findings, want, gap) in [
        (6, 6, 6, ""),
        (
            5,
            6,
            4,
            "limited c@1: more than 5 advisories are held against",
        ),
        (6, 5, 5, "limited c@1: more than 5 advisories are true of"),
        (6, 2, 2, "limited b@1: more than 2 advisories are true of"),
        (
            0,
            6,
            0,
            "limited a@1: more than 0 advisories are held against",
        ),
    ] {
        let limits = Limits {
            judgements,
            findings,
            ..Limits::default()
        };
        let input = Input {
            os: Some(&debian("12")),
            packages: &packages,
            layers: &[],
            limits: &limits,
            manner: model::Manner::Own,
        };
        let matched = matching::find(&input, &database, "2026-12-01".parse().unwrap());
        assert_eq!(matched.findings.len(), want, "{judgements} {findings}");
        let lines = gap_lines(&matched);
        let told = lines.iter().find(|line| line.starts_with("limited"));
        let told = told.map_or("", String::as_str);
        assert_eq!(told.is_empty(), gap.is_empty(), "{told}");
        assert!(told.starts_with(gap), "{told}");
    }
}
