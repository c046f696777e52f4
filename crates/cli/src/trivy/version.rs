//! `version`, and `--version`: whose contract is kept, who keeps it, and of which day the databases in Trivy's cache are.
//!
//! Source of truth: trivy.md §1.1.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Asked, Fatal, VERSION};
use crate::exit::Exit;
use crate::output;
use crate::settings::own_file;

/// Bytes of what a database says of itself.
const MOST_METADATA: u64 = 1 << 20;

/// All that is told, in the order in which it is told.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Told {
    version: &'static str,
    #[serde(rename = "VulnerabilityDB", skip_serializing_if = "Option::is_none")]
    advisories: Option<Database>,
    #[serde(rename = "JavaDB", skip_serializing_if = "Option::is_none")]
    java: Option<Database>,
    #[serde(rename = "CheckBundle", skip_serializing_if = "Option::is_none")]
    checks: Option<Bundle>,
}

/// What a database says of itself.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Database {
    version: u64,
    next_update: Timestamp,
    updated_at: Timestamp,
    #[serde(default = "never")]
    downloaded_at: Timestamp,
}

/// What rules on configurations say of themselves.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Bundle {
    digest: String,
    #[serde(default = "never")]
    downloaded_at: Timestamp,
}

/// Returns the time that Go has where there is none: the beginning of the year 1.
fn never() -> Timestamp {
    "0001-01-01T00:00:00Z".parse().unwrap_or_default()
}

pub(super) fn run(asked: &Asked<'_>) -> Result<Exit, Fatal> {
    let told = Told {
        version: VERSION,
        advisories: metadata(asked, "db"),
        java: metadata(asked, "java-db"),
        checks: metadata(asked, "policy"),
    };
    if asked.given.named("format").as_deref() == Some("json") {
        let text = serde_json::to_string(&told).map_err(|error| error.to_string())?;
        return Ok(output::print(&format!("{text}\n"))?);
    }
    Ok(output::print(&told.text())?)
}

/// Returns what something in Trivy's cache says of itself, if it is there and says so.
fn metadata<T: DeserializeOwned>(asked: &Asked<'_>, folder: &str) -> Option<T> {
    let path = asked.cache().join(folder).join("metadata.json");
    let bytes = own_file::read(&path, MOST_METADATA).ok()?;
    serde_json::from_slice(&bytes).ok()
}

impl Told {
    fn text(&self) -> String {
        let mut text = format!("Version: {}\n", self.version);
        // writing to a String cannot fail
        for (title, database) in [
            ("Vulnerability DB", &self.advisories),
            ("Java DB", &self.java),
        ] {
            if let Some(it) = database {
                let _ = writeln!(text, "{title}:\n  Version: {}", it.version);
                let _ = writeln!(text, "  UpdatedAt: {}", time(it.updated_at));
                let _ = writeln!(text, "  NextUpdate: {}", time(it.next_update));
                let _ = writeln!(text, "  DownloadedAt: {}", time(it.downloaded_at));
            }
        }
        if let Some(it) = &self.checks {
            let digest = report::safe(&it.digest);
            let _ = writeln!(text, "Check Bundle:\n  Digest: {digest}");
            let _ = writeln!(text, "  DownloadedAt: {}", time(it.downloaded_at));
        }
        text
    }
}

/// Returns a time as Go prints one.
fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S%.f +0000 UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_has_an_order() {
        let database = r#"{"Version": 2, "UpdatedAt": "2021-08-25T14:20:30.5+02:00",
            "NextUpdate": "2021-08-26T12:20:30Z", "DownloadedAt": "2021-08-25T13:00:00Z"}"#;
        let told = Told {
            version: "1",
            advisories: serde_json::from_str(database).unwrap(),
            java: None,
            checks: serde_json::from_str(r#"{"Digest": "sha256:ab"}"#).unwrap(),
        };
        assert_eq!(
            serde_json::to_string(&told).unwrap(),
            "{\"Version\":\"1\",\"VulnerabilityDB\":{\"Version\":2,\"NextUpdate\":\"2021-08-26T12:20:30Z\",\
             \"UpdatedAt\":\"2021-08-25T12:20:30.5Z\",\"DownloadedAt\":\"2021-08-25T13:00:00Z\"},\
             \"CheckBundle\":{\"Digest\":\"sha256:ab\",\"DownloadedAt\":\"0001-01-01T00:00:00Z\"}}"
        );
        assert_eq!(
            told.text(),
            "Version: 1\nVulnerability DB:\n  Version: 2\n  UpdatedAt: 2021-08-25 12:20:30.5 +0000 UTC\n  \
             NextUpdate: 2021-08-26 12:20:30 +0000 UTC\n  DownloadedAt: 2021-08-25 13:00:00 +0000 UTC\n\
             Check Bundle:\n  Digest: sha256:ab\n  DownloadedAt: 0001-01-01 00:00:00 +0000 UTC\n"
        );
    }
}
