//! `RustSec`: a Markdown file an advisory, whose front matter in TOML says which versions are safe.
//!
//! Source of truth: feeds.md §3.4. Notes that a crate is unmaintained or unsound are no flaws.

use serde_json::Value;

use super::Feed;
use super::osv::folded;
use crate::cvss;
use crate::harvest::{Harvest, day};
use crate::required::{Required, Shelf, text, texts};

pub(super) static FEED: Feed = Feed {
    name: "rust",
    source: "https://github.com/rustsec/advisory-db, all of crates/",
    endings: &["md"],
    whole: &[],
    read,
};

static SHELF: Shelf = Shelf {
    shard: "rust",
    publisher: "RustSec",
    licence: "RustSec advisory-db, CC0; parts GitHub Advisory Database, CC BY 4.0; modified",
};

fn read(_name: &str, bytes: &[u8], harvest: &mut Harvest) -> Result<(), String> {
    let document = std::str::from_utf8(bytes).map_err(|_not| "it is no UTF-8".to_owned())?;
    let start = document.trim_start().strip_prefix("```toml");
    let front = start.and_then(|rest| rest.split_once("\n```"));
    let (front, _) = front.ok_or("it does not begin with a block of TOML")?;
    let record: Value = toml::from_str(front).map_err(|error| error.message().to_owned())?;
    let advisory = record.get("advisory").ok_or("it has no `advisory`")?;
    let withdrawn = match advisory.get("withdrawn") {
        // the date of TOML stands in a table of its own
        Some(Value::Object(date)) => date.values().find_map(Value::as_str).unwrap_or_default(),
        _ => text(advisory, "withdrawn"),
    };
    let is_withdrawn = harvest.withdraw([SHELF.publisher, text(advisory, "id"), withdrawn]);
    if is_withdrawn || advisory.get("informational").is_some() {
        return Ok(());
    }
    let nothing = Value::Null;
    let versions = record.get("versions").unwrap_or(&nothing);
    let patched = requirements(versions, "patched")?;
    let rating = cvss::rating("osv", text(advisory, "cvss"));
    let required = Required {
        package: folded(text(advisory, "package")),
        id: text(advisory, "id").to_owned(),
        aliases: texts(advisory, "aliases")?,
        is_fixed: !patched.is_empty(),
        patched,
        unaffected: requirements(versions, "unaffected")?,
        severity: rating.as_ref().map(|it| it.severity),
        date: day(text(advisory, "date")),
        ..Required::default()
    };
    for id in required
        .aliases
        .iter()
        .chain([&required.id])
        .filter(|id| !id.starts_with("GHSA-"))
    {
        if let Some(rating) = &rating {
            harvest.rate(id, rating.clone());
        }
    }
    let id = required.id.clone();
    required
        .add(&SHELF, harvest)
        .map_err(|why| format!("{id}: {why}"))
}

/// Returns requirements of Cargo, for which a version alone is the beginning of what is compatible with it:
/// elsewhere it is that version.
fn requirements(versions: &Value, name: &str) -> Result<Vec<String>, String> {
    let spelled = |requirement: String| {
        let parts = requirement.split(',').map(str::trim);
        let parts = parts.map(|part| {
            let is_bare = part.starts_with(|c: char| c.is_ascii_digit()) && !part.contains('*');
            format!("{}{part}", if is_bare { "^" } else { "" })
        });
        parts.collect::<Vec<_>>().join(", ")
    };
    Ok(texts(versions, name)?.into_iter().map(spelled).collect())
}
