//! `version`: whose contract is kept, who keeps it, and of which day the database is.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Asked, Fatal, VERSION};
use crate::exit::Exit;
use crate::output;
use crate::settings::own_file;

/// Bytes of what a database says of itself.
const MOST_METADATA: u64 = 1 << 20;

pub(super) fn print() -> Result<Exit, Fatal> {
    Ok(output::print(&format!("Version: {VERSION}\n"))?)
}

pub(super) fn run(asked: &Asked<'_>) -> Result<Exit, Fatal> {
    let metadata = metadata(asked);
    if asked.given.text("format").as_deref() == Some("json") {
        let mut all = json!({"Version": VERSION});
        if let (Some(all), Some(metadata)) = (all.as_object_mut(), metadata) {
            all.insert("VulnerabilityDB".to_owned(), metadata);
        }
        return Ok(output::print(&format!("{all}\n"))?);
    }
    let mut text = format!("Version: {VERSION}\n");
    if let Some(metadata) = metadata {
        text += "Vulnerability DB:\n";
        for key in ["Version", "UpdatedAt", "NextUpdate", "DownloadedAt"] {
            let value = metadata.get(key).unwrap_or(&Value::Null);
            let value = value.as_str().map_or_else(|| value.to_string(), time);
            // writing to a String cannot fail
            let _ = writeln!(text, "  {key}: {}", report::safe(&value));
        }
    }
    Ok(output::print(&text)?)
}

/// Returns what Trivy's database says of itself.
fn metadata(asked: &Asked<'_>) -> Option<Value> {
    let path = asked.cache().join("db/metadata.json");
    let bytes = own_file::read(&path, MOST_METADATA).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Returns a time as Go prints one.
fn time(text: &str) -> String {
    let at: Option<jiff::Timestamp> = text.parse().ok();
    at.map_or_else(
        || text.to_owned(),
        |at| at.strftime("%Y-%m-%d %H:%M:%S%.f +0000 UTC").to_string(),
    )
}
