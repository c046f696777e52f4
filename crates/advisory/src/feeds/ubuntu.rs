//! Ubuntu's records of CVEs in OSV's form: a file a CVE, what is fixed or open in each release.
//!
//! Source of truth: feeds.md §2.5, OSV schema 1.7. The same facts stand in the records of notices
//! (`USN-…`), which are left out. A fix of Ubuntu Pro is one for subscribers: who has it installed is
//! safe, for all others there is none.

use model::{Advisory, Affected, Severity, Status};
use serde_json::Value;

use super::{Feed, Harvest};
use crate::write::About;

pub(super) static FEED: Feed = Feed {
    name: "ubuntu",
    source: "https://security-metadata.canonical.com/osv/osv-all.tar.xz",
    endings: &["json"],
    read,
};

pub(super) fn read(_name: &str, bytes: &[u8], harvest: &mut Harvest) -> Result<(), String> {
    let record: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let id = record.get("id").and_then(Value::as_str).unwrap_or_default();
    if !id.starts_with("UBUNTU-CVE-") {
        let is_notice = id.starts_with("USN-") || id.starts_with("LSN-");
        return if is_notice {
            Ok(())
        } else {
            Err(format!("`{}` is no record of a CVE", short(id)))
        };
    }
    let stamp = record.get("withdrawn").and_then(Value::as_str);
    if harvest.withdraw(["", id, stamp.unwrap_or_default()]) {
        return Ok(());
    }
    let cve = id.trim_start_matches("UBUNTU-");
    let word = severity(&record);
    for affected in list(&record, "affected") {
        let Some((about, is_pro)) = release(affected, harvest) else {
            continue;
        };
        let added = advisory(cve, affected, is_pro, severity(affected).or(word)).and_then(
            |(package, advisory)| harvest.release(about, gives_way).add(package, advisory),
        );
        if let Err(why) = added {
            harvest.problem(format!("ubuntu {id}: {why}"));
        }
    }
    Ok(())
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// Returns the release of `Ubuntu:22.04:LTS` or `Ubuntu:Pro:22.04:LTS`, and whether it is Pro's. Other
/// editions, such as the FIPS one, are no images' releases.
fn release(affected: &Value, harvest: &Harvest) -> Option<(About, bool)> {
    let ecosystem = affected.pointer("/package/ecosystem")?.as_str()?;
    let rest = ecosystem.strip_prefix("Ubuntu:")?;
    let (rest, is_pro) = match rest.strip_prefix("Pro:") {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let number = rest.split(':').next()?;
    let is_number = number.starts_with(|c: char| c.is_ascii_digit())
        && number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let about = About {
        name: format!("ubuntu-{number}"),
        publisher: "Ubuntu".to_owned(),
        newest: Some(harvest.fetched),
        licence: "CC-BY-SA 4.0, Canonical".to_owned(),
        knows_unfixed: true,
    };
    (is_number && number.len() <= 8).then_some((about, is_pro))
}

fn advisory<'a>(
    cve: &str,
    affected: &'a Value,
    is_pro: bool,
    severity: Option<Severity>,
) -> Result<(&'a str, Advisory), String> {
    let package = affected.pointer("/package/name").and_then(Value::as_str);
    let package = package.ok_or("a package has no name")?;
    let events = list(affected, "ranges").flat_map(|range| list(range, "events"));
    let fixed = events
        .filter_map(|event| event.get("fixed")?.as_str())
        .last();
    let (affected, status) = match fixed {
        None => (Affected::Every, Status::Affected),
        Some(fixed) if is_pro => (Affected::Below(fixed.to_owned()), Status::Affected),
        Some(fixed) => (Affected::Below(fixed.to_owned()), Status::Fixed),
    };
    let advisory = Advisory {
        severity,
        ..Advisory::new(cve, affected, status)
    };
    Ok((package, advisory))
}

/// Ubuntu's own word; Trivy takes `negligible` for low.
fn severity(value: &Value) -> Option<Severity> {
    let own = |entry: &&Value| entry.get("type").is_some_and(|kind| kind == "Ubuntu");
    match list(value, "severity").find(own)?.get("score")?.as_str()? {
        "negligible" | "low" => Some(Severity::Low),
        "medium" => Some(Severity::Medium),
        "high" => Some(Severity::High),
        "critical" => Some(Severity::Critical),
        _ => None,
    }
}

/// What everybody gets stands above what subscribers get, and that above nothing.
pub(super) fn gives_way(known: &Advisory, new: &Advisory) -> bool {
    let rank = |advisory: &Advisory| match (&advisory.affected, advisory.status) {
        (Affected::Below(_), Status::Fixed) => 2,
        (Affected::Below(_), _) => 1,
        _ => 0,
    };
    (rank(new), &new.affected) > (rank(known), &known.affected)
}
