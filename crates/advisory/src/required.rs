//! Advisories on packages of languages that say in requirements which versions are safe.
//!
//! Vulnerable is what is neither patched nor unaffected, or what meets one of the alternatives that are
//! vulnerable (feeds.md §3.4).

use jiff::civil::Date;
use model::{Advisory, Affected, Severity, Status};
use serde_json::Value;

use crate::harvest::Harvest;
use crate::secfixes::list;

/// Where a publisher's advisories go, and under whose name.
pub(crate) struct Shelf {
    pub(crate) shard: &'static str,
    pub(crate) publisher: &'static str,
    pub(crate) licence: &'static str,
}

/// What an advisory says of a package.
#[derive(Default)]
pub(crate) struct Required {
    pub(crate) package: String,
    pub(crate) id: String,
    pub(crate) aliases: Vec<String>,
    /// Alternatives; empty means all.
    pub(crate) vulnerable: Vec<String>,
    pub(crate) patched: Vec<String>,
    pub(crate) unaffected: Vec<String>,
    pub(crate) severity: Option<Severity>,
    pub(crate) date: Option<Date>,
    /// Whether somewhere there is a fix.
    pub(crate) is_fixed: bool,
}

impl Required {
    /// Puts it on its shelf.
    ///
    /// # Errors
    /// Why it is garbage.
    pub(crate) fn add(mut self, shelf: &Shelf, harvest: &mut Harvest) -> Result<(), String> {
        self.aliases.retain(|alias| *alias != self.id);
        self.aliases.sort();
        self.aliases.dedup();
        let lists = [&self.vulnerable, &self.patched, &self.unaffected];
        let affected = if lists.iter().all(|list| list.is_empty()) {
            Affected::Every
        } else {
            Affected::Requirements {
                vulnerable: self.vulnerable,
                patched: self.patched,
                unaffected: self.unaffected,
            }
        };
        let status = if self.is_fixed {
            Status::Fixed
        } else {
            Status::Affected
        };
        let advisory = Advisory {
            aliases: self.aliases,
            severity: self.severity,
            date: self.date,
            ..Advisory::new(&self.id, affected, status)
        };
        let about = harvest.about(shelf.shard, shelf.publisher, shelf.licence);
        let shelf = harvest.release(about, |known, new| {
            (new.date, &new.affected) > (known.date, &known.affected)
        });
        shelf.add(&self.package.to_lowercase(), advisory)
    }
}

/// Returns the text of a name in a record; empty if there is none.
pub(crate) fn text<'a>(record: &'a Value, name: &str) -> &'a str {
    record.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Returns the texts of a list in a record; a text alone is a list of one.
///
/// # Errors
/// It is something else: no list at all would say that every version is vulnerable, or none.
pub(crate) fn texts(record: &Value, name: &str) -> Result<Vec<String>, String> {
    let items = record.get(name).map_or(&[][..], list);
    let mut texts = Vec::new();
    for item in items.iter().filter(|item| !item.is_null()) {
        let text = item.as_str();
        let text = text.ok_or_else(|| format!("its `{name}` are no list of texts"))?;
        texts.push(text.trim().to_owned());
    }
    texts.retain(|text| !text.is_empty());
    Ok(texts)
}
