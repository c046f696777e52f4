//! Proves that any bytes are a file of a publisher's feed or none, and that what they say is kept.
//!
//! The first byte of an input chooses the feed, the rest is the file.

use advisory::feeds::{FEEDS, Harvest};
use advisory::{Database, write};
use jiff::civil::date;

/// Reads `input` as a file of a feed.
///
/// # Panics
/// If a feed is unsound: what was read is no whole database, or reading it again changes anything.
pub fn check(input: &[u8]) {
    let Some((first, file)) = input.split_first() else {
        return;
    };
    let Some(feed) = FEEDS.get(usize::from(*first) % FEEDS.len()) else {
        return;
    };
    let mut harvest = Harvest::new(date(2026, 11, 25));
    let is_good = harvest.read(feed, "file", file);
    assert!(
        is_good || harvest.problems().1 > 0,
        "what is no file is told"
    );
    let shards = shards(&harvest);
    let database = write::database(&shards).ok();
    let database = database.and_then(|bytes| Database::from_bytes(bytes).ok());
    let is_whole = |database: Database| database.verify().problems.is_empty();
    assert!(database.is_some_and(is_whole), "what is written is whole");
    harvest.read(feed, "file", file);
    let again = self::shards(&harvest);
    assert!(again == shards, "the same file twice is one file");
}

fn shards(harvest: &Harvest) -> Vec<Vec<u8>> {
    let shards = harvest.shards();
    assert!(shards.is_ok(), "{shards:?}");
    shards.unwrap_or_default()
}

/// Returns a file of each feed.
pub fn seeds() -> Vec<Vec<u8>> {
    let files: [&[u8]; 6] = [
        b"\0{\"distroversion\":\"v3.20\",\"packages\":[{\"pkg\":{\"name\":\"p\",\"secfixes\":{\"1.0-r0\":[\"CVE-2024-0001 GHSA-1a\"],\"0\":[\"CVE-2024-0002\"]}}}]}",
        b"\0distroversion: edge\npackages:\n- pkg:\n    name: p\n    secfixes:\n      1.0-r0:\n      - CVE-2024-0001\n",
        b"\x01{\"p\":{\"CVE-2024-0001\":{\"releases\":{\"bookworm\":{\"status\":\"resolved\",\"fixed_version\":\"1:2-3\",\"urgency\":\"low**\"},\"sid\":{\"status\":\"open\",\"nodsa_reason\":\"ignored\"}}}}}",
        b"\x02#model_version:v1,score_date:2025-07-05T00:00:00+0000\ncve,epss,percentile\nCVE-1999-0103,0.48591,0.99\n",
        b"\x03{\"dateReleased\":\"2025-02-19T1\",\"vulnerabilities\":[{\"cveID\":\"CVE-2025-0108\",\"dateAdded\":\"2025-02-18\",\"knownRansomwareCampaignUse\":\"Known\"}]}",
        b"\x04{\"id\":\"UBUNTU-CVE-2021-3782\",\"severity\":[{\"type\":\"Ubuntu\",\"score\":\"low\"}],\"affected\":[{\"package\":{\"ecosystem\":\"Ubuntu:Pro:16.04:LTS\",\"name\":\"p\"},\"ranges\":[{\"events\":[{\"introduced\":\"0\"},{\"fixed\":\"1-2\"}]}]}]}",
    ];
    files.map(<[u8]>::to_vec).to_vec()
}
