//! How old the data is that images are held against: one rule for the case `stale`, metrics and pages.
//!
//! Of each kind the oldest publisher counts, by its newest entry; what stands beside advisories counts only
//! where a rule asks for it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::DataAge;
use serde::{Deserialize, Serialize};
use yaml::Node;

/// A kind of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Data {
    /// What is known to be wrong, and how bad that is.
    Advisories,
    /// When distributions end.
    EndOfLife,
    /// How likely exploitation is.
    Epss,
    /// What is exploited.
    Kev,
}

/// Whose data stands beside advisories, as databases name them.
const BESIDE: [(&str, Data); 3] = [
    ("CISA KEV", Data::Kev),
    ("FIRST EPSS", Data::Epss),
    ("endoflife.date", Data::EndOfLife),
];

impl Data {
    /// Returns what a publisher tells.
    pub fn of(publisher: &str) -> Self {
        let mut beside = BESIDE.into_iter();
        let known = beside.find(|(name, _)| *name == publisher);
        known.map_or(Self::Advisories, |(_, data)| data)
    }

    /// Returns how people call it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Advisories => "the data",
            Self::EndOfLife => "the data on ends of life",
            Self::Epss => "the data of EPSS",
            Self::Kev => "the data of KEV",
        }
    }
}

/// Returns the day of each kind, sorted: the oldest of its publishers, by their newest entries.
pub(super) fn days(ages: &[DataAge]) -> Vec<(Data, Date)> {
    let days = ages
        .iter()
        .filter_map(|age| Some((Data::of(&age.publisher), age.newest?)));
    oldest(days)
}

/// Returns the oldest day of each kind, sorted.
pub(super) fn oldest(days: impl Iterator<Item = (Data, Date)>) -> Vec<(Data, Date)> {
    let mut oldest: BTreeMap<Data, Date> = BTreeMap::new();
    for (data, day) in days {
        let known = oldest.entry(data).or_insert(day);
        *known = day.min(*known);
    }
    oldest.into_iter().collect()
}

/// Returns what a rule asks beside advisories: its condition's key and what stands below it.
pub(super) fn asked(key: &str, node: &Node) -> Vec<Data> {
    let is_given = |name: &str| node.get(name).is_some();
    match key {
        "endOfLife" => vec![Data::EndOfLife],
        "vulnerabilities" => [("epss", Data::Epss), ("exploited", Data::Kev)]
            .into_iter()
            .filter(|(name, _)| is_given(name))
            .map(|(_, data)| data)
            .collect(),
        _ => Vec::new(),
    }
}
