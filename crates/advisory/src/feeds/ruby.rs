//! `RubySec`: a YAML file an advisory on a gem. Those on interpreters are left out: no gem is one.
//!
//! Source of truth: feeds.md §3.4. An alternative may ask several things, between commas.

use serde_json::Value;

use super::Feed;
use crate::cvss;
use crate::harvest::{Harvest, day};
use crate::osv;
use crate::required::{Required, Shelf, text, texts};

pub(super) static FEED: Feed = Feed {
    name: "ruby",
    source: "https://github.com/rubysec/ruby-advisory-db, all of gems/",
    endings: &["yml", "yaml"],
    whole: &[],
    read,
};

static SHELF: Shelf = Shelf {
    shard: "ruby",
    publisher: "RubySec",
    licence: "RubySec ruby-advisory-db, public domain",
};

fn read(name: &str, bytes: &[u8], harvest: &mut Harvest) -> Result<(), String> {
    let record = osv::yaml(bytes)?;
    let package = text(&record, "gem");
    if package.is_empty() {
        let is_engine = !text(&record, "engine").is_empty();
        return if is_engine {
            Ok(())
        } else {
            Err("it names no `gem`".to_owned())
        };
    }
    let named = |name: &str, prefix: &str| {
        let id = text(&record, name);
        (!id.is_empty()).then(|| format!("{prefix}{id}"))
    };
    let ids = [
        named("cve", "CVE-"),
        named("ghsa", "GHSA-"),
        named("osvdb", "OSVDB-"),
    ];
    let mut ids = ids.into_iter().flatten();
    // the oldest are known by the name of their file alone
    let file = name
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .split('.')
        .next()
        .unwrap_or_default();
    let id = ids.next().unwrap_or_else(|| file.to_owned());
    let scores = [("cvss_v4", false), ("cvss_v3", false), ("cvss_v2", true)];
    let severity = scores
        .iter()
        .find_map(|(name, is_second)| cvss::band(number(&record, name)?, *is_second));
    let patched = texts(&record, "patched_versions")?;
    let required = Required {
        package: package.to_owned(),
        aliases: ids.collect(),
        is_fixed: !patched.is_empty(),
        patched,
        unaffected: texts(&record, "unaffected_versions")?,
        severity,
        date: day(text(&record, "date")),
        id,
        ..Required::default()
    };
    let id = required.id.clone();
    required
        .add(&SHELF, harvest)
        .map_err(|why| format!("{id}: {why}"))
}

fn number(record: &Value, name: &str) -> Option<f64> {
    text(record, name).parse().ok()
}
