//! Photon OS: fixes by package, a file a release.
//!
//! Source of truth: feeds.md §2.6. The release stands in the version that holds the fix: `-4.ph4` is of 4.0.

use model::{Advisory, Affected, Status};
use serde::Deserialize;
use serde_json::Value;
use version::Scheme;

use super::Feed;
use crate::cvss;
use crate::each::{self, Each};
use crate::harvest::{Harvest, later};
use crate::osv::or_default;

pub(super) static FEED: Feed = Feed {
    name: "photon",
    source: "https://packages.broadcom.com/photon/photon_cve_metadata/cve_data_photon5.0.json, and all other releases",
    endings: &["json"],
    whole: &["json"],
    read,
};

#[derive(Deserialize)]
struct Entry {
    #[serde(default, deserialize_with = "or_default")]
    cve_id: String,
    #[serde(default, deserialize_with = "or_default")]
    pkg: String,
    #[serde(default)]
    cve_score: Value,
    #[serde(default, deserialize_with = "or_default")]
    res_ver: String,
}

fn read(_name: &str, bytes: &[u8], harvest: &mut Harvest) -> Result<(), String> {
    let entries: Vec<Each<Entry>> = crate::json::read(bytes)?;
    for entry in entries {
        match entry.0 {
            Ok(entry) => {
                if let Err(why) = take(&entry, harvest) {
                    harvest.problem(format!("photon {} {}: {why}", entry.pkg, entry.cve_id));
                }
            }
            Err((found, why)) => {
                let id = each::name(&found, "/cve_id");
                harvest.problem(format!("photon {id}: {why}"));
            }
        }
    }
    Ok(())
}

/// Reads a score, which stands as a number or as a text.
fn score(value: &Value) -> f64 {
    let text = value.as_str().and_then(|text| text.trim().parse().ok());
    value.as_f64().or(text).unwrap_or_default()
}

fn take(entry: &Entry, harvest: &mut Harvest) -> Result<(), String> {
    if !entry.cve_id.starts_with("CVE-") {
        return Err("it has no CVE".to_owned());
    }
    // these say that there is no fix, of which nothing is told here
    if ["", "NA"].contains(&entry.res_ver.trim()) {
        return Ok(());
    }
    let (_, release) = entry.res_ver.rsplit_once(".ph").unwrap_or_default();
    let digits = release.bytes().take_while(u8::is_ascii_digit).count();
    let number = release
        .get(..digits)
        .filter(|number| (1..=3).contains(&number.len()));
    let number = number.ok_or_else(|| format!("`{}` is a version of no release", entry.res_ver))?;
    let mut about = harvest.about(
        &format!("photon-{number}.0"),
        "Photon OS",
        "facts of Photon OS",
    );
    about.knows_unfixed = false;
    let advisory = Advisory {
        severity: cvss::band(score(&entry.cve_score), false),
        ..Advisory::new(
            &entry.cve_id,
            Affected::Below(entry.res_ver.clone()),
            Status::Fixed,
        )
    };
    let shelf = harvest.release(about, |known, new| later(Scheme::Rpm, known, new));
    shelf.add(&entry.pkg, advisory)
}
