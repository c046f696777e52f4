//! Images of so many packages that two threads share them: the answer is that of one.

use std::collections::BTreeSet;

use advisory::Database;
use matching::{Input, Matched};
use model::{Finding, Limits, Package};

use super::build::*;

const COUNT: usize = 1_000;

/// Packages in no order; two are of one source, and each third one holds the fix.
fn packages() -> Vec<Package> {
    let numbers = (0..COUNT).map(|place| (place * 619) % COUNT);
    numbers
        .map(|number| {
            let version = if number % 3 == 0 { "2" } else { "1" };
            deb(&format!("p{number:03}"), version, &source(number))
        })
        .collect()
}

fn source(number: usize) -> String {
    format!("s{:03}", number / 2)
}

fn database_of_all() -> Database {
    let rows = (0..COUNT).step_by(2);
    let rows: Vec<_> = rows
        .map(|number| (source(number), below(&id(number), "2")))
        .collect();
    let rows: Vec<_> = rows
        .iter()
        .map(|(name, it)| (name.as_str(), it.clone()))
        .collect();
    database("debian-12", &rows)
}

fn id(number: usize) -> String {
    format!("CVE-2024-{:04}", number / 2)
}

fn find_within(packages: &[Package], limits: &Limits) -> Matched {
    let input = Input {
        os: Some(&debian("12")),
        packages,
        layers: &[],
        limits,
        manner: model::Manner::Own,
    };
    matching::find(&input, &database_of_all(), "2026-12-01".parse().unwrap())
}

fn names(matched: &Matched, packages: &[Package]) -> Vec<(String, String)> {
    let name = |it: &Finding| (packages[it.package].name.clone(), it.id.clone());
    matched.findings.iter().map(name).collect()
}

#[test]
fn all_is_found_in_order() {
    let packages = packages();
    let matched = find_within(&packages, &Limits::default());
    let want = (0..COUNT).filter(|number| number % 3 != 0);
    let want: Vec<_> = want
        .map(|number| (format!("p{number:03}"), id(number)))
        .collect();
    assert_eq!(names(&matched, &packages), want);
    assert_eq!(gap_lines(&matched), Vec::<String>::new());
}

#[test]
fn each_half_is_rated() {
    let rated = below("CVE-2024-0001", "2");
    let sources: Vec<String> = (0..COUNT).step_by(2).map(source).collect();
    let rows: Vec<_> = sources
        .iter()
        .map(|name| (name.as_str(), rated.clone()))
        .collect();
    let database = database("debian-12", &rows);
    let packages: Vec<Package> = (0..COUNT)
        .map(|number| deb(&format!("p{number:03}"), "1", &source(number)))
        .collect();
    let os = debian("12");
    let find = |packages| find(Some(&os), packages, &database);
    let (one, all) = (find(&packages[..1]), find(&packages));
    let want = &one.findings[0];
    assert_eq!((want.ratings.len(), all.findings.len()), (2, COUNT));
    for found in &all.findings {
        let ratings = |it: &Finding| (it.severity, it.ratings.clone());
        assert_eq!(ratings(found), ratings(want), "{}", found.package);
    }
}

#[test]
fn doubles_stay_in_the_order_of_the_image() {
    let packages: Vec<Package> = (0..COUNT).map(|_| deb("p001", "1", "s000")).collect();
    let matched = find_within(&packages, &Limits::default());
    let places: Vec<usize> = matched.findings.iter().map(|it| it.package).collect();
    assert_eq!(places, (0..COUNT).collect::<Vec<_>>());
}

#[test]
fn limits_cut_off_what_stands_last_in_the_image() {
    let packages = packages();
    let affected = packages.iter().filter(|package| package.version == "1");
    let limits = Limits {
        findings: 300,
        ..Limits::default()
    };
    let matched = find_within(&packages, &limits);
    let found: BTreeSet<String> = names(&matched, &packages)
        .into_iter()
        .map(|it| it.0)
        .collect();
    let want: BTreeSet<String> = affected
        .clone()
        .take(300)
        .map(|it| it.name.clone())
        .collect();
    assert_eq!(found, want);
    let next = affected.clone().nth(300).unwrap().label();
    let lines = gap_lines(&matched);
    assert!(
        lines[0].starts_with(&format!("limited {next}: ")),
        "{lines:?}"
    );
}

#[test]
fn of_a_flood_of_gaps_the_first_of_the_image_are_listed() {
    let bad = |it: Package| deb(&it.name, "no version", &it.source_name);
    let packages: Vec<Package> = packages().into_iter().map(bad).collect();
    let limits = Limits {
        gaps_of_a_kind: 2,
        ..Limits::default()
    };
    let matched = find_within(&packages, &limits);
    let listed: BTreeSet<&str> = matched.gaps.iter().map(|it| it.place.as_str()).collect();
    let (first, second) = (packages[0].label(), packages[1].label());
    assert_eq!(listed, BTreeSet::from(["", &first, &second]));
}
