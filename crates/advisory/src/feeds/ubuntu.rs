//! Ubuntu's records of CVEs in OSV's form: a file a CVE, what is fixed or open in each release.
//!
//! Source of truth: feeds.md §2.5, OSV schema 1.7. The same facts stand in the records of notices
//! (`USN-…`), which are left out. A fix of Ubuntu Pro is one for subscribers: who has it installed is
//! safe, for all others there is none. For subscribers there is a shard of their own (`-ESM`), which holds
//! all of a release that gets such fixes.

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
        let Some(release) = release(affected) else {
            continue;
        };
        let word = severity(affected).or(word);
        if let Err(why) = take(cve, affected, (release, word), harvest) {
            harvest.problem(format!("ubuntu {id}: {why}"));
        }
    }
    Ok(())
}

fn take(
    cve: &str,
    affected: &Value,
    (release, word): (Release<'_>, Option<Severity>),
    harvest: &mut Harvest,
) -> Result<(), String> {
    let (package, advisory) = advisory(cve, affected, release.is_pro, word)?;
    if release.is_long {
        let for_subscribers = Advisory {
            status: if matches!(advisory.affected, Affected::Below(_)) {
                Status::Fixed
            } else {
                advisory.status
            },
            ..advisory.clone()
        };
        let about = about(&format!("{}-ESM", release.number), harvest);
        let shelf = harvest.release(about, gives_way);
        shelf.add(package, for_subscribers)?;
    }
    let about = about(release.number, harvest);
    harvest.release(about, gives_way).add(package, advisory)
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

/// A release, and who gets its fixes.
struct Release<'a> {
    number: &'a str,
    /// Whether it is supported for long, and then longer for subscribers.
    is_long: bool,
    /// Whether these are fixes for subscribers.
    is_pro: bool,
}

/// Returns the release of `Ubuntu:22.04:LTS` or `Ubuntu:Pro:22.04:LTS`. Other editions, such as the FIPS one or
/// that of a vendor's hardware, are no images' releases.
fn release(affected: &Value) -> Option<Release<'_>> {
    let ecosystem = affected.pointer("/package/ecosystem")?.as_str()?;
    let words: Vec<&str> = ecosystem.split(':').collect();
    let (number, is_long, is_pro) = match words[..] {
        ["Ubuntu", number] => (number, false, false),
        ["Ubuntu", number, "LTS"] => (number, true, false),
        ["Ubuntu", "Pro", number, "LTS"] => (number, true, true),
        _ => return None,
    };
    let is_of = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    let is_number = number.starts_with(|c: char| c.is_ascii_digit()) && number.bytes().all(is_of);
    (is_number && number.len() <= 8).then_some(Release {
        number,
        is_long,
        is_pro,
    })
}

fn about(release: &str, harvest: &Harvest) -> About {
    About {
        name: format!("ubuntu-{release}"),
        publisher: "Ubuntu".to_owned(),
        newest: Some(harvest.fetched),
        licence: "CC-BY-SA 4.0, Canonical".to_owned(),
        knows_unfixed: true,
    }
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
