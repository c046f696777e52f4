//! Debian's security tracker as one JSON: what is fixed, open or no problem, by source package.
//!
//! Source of truth: feeds.md §2.1. The file is large, so that one source package is read at a time.

use std::cmp::Ordering;
use std::fmt;

use jiff::civil::Date;
use model::{Advisory, Affected, Severity, Status};
use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};
use version::Scheme;

use super::{Feed, Harvest};
use crate::write::About;

pub(super) static FEED: Feed = Feed {
    name: "debian",
    source: "https://security-tracker.debian.org/tracker/data/json",
    endings: &["json"],
    whole: &["json"],
    read,
};

/// Releases of Debian by code name, since 2011. Others are told as problems, once.
pub const RELEASES: [(&str, &str); 10] = [
    ("squeeze", "6"),
    ("wheezy", "7"),
    ("jessie", "8"),
    ("stretch", "9"),
    ("buster", "10"),
    ("bullseye", "11"),
    ("bookworm", "12"),
    ("trixie", "13"),
    ("forky", "14"),
    ("sid", "sid"),
];

fn read(_name: &str, bytes: &[u8], harvest: &mut Harvest) -> Result<(), String> {
    // of a file that was cut short nothing is taken
    serde_json::from_slice::<IgnoredAny>(bytes).map_err(|error| error.to_string())?;
    let mut parser = serde_json::Deserializer::from_slice(bytes);
    let sources = Sources { harvest };
    (&mut parser)
        .deserialize_map(sources)
        .and_then(|()| parser.end())
        .map_err(|error| error.to_string())
}

/// Reads the map of source packages without keeping it.
struct Sources<'h> {
    harvest: &'h mut Harvest,
}

impl<'de> Visitor<'de> for Sources<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of source packages")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(source) = map.next_key::<String>()? {
            let flaws = map.next_value_seed(std::marker::PhantomData::<Value>)?;
            let Some(flaws) = flaws.as_object() else {
                self.harvest
                    .problem(format!("debian {source}: it is no object of flaws"));
                continue;
            };
            for (id, flaw) in flaws {
                add(&source, id, flaw, self.harvest);
            }
        }
        Ok(())
    }
}

fn add(source: &str, id: &str, flaw: &Value, harvest: &mut Harvest) {
    let Some(releases) = flaw.get("releases").and_then(Value::as_object) else {
        return harvest.problem(format!("debian {source} {id}: it has no releases"));
    };
    for (codename, state) in releases {
        let added = match advisory(id, state) {
            Ok(None) => continue,
            Ok(Some(advisory)) => release(codename, harvest)
                .and_then(|about| harvest.release(about, gives_way).add(source, advisory)),
            Err(why) => Err(why),
        };
        if let Err(why) = added {
            harvest.problem(format!("debian {source} {id} {codename}: {why}"));
        }
    }
}

fn release(codename: &str, harvest: &Harvest) -> Result<About, String> {
    let (_, number) = RELEASES
        .iter()
        .find(|(name, _)| *name == codename)
        .ok_or("the release is not known")?;
    Ok(about(number, harvest.fetched))
}

/// What the shard of a release says about itself.
pub(crate) fn about(number: &str, fetched: Date) -> About {
    About {
        name: format!("debian-{number}"),
        publisher: "Debian".to_owned(),
        newest: Some(fetched),
        licence: "facts of Debian's security tracker".to_owned(),
        knows_unfixed: true,
    }
}

/// Returns what the state of a flaw in a release says; nothing while it is looked at.
fn advisory(id: &str, state: &Value) -> Result<Option<Advisory>, String> {
    let state = state.as_object().ok_or("its state is no object")?;
    let text = |name: &str| state.get(name).and_then(Value::as_str).unwrap_or_default();
    let urgency = text("urgency").trim_end_matches('*');
    let (affected, status) = match (text("status"), text("fixed_version")) {
        ("resolved", "0") => (Affected::Never, Status::NotAffected),
        ("resolved", "") => return Err("it is resolved in no version".to_owned()),
        ("resolved", version) => (Affected::Below(version.to_owned()), Status::Fixed),
        ("open", _) => (Affected::Every, open(state, urgency)),
        ("undetermined", _) => return Ok(None),
        (other, _) => return Err(format!("`{other}` is no status")),
    };
    Ok(Some(Advisory {
        severity: severity(urgency),
        ..Advisory::new(id, affected, status)
    }))
}

fn open(state: &Map<String, Value>, urgency: &str) -> Status {
    let reason = state.get("nodsa_reason").and_then(Value::as_str);
    match (urgency, reason) {
        ("end-of-life", _) => Status::EndOfLife,
        (_, Some("ignored")) => Status::WillNotFix,
        (_, Some("postponed")) => Status::FixDeferred,
        _ => Status::Affected,
    }
}

/// The tracker's word for how urgent it is; Trivy takes `unimportant` for low.
fn severity(urgency: &str) -> Option<Severity> {
    match urgency {
        "unimportant" | "low" => Some(Severity::Low),
        "medium" => Some(Severity::Medium),
        "high" => Some(Severity::High),
        _ => None,
    }
}

/// Two files may tell of one flaw: a fix stands above none, a later one above an earlier one.
pub(crate) fn gives_way(known: &Advisory, new: &Advisory) -> bool {
    match (&known.affected, &new.affected) {
        (Affected::Below(known), Affected::Below(new)) => {
            version::compare(Scheme::Dpkg, new, known).is_ok_and(Ordering::is_gt)
        }
        (_, Affected::Below(_)) => true,
        _ => false,
    }
}
