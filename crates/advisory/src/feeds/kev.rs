//! CISA's catalogue of flaws that are known to be exploited.
//!
//! Source of truth: its JSON schema, published beside it.

use std::collections::BTreeMap;

use model::Kev;
use serde_json::Value;

use super::{Feed, Harvest};
use crate::cve::Cve;
use crate::harvest::day;
use crate::write::About;

pub(super) static FEED: Feed = Feed {
    name: "kev",
    source: "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json",
    endings: &["json"],
    whole: &["json"],
    read,
};

fn read(_name: &str, bytes: &[u8], harvest: &mut Harvest) -> Result<(), String> {
    let catalogue: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let entries = catalogue.get("vulnerabilities").and_then(Value::as_array);
    let entries = entries.ok_or("it has no `vulnerabilities`")?;
    let released = catalogue.get("dateReleased").and_then(Value::as_str);
    let mut rows = BTreeMap::new();
    for entry in entries {
        let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
        let id = text("cveID");
        if Cve::parse(id).is_none() {
            let shown: String = id.chars().take(40).collect();
            harvest.problem(format!("kev: `{shown}` is no CVE"));
            continue;
        }
        let kev = Kev {
            added: day(text("dateAdded")),
            due: day(text("dueDate")),
            is_ransomware: text("knownRansomwareCampaignUse").eq_ignore_ascii_case("known"),
        };
        rows.insert(id.to_owned(), kev);
    }
    let about = About {
        name: "kev".to_owned(),
        publisher: "CISA KEV".to_owned(),
        newest: released.and_then(day).or(Some(harvest.fetched)),
        licence: "CC0".to_owned(),
        knows_unfixed: true,
    };
    harvest.kev = Some((about, rows));
    Ok(())
}
