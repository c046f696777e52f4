//! Alpine's secdb: fixes by source package, a file a release and repository, JSON or YAML.
//!
//! Source of truth: feeds.md §2.3. The release stands in `distroversion`: `v3.20`, `edge`.

use serde_json::Value;

use super::{Feed, Harvest};
use crate::secfixes;
use crate::write::About;

pub(super) static FEED: Feed = Feed {
    name: "alpine",
    source: "https://secdb.alpinelinux.org/v3.20/main.json, and all other releases and repositories",
    endings: &["json", "yaml", "yml"],
    whole: &["json", "yaml", "yml"],
    read,
};

fn read(_name: &str, bytes: &[u8], harvest: &mut Harvest) -> Result<(), String> {
    let database = parse(bytes)?;
    let version = database.get("distroversion").and_then(Value::as_str);
    let release = version.map(|version| version.trim_start_matches('v'));
    let is_release = |release: &&str| {
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        *release == "edge" || (release.contains('.') && release.split('.').all(is_number))
    };
    let release = release
        .filter(is_release)
        .ok_or("it is no secdb: `distroversion` is no release")?;
    let about = about(release, harvest);
    secfixes::take(&database, about, &format!("alpine {release}"), harvest)
}

/// JSON is YAML, but far larger files are read as JSON in the same time.
fn parse(bytes: &[u8]) -> Result<Value, String> {
    if bytes.trim_ascii_start().starts_with(b"{") {
        return serde_json::from_slice(bytes).map_err(|error| error.to_string());
    }
    let document = yaml::read_one(bytes, &yaml::Limits::default());
    let document = document.map_err(|problem| problem.to_string())?;
    Ok(document.root.to_json_as_written())
}

fn about(release: &str, harvest: &Harvest) -> About {
    About {
        name: format!("alpine-{release}"),
        publisher: "Alpine".to_owned(),
        newest: Some(harvest.fetched),
        licence: "facts of Alpine's security database".to_owned(),
        knows_unfixed: false,
    }
}
