//! Wolfi's and Chainguard's secdb: fixes by package, of one stream each.
//!
//! Source of truth: feeds.md §2.4. Their licence forbids to pass them on: they are read where the user
//! fetched them, and never built in. Which of the two a file is of, its address of packages says.

use serde_json::Value;

use super::Feed;
use crate::harvest::Harvest;
use crate::secfixes;

pub(super) static FEED: Feed = Feed {
    name: "wolfi",
    source: "https://packages.wolfi.dev/os/security.json, https://packages.cgr.dev/chainguard/security.json",
    endings: &["json"],
    whole: &["json"],
    read,
};

const LICENCE: &str = "CC BY-NC-ND 4.0, Chainguard; of the user's own copy, not to be passed on";

fn read(_name: &str, bytes: &[u8], harvest: &mut Harvest) -> Result<(), String> {
    let database: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let address = database.get("urlprefix").and_then(Value::as_str);
    let (shard, publisher) = match address.ok_or("it is no secdb: it has no `urlprefix`")? {
        address if address.contains("wolfi") => ("wolfi-rolling", "Wolfi"),
        address if address.contains("cgr.dev") || address.contains("chainguard") => {
            ("chainguard-rolling", "Chainguard")
        }
        _ => return Err("its packages are neither Wolfi's nor Chainguard's".to_owned()),
    };
    let mut about = harvest.about(shard, publisher, LICENCE);
    about.knows_unfixed = false;
    secfixes::take(&database, about, shard, harvest)
}
