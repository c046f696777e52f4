//! What a template sees: every field of every target, also those that JSON leaves out.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use gotmpl::Value;
use serde_json::{Map, Value as Json};

use super::go_time;
use crate::report::Report;

/// What Go keeps in a value within a vulnerability, whose fields are the vulnerability's, too.
pub(super) const EMBEDDED: &str = "Vulnerability";
pub(super) const DETAILS: [&str; 10] = [
    "Title",
    "Description",
    "Severity",
    "CweIDs",
    "VendorSeverity",
    "CVSS",
    "References",
    "PublishedDate",
    "LastModifiedDate",
    "Custom",
];
/// Those that are times.
const TIMES: [&str; 2] = ["PublishedDate", "LastModifiedDate"];

/// What reports call the findings that do not count, and what Go calls them.
pub(super) const SUPPRESSED: (&str, &str) = ("ExperimentalModifiedFindings", "ModifiedFindings");

/// What each field holds where nothing was said; lists and maps hold what their elements have.
pub(super) const ZEROS: &str = include_str!("zeros.json");

/// Returns the targets.
///
/// # Errors
/// Says what cannot be told.
pub(super) fn results(report: &Report) -> Result<Value, String> {
    let told = |error: serde_json::Error| error.to_string();
    let zeros: Json = serde_json::from_str(ZEROS).map_err(told)?;
    let mut results = Vec::new();
    for found in &report.results {
        let mut found = serde_json::to_value(found).map_err(told)?;
        rename(&mut found, SUPPRESSED);
        results.push(with_details(whole(Some(&found), &zeros)));
    }
    Ok(Value::List(results.into()))
}

/// Gives a field of a struct another name.
pub(super) fn rename(found: &mut Json, (from, to): (&str, &str)) {
    if let Some(fields) = found.as_object_mut()
        && let Some(value) = fields.remove(from)
    {
        fields.insert(to.to_owned(), value);
    }
}

/// Gives each vulnerability of a target its details, as they stand in a value of their own.
fn with_details(found: Value) -> Value {
    let Value::Map(mut found) = found else {
        return found;
    };
    if let Some(Value::List(listed)) = found.get("Vulnerabilities") {
        let listed: Vec<Value> = listed.iter().map(detailed).collect();
        let listed = Value::List(listed.into());
        Arc::make_mut(&mut found).insert(Arc::from("Vulnerabilities"), listed);
    }
    Value::Map(found)
}

fn detailed(vulnerability: &Value) -> Value {
    let Value::Map(fields) = vulnerability else {
        return vulnerability.clone();
    };
    let mut fields = BTreeMap::clone(fields);
    for name in TIMES {
        let text = fields.get(name).and_then(Value::as_str);
        if let Some(at) = text.and_then(go_time::read) {
            fields.insert(Arc::from(name), Value::from(go_time::shown(at)));
        }
    }
    let details = DETAILS.iter();
    let details = details.filter_map(|name| fields.get_key_value(*name));
    let details: BTreeMap<Arc<str>, Value> = details
        .map(|(key, value)| (Arc::clone(key), value.clone()))
        .collect();
    fields.insert(Arc::from(EMBEDDED), Value::Map(Arc::new(details)));
    Value::Map(Arc::new(fields))
}

/// Returns a value as JSON has it: details once, times as RFC 3339 writes them.
pub(super) fn json(value: &Value) -> Json {
    match value {
        Value::Nil | Value::Function(_) => Json::Null,
        Value::Bool(it) => Json::Bool(*it),
        Value::Int(it) => (*it).into(),
        Value::Uint(it) => (*it).into(),
        Value::Float(it) => (*it).into(),
        Value::String(it) => (**it).into(),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(map) => {
            let entries = map.iter().filter(|(key, _)| &***key != EMBEDDED);
            // Go has a number for the first, and pointers to the others
            let is_finding = map.contains_key("VulnerabilityID");
            let is_unset = |key: &str, value: &Value| match (key, value) {
                ("Status", value) => is_finding && value.as_str() == Some("unknown"),
                ("DataSource", Value::Map(map)) => {
                    is_finding && !map.values().any(Value::is_truthy)
                }
                ("Lines", Value::List(lines)) => map.len() == 1 && lines.is_empty(),
                _ => false,
            };
            let entries = entries.filter(|(key, value)| !is_unset(key, value));
            let entry = |(key, value): (&Arc<str>, &Value)| {
                let text = value.as_str().filter(|_| TIMES.contains(&&**key));
                let at = text.and_then(go_time::read);
                let value = at.map_or_else(|| json(value), |at| at.to_string().into());
                (key.to_string(), value)
            };
            Json::Object(entries.map(entry).collect())
        }
    }
}

/// Scores by source, and severities by source, where no source has any: so that it is known which of both a map
/// without entries is.
static NO_SCORES: LazyLock<Arc<BTreeMap<Arc<str>, Value>>> = LazyLock::new(Arc::default);
static NO_SEVERITIES: LazyLock<Arc<BTreeMap<Arc<str>, Value>>> = LazyLock::new(Arc::default);

/// Returns what Go has for a key that a map lacks: the zero value of what it holds.
pub(super) fn absent(map: &Arc<BTreeMap<Arc<str>, Value>>) -> Value {
    let is_scores = |value: &Value| value.field("V40Vector").is_some();
    let is_severity = |value: &Value| matches!(value, Value::Int(_));
    if Arc::ptr_eq(map, &NO_SEVERITIES) || map.values().next().is_some_and(is_severity) {
        Value::Int(0)
    } else if Arc::ptr_eq(map, &NO_SCORES) || map.values().next().is_some_and(is_scores) {
        no_scores()
    } else {
        Value::Nil
    }
}

/// Returns the zero value of one source's scores.
fn no_scores() -> Value {
    let zeros: Json = serde_json::from_str(ZEROS).unwrap_or_default();
    let of_source = zeros.pointer("/Vulnerabilities/0/CVSS/*");
    whole(None, of_source.unwrap_or(&Json::Null))
}

/// Returns a value with all fields that its kind has.
fn whole(value: Option<&Json>, zero: &Json) -> Value {
    match (value, zero) {
        (value, Json::Object(fields)) if fields.contains_key("*") => {
            let empty = Map::new();
            let entries = value.and_then(Json::as_object).unwrap_or(&empty);
            let of_each = fields.get("*").unwrap_or(&Json::Null);
            if entries.is_empty() {
                let is_severity = of_each.is_number();
                let empty = if is_severity {
                    &NO_SEVERITIES
                } else {
                    &NO_SCORES
                };
                return Value::Map(Arc::clone(empty));
            }
            map(entries
                .iter()
                .map(|(key, value)| (key.as_str(), whole(Some(value), of_each))))
        }
        (value, Json::Object(fields)) => {
            let of = |name: &str| value.and_then(|value| value.get(name));
            let more = value.and_then(Json::as_object);
            let more = more.into_iter().flatten();
            let more = more.filter(|(key, _)| !fields.contains_key(*key));
            let known = fields
                .iter()
                .map(|(key, zero)| (key.as_str(), whole(of(key), zero)));
            map(known.chain(more.map(|(key, value)| (key.as_str(), plain(value)))))
        }
        (value, Json::Array(zeros)) => {
            let empty = Vec::new();
            let items = value.and_then(Json::as_array).unwrap_or(&empty);
            let of_each = zeros.first().unwrap_or(&Json::Null);
            let items = items.iter().map(|item| whole(Some(item), of_each));
            Value::List(items.collect())
        }
        (Some(value), _) => plain(value),
        (None, zero) => plain(zero),
    }
}

fn map<'a>(entries: impl Iterator<Item = (&'a str, Value)>) -> Value {
    let entries = entries.map(|(key, value)| (Arc::from(key), value));
    Value::Map(Arc::new(entries.collect::<BTreeMap<_, _>>()))
}

/// Returns a value of JSON as templates know it.
pub(super) fn plain(value: &Json) -> Value {
    match value {
        Json::Null => Value::Nil,
        Json::Bool(it) => Value::Bool(*it),
        Json::Number(it) => match it.as_i64() {
            Some(whole) => Value::Int(whole),
            None => Value::Float(it.as_f64().unwrap_or_default()),
        },
        Json::String(it) => Value::String(Arc::from(it.as_str())),
        Json::Array(items) => Value::List(items.iter().map(plain).collect()),
        Json::Object(entries) => map(entries
            .iter()
            .map(|(key, value)| (key.as_str(), plain(value)))),
    }
}
