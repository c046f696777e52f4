//! The National Vulnerability Database: how bad CVEs are, and which ids turned out to be none.
//!
//! Source of truth: feeds.md §4, NVD's API 2.0. Packages are not matched by it: most of its records name
//! none that a package manager knows.

use model::Rating;
use serde::Deserialize;

use super::Feed;
use crate::cvss;
use crate::each::{self, Each};
use crate::harvest::Harvest;
use crate::moment::Moment;
use crate::osv::or_default;

pub(super) static FEED: Feed = Feed {
    name: "nvd",
    source: "https://nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-2026.json.gz, and those of all other years",
    endings: &["json"],
    whole: &["json"],
    read,
};

#[derive(Deserialize)]
struct Page {
    vulnerabilities: Vec<Each<Item>>,
}

#[derive(Deserialize)]
struct Item {
    cve: Cve,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cve {
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    vuln_status: String,
    #[serde(default, deserialize_with = "or_default")]
    last_modified: String,
    #[serde(default, deserialize_with = "or_default")]
    metrics: Metrics,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metrics {
    #[serde(rename = "cvssMetricV40", deserialize_with = "or_default")]
    v40: Vec<Metric>,
    #[serde(rename = "cvssMetricV31", deserialize_with = "or_default")]
    v31: Vec<Metric>,
    #[serde(rename = "cvssMetricV30", deserialize_with = "or_default")]
    v30: Vec<Metric>,
    #[serde(rename = "cvssMetricV2", deserialize_with = "or_default")]
    v2: Vec<Metric>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Metric {
    #[serde(deserialize_with = "or_default")]
    source: String,
    #[serde(deserialize_with = "or_default")]
    cvss_data: Data,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Data {
    #[serde(deserialize_with = "or_default")]
    vector_string: String,
}

fn read(_name: &str, bytes: &[u8], harvest: &mut Harvest) -> Result<(), String> {
    let page: Page = crate::json::read(bytes)?;
    for item in page.vulnerabilities {
        let Item { cve } = match item.0 {
            Ok(item) => item,
            Err((found, why)) => {
                let id = each::name(&found, "/cve/id");
                harvest.problem(format!("nvd {id}: {why}"));
                continue;
            }
        };
        if !cve.id.starts_with("CVE-") {
            harvest.problem(format!(
                "nvd: `{}` is no CVE",
                cve.id.chars().take(40).collect::<String>()
            ));
        } else if cve.vuln_status == "Rejected" {
            harvest.reject(cve.id, Moment::of(&cve.last_modified));
        } else if let Some(rating) = rating(&cve.metrics) {
            harvest.rate_as_of(&cve.id, Moment::of(&cve.last_modified), rating);
        }
    }
    Ok(())
}

/// NVD's own word by the newest version of CVSS that it used (feeds.md §6.3); others' words that it repeats
/// are not its.
fn rating(metrics: &Metrics) -> Option<Rating> {
    let versions = [&metrics.v40, &metrics.v31, &metrics.v30, &metrics.v2];
    let own = versions
        .into_iter()
        .flatten()
        .filter(|it| it.source == "nvd@nist.gov");
    own.into_iter()
        .find_map(|it| cvss::rating("nvd", &it.cvss_data.vector_string))
}
