//! `FriendsOfPHP`: a YAML file an advisory, with the versions that are vulnerable in each branch.
//!
//! Source of truth: feeds.md §3.4. All of a branch must hold, of any branch. A branch without a time has
//! no fix.

use serde_json::Value;

use super::Feed;
use crate::harvest::{Harvest, day};
use crate::osv;
use crate::required::{Required, Shelf, text, texts};

pub(super) static FEED: Feed = Feed {
    name: "php",
    source: "https://github.com/FriendsOfPHP/security-advisories",
    endings: &["yaml", "yml"],
    whole: &[],
    read,
};

static SHELF: Shelf = Shelf {
    shard: "php",
    publisher: "FriendsOfPHP",
    licence: "FriendsOfPHP security-advisories, Unlicense",
};

fn read(name: &str, bytes: &[u8], harvest: &mut Harvest) -> Result<(), String> {
    let record = osv::yaml(bytes)?;
    let package = text(&record, "reference").strip_prefix("composer://");
    let package = package.ok_or("its `reference` is no package of Composer")?;
    let branches = record.get("branches").and_then(Value::as_object);
    let branches = branches.ok_or("it has no `branches`")?;
    let versions = branches.values().map(|branch| texts(branch, "versions"));
    let versions: Vec<Vec<String>> = versions.collect::<Result<_, _>>()?;
    let versions = versions.into_iter().filter(|all| !all.is_empty());
    let vulnerable: Vec<String> = versions.map(|all| all.join(",")).collect();
    if vulnerable.is_empty() {
        return Err("none of its branches has versions".to_owned());
    }
    let times = branches.values().map(|branch| text(branch, "time"));
    let times: Vec<&str> = times.filter(|time| !time.is_empty()).collect();
    let cve = text(&record, "cve");
    let id = if cve.starts_with("CVE-") {
        cve.to_owned()
    } else {
        // a file without a CVE is named by its package and its day
        let file = name.rsplit('/').next().unwrap_or_default();
        let file = file.split('.').next().unwrap_or_default();
        format!("{package}/{file}")
    };
    let required = Required {
        package: package.to_owned(),
        id: id.clone(),
        vulnerable,
        date: times.iter().filter_map(|time| day(time)).min(),
        is_fixed: !times.is_empty(),
        ..Required::default()
    };
    required
        .add(&SHELF, harvest)
        .map_err(|why| format!("{id}: {why}"))
}
