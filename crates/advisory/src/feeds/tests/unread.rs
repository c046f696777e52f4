//! Files that were cut short, or have something else in their place.

use super::*;

const PAGE: &str = "<html>maintenance</html>";

fn fixed(id: &str, ecosystem: &str, more: &str) -> String {
    format!(
        r#"{{"id": "{id}", {more} "affected": [{{"package": {{"ecosystem": "{ecosystem}", "name": "p"}},
           "ranges": [{{"type": "ECOSYSTEM", "events": [{{"introduced": "0"}}, {{"fixed": "2.0.0-1"}}]}}]}}]}}"#
    )
}

/// Whether what was known of a record stays when its file holds something else now.
fn stays(feed: &'static Feed, name: &str, (before, now): (&str, &str), shard: &str) -> bool {
    let mut old = harvest();
    assert!(old.read(feed, name, before.as_bytes()), "{name}");
    let old = database(&mut old);
    let known = told(&old, shard, "p");
    assert_eq!(known.len(), 1, "{name}");
    let mut new = harvest();
    // another record, so that the shard is written anew
    let beside = [
        ("2030-", "2031-"),
        ("aaaa", "ffff"),
        ("2030:", "2031:"),
        ("\"p\"", "\"q\""),
        ("gem: p", "gem: q"),
        ("//p", "//q"),
    ];
    let beside = beside
        .iter()
        .fold(before.to_owned(), |text, (from, to)| text.replace(from, to));
    assert!(new.read(feed, "2031.json", beside.as_bytes()), "{name}");
    new.read(feed, name, now.as_bytes());
    new.keep_unread(&old).unwrap();
    let new = database(&mut new);
    assert!(!told(&new, shard, "q").is_empty(), "{name}");
    let mut found = told(&new, shard, "p");
    found.retain(|it| !it.starts_with("GHSA-0000"));
    assert!(found.is_empty() || found == known, "{name}: {found:?}");
    !found.is_empty()
}

#[test]
fn what_was_known_of_a_record_outlives_a_file_that_is_none() {
    let github = fixed("GHSA-aaaa-bbbb-cccc", "npm", "");
    let other = fixed("GHSA-0000-0000-0000", "npm", "");
    let half = github.get(..github.len() / 2).unwrap();
    for (name, now, want) in [
        ("GHSA-aaaa-bbbb-cccc.json", PAGE, true),
        ("GHSA-aaaa-bbbb-cccc.json", "", true),
        ("1.json", half, true),
        ("1.yaml", "id: GHSA-aaaa-bbbb-cccc\n\tx", true),
        // nothing says which it was
        ("1.json", PAGE, false),
        // the publisher has deleted it, or taken it back
        ("GHSA-aaaa-bbbb-cccc.json", &other, false),
    ] {
        let stays = stays(&osv::FEED, name, (&github, now), "ghsa-npm");
        assert_eq!(stays, want, "{name} {now}");
    }
}

#[test]
fn records_are_known_by_the_names_of_their_files_in_every_feed() {
    let related = r#""related": ["CVE-2030-1"],"#;
    let erratum = fixed("ALSA-2030:1", "AlmaLinux:9", related);
    let view = fixed("DEBIAN-CVE-2030-1", "Debian:12", "");
    let ubuntus = fixed("UBUNTU-CVE-2030-1", "Ubuntu:22.04:LTS", "");
    let ruby = "gem: p\ncve: 2030-1\npatched_versions: ['>= 2']\n";
    let php = "reference: composer://p\nbranches: {a: {time: 2030-01-01, versions: ['<2']}}\n";
    let rust = "```toml\n[advisory]\nid = \"RUSTSEC-2030-1\"\npackage = \"p\"\n[versions]\npatched = [\"2\"]\n```\n";
    let cases: [(&Feed, &str, &str, &str, &str); 6] = [
        (&osv::FEED, "ALSA-2030:1.json", &erratum, PAGE, "alma-9"),
        (
            &osv::FEED,
            "DEBIAN-CVE-2030-1.json",
            &view,
            PAGE,
            "debian-12",
        ),
        (
            &ubuntu::FEED,
            "UBUNTU-CVE-2030-1.json",
            &ubuntus,
            PAGE,
            "ubuntu-22.04",
        ),
        (&ruby::FEED, "gems/p/CVE-2030-1.yml", ruby, "gem: [", "ruby"),
        (&php::FEED, "v/p/2030-01-01-1.yaml", php, PAGE, "php"),
        (
            &rust::FEED,
            "crates/p/RUSTSEC-2030-1.md",
            rust,
            PAGE,
            "rust",
        ),
    ];
    for (feed, name, before, now, shard) in cases {
        assert!(stays(feed, name, (before, now), shard), "{name}");
    }
}

/// A record that came whole from somewhere else stands, and what another feed has dropped is gone.
#[test]
fn what_was_known_of_a_record_stands_behind_what_is_known_now() {
    let mut old = harvest();
    old.read(
        &osv::FEED,
        "a.json",
        fixed("CVE-2030-1", "npm", "").as_bytes(),
    );
    let tracker = |cve: &str| {
        format!(r#"{{"p": {{"{cve}": {{"releases": {{"bookworm": {{"status": "open"}}}}}}}}}}"#)
    };
    old.read(&debian::FEED, "json", tracker("CVE-2030-1").as_bytes());
    let old = database(&mut old);
    let mut new = harvest();
    new.read(&osv::FEED, "CVE-2030-1.json", b"{");
    new.read(&debian::FEED, "json", tracker("CVE-2030-2").as_bytes());
    let later = fixed(
        "CVE-2030-1",
        "npm",
        r#""modified": "2030-01-01T00:00:00Z","#,
    )
    .replace("2.0.0", "3.0.0");
    new.read(&osv::FEED, "b.json", later.as_bytes());
    new.keep_unread(&old).unwrap();
    let new = database(&mut new);
    let kept = told(&new, "kubernetes", "p");
    assert!(kept.len() == 1 && kept[0].contains("3.0.0"), "{kept:?}");
    assert_eq!(
        told(&new, "debian-12", "p"),
        ["CVE-2030-2 Every affected -"]
    );
}

#[test]
fn a_file_of_many_records_leaves_its_feed_in_doubt() {
    for (feed, name, in_doubt) in [
        (&alpine::FEED, "v3.20/main.json", true),
        (&alpine::FEED, "v3.20/main.YAML.gz", true),
        (&nvd::FEED, "nvdcve-2.0-2026.json.gz", true),
        (&debian_lists::FEED, "data/CVE/list", true),
        (
            &debian_lists::FEED,
            "dists/bookworm/main/source/Sources.xz",
            true,
        ),
        (&debian_lists::FEED, "README.txt", false),
        (&redhat::FEED, "repository-to-cpe.json", true),
        (&redhat::FEED, "2030/cve-2030-1.json", false),
        (&osv::FEED, "package.json", false),
    ] {
        let mut harvest = harvest();
        assert!(!harvest.read(feed, name, PAGE.as_bytes()), "{name}");
        assert_eq!(harvest.unread(feed).is_some(), in_doubt, "{name}");
    }
}
