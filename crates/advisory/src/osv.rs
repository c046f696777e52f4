//! A record in the form of OSV, which many publishers write.
//!
//! Source of truth: OSV schema 1.7, feeds.md §3.1. Intervals in git are useless without the repository
//! and are left out; versions that are listed count beside the intervals.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use model::{Affected, Range, Severity, Upper};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use version::Scheme;
use yaml::Strict;

use crate::harvest::{day, short_enough};
use crate::moment::Moment;

/// Versions, and intervals of them, that one record may list for a package; the most that is known is
/// some 4,000.
const MOST_VERSIONS: usize = 50_000;

/// A record; what nobody needs of it is not read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Record {
    #[serde(deserialize_with = "or_default")]
    pub(crate) id: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) aliases: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) upstream: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) related: Vec<String>,
    /// When its publisher took it back, or will.
    #[serde(deserialize_with = "or_default")]
    pub(crate) withdrawn: String,
    #[serde(deserialize_with = "or_default")]
    published: String,
    #[serde(deserialize_with = "or_default")]
    modified: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) summary: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) severity: Vec<Scored>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) affected: Vec<Concerned>,
    #[serde(deserialize_with = "specific")]
    pub(crate) database_specific: Specific,
}

/// A package that a record is about, and which of its versions.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Concerned {
    #[serde(deserialize_with = "or_default")]
    pub(crate) package: Named,
    #[serde(deserialize_with = "or_default")]
    pub(crate) severity: Vec<Scored>,
    #[serde(deserialize_with = "or_default")]
    ranges: Vec<Events>,
    #[serde(deserialize_with = "or_default")]
    versions: Vec<String>,
    #[serde(deserialize_with = "specific")]
    pub(crate) ecosystem_specific: Specific,
    #[serde(deserialize_with = "specific")]
    pub(crate) database_specific: Specific,
}

/// The name of a package.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(default)]
pub(crate) struct Named {
    #[serde(deserialize_with = "or_default")]
    pub(crate) ecosystem: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) name: String,
}

/// How bad it is, as a vector or a word.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Scored {
    #[serde(rename = "type", deserialize_with = "or_default")]
    pub(crate) kind: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) score: String,
}

/// What only some publishers write.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Specific {
    /// GitHub, Bitnami: a word.
    #[serde(deserialize_with = "text")]
    pub(crate) severity: String,
    /// Debian: a word of the tracker.
    #[serde(deserialize_with = "text")]
    pub(crate) urgency: String,
    /// GitHub: where an interval without an end stops: `<= 2.8.11.1`.
    #[serde(deserialize_with = "text")]
    last_known_affected_version_range: String,
    /// Go: intervals of a module whose tags are no semantic versions.
    #[serde(deserialize_with = "or_default")]
    custom_ranges: Vec<Events>,
    /// `RustSec`: why it is only a note: `unmaintained`, `unsound`, `notice`.
    #[serde(deserialize_with = "text")]
    pub(crate) informational: String,
}

/// Where versions begin and end to be affected.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Events {
    #[serde(rename = "type", deserialize_with = "or_default")]
    kind: String,
    #[serde(deserialize_with = "or_default")]
    events: Vec<Event>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Event {
    introduced: Option<String>,
    fixed: Option<String>,
    last_affected: Option<String>,
    limit: Option<String>,
}

/// `null` says no more than nothing at all.
pub(crate) fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// What is not written as we know it means something else.
fn specific<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Specific, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(Specific::deserialize(Strict(value)).unwrap_or_default())
}

/// A key of this name that holds no text means something else.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

impl Record {
    /// Reads a record in JSON or YAML. YAML's numbers are texts: the version `1.10` is not `1.1`.
    ///
    /// # Errors
    /// Why it is none.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        let record: Self = if bytes.trim_ascii_start().starts_with(b"{") {
            crate::json::read(bytes)?
        } else {
            Self::deserialize(Strict(yaml(bytes)?)).map_err(|error| error.to_string())?
        };
        if record.id.is_empty() {
            return Err("it is no record of OSV: it has no id".to_owned());
        }
        Ok(record)
    }

    /// Returns each package with all that is said of it: GitHub repeats one for each interval.
    pub(crate) fn packages(&self) -> BTreeMap<&Named, Vec<&Concerned>> {
        let mut packages: BTreeMap<&Named, Vec<&Concerned>> = BTreeMap::new();
        for concerned in &self.affected {
            packages
                .entry(&concerned.package)
                .or_default()
                .push(concerned);
        }
        packages
    }

    /// How bad it is in all words, of the flaw and of each package.
    pub(crate) fn vectors(&self) -> impl Iterator<Item = &Scored> {
        let of_packages = self.affected.iter().flat_map(|it| &it.severity);
        self.severity.iter().chain(of_packages)
    }

    /// The day on which it was published, else changed. Go writes year 1 for "nobody knows".
    pub(crate) fn date(&self) -> Option<Date> {
        let stamps = [&self.published, &self.modified].into_iter();
        let days = stamps.filter_map(|stamp| day(stamp));
        days.into_iter().find(|day| day.year() > 1)
    }

    /// Since when it says what it says.
    pub(crate) fn changed(&self) -> Moment {
        Moment::of(&self.modified)
    }

    /// Other ids of the same flaw, sorted. An upstream id is one: a distribution's record is a view of
    /// the flaw.
    pub(crate) fn other_ids(&self) -> Vec<String> {
        let ids = self.aliases.iter().chain(&self.upstream);
        let mut ids: Vec<String> = ids.filter(|id| **id != self.id).cloned().collect();
        ids.sort();
        ids.dedup();
        ids
    }
}

/// Reads YAML as a tree in which every scalar is its text, names too.
///
/// # Errors
/// Why it is none.
pub(crate) fn yaml(bytes: &[u8]) -> Result<Value, String> {
    let document = yaml::read_one(bytes, &yaml::Limits::default());
    let document = document.map_err(|problem| problem.to_string())?;
    Ok(texts(&document.root))
}

fn texts(node: &yaml::Node) -> Value {
    match node.kind() {
        yaml::Kind::Null => Value::Null,
        yaml::Kind::Sequence(items) => items.iter().map(texts).collect(),
        yaml::Kind::Mapping(_) => {
            let entries = node.entries_as_written().into_iter();
            let pairs = entries.map(|(name, value)| (name.to_owned(), texts(value)));
            Value::Object(pairs.collect())
        }
        yaml::Kind::Bool(_)
        | yaml::Kind::Int(_)
        | yaml::Kind::UInt(_)
        | yaml::Kind::Float(_)
        | yaml::Kind::Text(_) => Value::from(node.text().unwrap_or_default()),
    }
}

/// Returns which versions of one package are affected, in the order of `scheme`.
///
/// # Errors
/// Why that cannot be told.
pub(crate) fn versions(concerned: &[&Concerned], scheme: Scheme) -> Result<Affected, String> {
    let written = concerned.iter().flat_map(|it| it.written());
    let events = written.fold(0, |sum: usize, it| sum.saturating_add(it.events.len()));
    // a beginning and an end each
    if events > 2 * MOST_VERSIONS {
        return Err(format!("it has more than {MOST_VERSIONS} intervals"));
    }
    short_enough(concerned.iter().flat_map(|it| it.texts()))?;
    let mut ranges: Vec<Range> = concerned.iter().flat_map(|it| it.ranges(scheme)).collect();
    let listed = concerned.iter().flat_map(|it| &it.versions);
    if listed.clone().count() > MOST_VERSIONS {
        return Err(format!("it lists more than {MOST_VERSIONS} versions"));
    }
    let sorted = Sorted::new(&ranges, scheme);
    let beside: BTreeSet<&String> = listed.filter(|version| !sorted.contains(version)).collect();
    if ranges.is_empty() && !beside.is_empty() {
        return Ok(Affected::Versions(beside.into_iter().cloned().collect()));
    }
    ranges.extend(beside.into_iter().map(|version| Range {
        introduced: version.clone(),
        upper: Upper::LastAffected(version.clone()),
    }));
    if ranges.is_empty() {
        return Err("it has neither intervals nor versions".to_owned());
    }
    Ok(Affected::Ranges(ranges))
}

impl Concerned {
    /// The events that count: those of git need the repository.
    fn written(&self) -> impl Iterator<Item = &Events> {
        let custom = &self.ecosystem_specific.custom_ranges;
        let written = if custom.is_empty() {
            &self.ranges
        } else {
            custom
        };
        written.iter().filter(|range| range.kind != "GIT")
    }

    /// All that stands for a version.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let events = self.written().flat_map(|range| &range.events);
        let of_events =
            events.flat_map(|it| [&it.introduced, &it.fixed, &it.last_affected, &it.limit]);
        let listed = self.versions.iter().map(String::as_str);
        let last = &self.database_specific.last_known_affected_version_range;
        let of_events = of_events.filter_map(Option::as_deref);
        of_events.chain(listed).chain([last.as_str()])
    }

    fn ranges(&self, scheme: Scheme) -> Vec<Range> {
        let ranges = self
            .written()
            .flat_map(|range| intervals(&range.events, scheme));
        let mut ranges: Vec<Range> = ranges.collect();
        self.bound(&mut ranges);
        ranges
    }

    /// Ends intervals that have no end where the record says that its writer knew no further.
    fn bound(&self, ranges: &mut [Range]) {
        let text = &self.database_specific.last_known_affected_version_range;
        let upper = match (text.strip_prefix("<="), text.strip_prefix('<')) {
            (Some(version), _) => Upper::LastAffected(version.trim().to_owned()),
            (None, Some(version)) => Upper::Fixed(version.trim().to_owned()),
            (None, None) => return,
        };
        for range in ranges.iter_mut().filter(|it| it.upper == Upper::Open) {
            range.upper = upper.clone();
        }
    }

    /// The versions that hold fixes.
    pub(crate) fn fixes(&self) -> impl Iterator<Item = &str> {
        let events = self.written().flat_map(|range| &range.events);
        events.filter_map(|event| event.fixed.as_deref())
    }
}

/// Returns the intervals that events mean, walked in the order of versions: a version that one of them
/// begins or ends with, and that makes no sense, leaves them as they are written.
fn intervals(events: &[Event], scheme: Scheme) -> Vec<Range> {
    let mut points: Vec<(&str, Upper)> = Vec::new();
    for event in events {
        // `Open` stands for a beginning here
        if let Some(version) = &event.introduced {
            points.push((version, Upper::Open));
        }
        if let Some(version) = &event.fixed {
            points.push((version, Upper::Fixed(version.clone())));
        }
        if let Some(version) = &event.last_affected {
            points.push((version, Upper::LastAffected(version.clone())));
        }
    }
    let is_start = |version: &str| version == "0";
    let is_sound =
        |version: &str| is_start(version) || version::compare(scheme, version, version).is_ok();
    if points.iter().all(|(version, _)| is_sound(version)) {
        points.sort_by(|a, b| match (is_start(a.0), is_start(b.0)) {
            (false, false) => {
                let order = version::compare(scheme, a.0, b.0).unwrap_or(Ordering::Equal);
                order.then((a.1 != Upper::Open).cmp(&(b.1 != Upper::Open)))
            }
            (a, b) => b.cmp(&a),
        });
    }
    let mut ranges = Vec::new();
    let mut begun: Option<&str> = None;
    for (version, end) in points {
        if end == Upper::Open {
            begun = begun.or(Some(version));
        } else if let Some(introduced) = begun.take() {
            ranges.push(Range {
                introduced: introduced.to_owned(),
                upper: end,
            });
        }
    }
    ranges.extend(begun.map(|introduced| Range {
        introduced: introduced.to_owned(),
        upper: Upper::Open,
    }));
    limit(&mut ranges, events, scheme);
    ranges
}

/// Ends intervals at the furthest of the limits of events, if they have any: `*` is none.
fn limit(ranges: &mut Vec<Range>, events: &[Event], scheme: Scheme) {
    let limits = events.iter().filter_map(|event| event.limit.as_deref());
    let limits: Vec<&str> = limits.collect();
    let is_version = |text: &str| text != "*" && version::compare(scheme, text, text).is_ok();
    if limits.is_empty() || !limits.iter().all(|limit| is_version(limit)) {
        return;
    }
    let furthest = limits
        .into_iter()
        .max_by(|a, b| version::compare(scheme, a, b).unwrap_or(Ordering::Equal));
    let Some(limit) = furthest else { return };
    // what begins there is above it, and nothing of it is told of
    ranges.retain(|it| begin_order(scheme, &it.introduced, limit).is_lt());
    let end = Upper::Fixed(limit.to_owned());
    for range in ranges {
        if is_further(&range.upper, &end, scheme) {
            range.upper.clone_from(&end);
        }
    }
}

/// Says in the fewest words which versions these are: a distribution's package is nearly always affected
/// from its beginning, up to a fix or without one.
pub(crate) fn in_short(affected: Affected, scheme: Scheme) -> Affected {
    let Affected::Ranges(ranges) = &affected else {
        return affected;
    };
    let mut ends = ranges.iter().map(|range| &range.upper);
    let first = ends.next();
    let furthest = first.map(|first| {
        ends.fold(first, |known, end| {
            if is_further(end, known, scheme) {
                end
            } else {
                known
            }
        })
    });
    let is_from_start = ranges.iter().all(|range| range.introduced == "0");
    match furthest {
        Some(Upper::Open) if is_from_start => Affected::Every,
        Some(Upper::Fixed(fixed)) if is_from_start => {
            Affected::Below(fixed.trim_start_matches("0:").to_owned())
        }
        _ => affected,
    }
}

/// Intervals by where they begin, so that one look finds whether a version is in any of thousands. One
/// with a bound that makes no sense holds nothing.
struct Sorted<'a> {
    scheme: Scheme,
    /// The beginning of an interval, and the furthest end of all that begin there or before.
    ends: Vec<(&'a str, &'a Upper)>,
}

impl<'a> Sorted<'a> {
    fn new(ranges: &'a [Range], scheme: Scheme) -> Self {
        let is_version = |text: &str| version::compare(scheme, text, text).is_ok();
        let is_sound = |range: &&Range| {
            let is_end = match &range.upper {
                Upper::Fixed(end) | Upper::LastAffected(end) => is_version(end),
                Upper::Open => true,
            };
            is_end && (range.introduced == "0" || is_version(&range.introduced))
        };
        let sound = ranges.iter().filter(is_sound);
        let mut ends: Vec<_> = sound
            .map(|it| (it.introduced.as_str(), &it.upper))
            .collect();
        ends.sort_by(|a, b| begin_order(scheme, a.0, b.0));
        let mut furthest: Option<&Upper> = None;
        for (_, end) in &mut ends {
            *end = furthest
                .filter(|before| is_further(before, end, scheme))
                .unwrap_or(end);
            furthest = Some(end);
        }
        Self { scheme, ends }
    }

    fn contains(&self, version: &str) -> bool {
        let compare = |other: &str| version::compare(self.scheme, version, other);
        if compare(version).is_err() {
            return false;
        }
        let is_above = |begin: &str| begin == "0" || compare(begin).is_ok_and(Ordering::is_ge);
        let begun = self.ends.partition_point(|(begin, _)| is_above(begin));
        let last = begun.checked_sub(1).and_then(|at| self.ends.get(at));
        last.is_some_and(|(_, end)| match end {
            Upper::Fixed(fixed) => compare(fixed).is_ok_and(Ordering::is_lt),
            Upper::LastAffected(last) => compare(last).is_ok_and(Ordering::is_le),
            Upper::Open => true,
        })
    }
}

/// The order of beginnings, of which `0` stands before every version.
fn begin_order(scheme: Scheme, a: &str, b: &str) -> Ordering {
    match (a == "0", b == "0") {
        (false, false) => version::compare(scheme, a, b).unwrap_or(Ordering::Equal),
        (a, b) => b.cmp(&a),
    }
}

/// Whether an interval that ends with `a` goes further than one that ends with `b`.
fn is_further(a: &Upper, b: &Upper, scheme: Scheme) -> bool {
    let (Upper::Fixed(x) | Upper::LastAffected(x)) = a else {
        return true;
    };
    let (Upper::Fixed(y) | Upper::LastAffected(y)) = b else {
        return false;
    };
    match version::compare(scheme, x, y) {
        Ok(Ordering::Equal) => matches!(a, Upper::LastAffected(_)),
        order => order.is_ok_and(Ordering::is_gt),
    }
}

/// Returns the severity that a word means; none for other words.
pub(crate) fn severity(word: &str) -> Option<Severity> {
    match word.to_ascii_lowercase().as_str() {
        "low" | "negligible" | "unimportant" => Some(Severity::Low),
        "medium" | "moderate" => Some(Severity::Medium),
        "high" | "important" => Some(Severity::High),
        "critical" => Some(Severity::Critical),
        _ => None,
    }
}
