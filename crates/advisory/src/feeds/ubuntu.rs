//! Ubuntu's records of CVEs in OSV's form: a file a CVE, what is fixed or open in each release.
//!
//! Source of truth: feeds.md §2.5, OSV schema 1.7. The same facts stand in the records of notices
//! (`USN-…`), which are left out. A fix of Ubuntu Pro is one for subscribers: who has it installed is
//! safe, for all others there is none. For subscribers there is a shard of their own (`-ESM`), which holds
//! all of a release that gets such fixes.

use std::cmp::Ordering;

use model::{Advisory, Affected, Severity, Status};
use version::Scheme;

use super::osv::status;
use super::{Feed, Harvest};
use crate::osv::{self, Concerned, Record, Scored};
use crate::write::About;

pub(super) static FEED: Feed = Feed {
    name: "ubuntu",
    source: "https://security-metadata.canonical.com/osv/osv-all.tar.xz",
    endings: &["json"],
    whole: &[],
    read,
};

fn read(_name: &str, bytes: &[u8], harvest: &mut Harvest) -> Result<(), String> {
    let record = Record::read(bytes)?;
    let id = &record.id;
    if !id.starts_with("UBUNTU-CVE-") {
        let is_notice = id.starts_with("USN-") || id.starts_with("LSN-");
        return if is_notice {
            Ok(())
        } else {
            let shown: String = id.chars().take(40).collect();
            Err(format!("`{shown}` is no record of a CVE"))
        };
    }
    if !harvest.withdraw(["", id, &record.withdrawn]) {
        take(&record, harvest);
    }
    Ok(())
}

/// Takes what a record of a CVE says of each package.
pub(super) fn take(record: &Record, harvest: &mut Harvest) {
    let cve = record.id.trim_start_matches("UBUNTU-");
    let of_all = severity(&record.severity);
    for (package, concerned) in record.packages() {
        let Some(release) = release(&package.ecosystem) else {
            continue;
        };
        let words = concerned.iter().find_map(|it| severity(&it.severity));
        let advisory = advisory(cve, &concerned, &release).map(|it| Advisory {
            severity: words.or(of_all),
            ..it
        });
        let added = advisory.and_then(|it| add(&package.name, it, &release, harvest));
        if let Err(why) = added {
            harvest.problem(format!("ubuntu {} {}: {why}", record.id, package.name));
        }
    }
}

fn add(
    package: &str,
    advisory: Advisory,
    release: &Release<'_>,
    harvest: &mut Harvest,
) -> Result<(), String> {
    if release.is_long {
        let for_subscribers = Advisory {
            status: status(&advisory.affected),
            ..advisory.clone()
        };
        let about = about(&format!("{}-ESM", release.number), harvest);
        let shelf = harvest.release(about, gives_way);
        shelf.add(package, for_subscribers)?;
    }
    let about = about(release.number, harvest);
    harvest.release(about, gives_way).add(package, advisory)
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
fn release(ecosystem: &str) -> Option<Release<'_>> {
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

pub(super) fn about(release: &str, harvest: &Harvest) -> About {
    About {
        name: format!("ubuntu-{release}"),
        publisher: "Ubuntu".to_owned(),
        newest: Some(harvest.fetched),
        licence: "CC-BY-SA 4.0, Canonical".to_owned(),
        knows_unfixed: true,
    }
}

/// Says which versions have the flaw, and whether everybody gets what mends it.
fn advisory(
    cve: &str,
    concerned: &[&Concerned],
    release: &Release<'_>,
) -> Result<Advisory, String> {
    let affected = osv::versions(concerned, Scheme::Dpkg)?;
    let affected = osv::in_short(affected, Scheme::Dpkg);
    let status = if release.is_pro {
        Status::Affected
    } else {
        status(&affected)
    };
    Ok(Advisory::new(cve, affected, status))
}

/// Ubuntu's own word; Trivy takes `negligible` for low.
fn severity(scored: &[Scored]) -> Option<Severity> {
    let own = scored.iter().find(|it| it.kind == "Ubuntu")?;
    match own.score.as_str() {
        "negligible" | "low" => Some(Severity::Low),
        "medium" => Some(Severity::Medium),
        "high" => Some(Severity::High),
        "critical" => Some(Severity::Critical),
        _ => None,
    }
}

/// What everybody gets stands above what subscribers get, and that above nothing; of two fixes the later
/// one.
pub(super) fn gives_way(known: &Advisory, new: &Advisory) -> bool {
    let rank = |advisory: &Advisory| match (status(&advisory.affected), advisory.status) {
        (Status::Fixed, Status::Fixed) => 2,
        (Status::Fixed, _) => 1,
        _ => 0,
    };
    let order = match (&new.affected, &known.affected) {
        (Affected::Below(new), Affected::Below(known)) => {
            version::compare(Scheme::Dpkg, new, known).unwrap_or_else(|_bad| new.cmp(known))
        }
        (new, known) => new.cmp(known),
    };
    rank(new).cmp(&rank(known)).then(order) == Ordering::Greater
}
