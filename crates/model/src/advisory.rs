//! What publishers say about packages: advisories, exploitation, support dates.

use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Severity;

/// One publisher's statement that a flaw concerns versions of a package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Advisory {
    /// The publisher's id of the flaw or of the advisory: `CVE-…`, `DSA-…`, `GHSA-…`, `GO-…`.
    pub id: String,
    /// Other ids of the same flaw, sorted.
    pub aliases: Vec<String>,
    /// Which versions are affected.
    pub affected: Affected,
    /// The publisher's word on what is done about it.
    pub status: Status,
    /// The publisher's own severity for this package; `None` if it gives none.
    pub severity: Option<Severity>,
    /// Day of the fix or of the publication, whichever the feed gives.
    pub date: Option<Date>,
    /// How sure the record is.
    pub confidence: Confidence,
    /// The vendor's advisory ids (`DSA-5380-1`, `ALSA-…`), sorted.
    pub vendor_ids: Vec<String>,
    /// Architectures it is limited to; empty for all.
    pub arches: Vec<String>,
    /// Streams of the product that it is limited to, by the publisher's numbers, ascending; empty for
    /// all. Red Hat fixes one package at several versions, each for some of its repositories.
    pub streams: Vec<u32>,
}

impl Advisory {
    /// Makes one that says no more than this, and is sure of it.
    pub fn new(id: impl Into<String>, affected: Affected, status: Status) -> Self {
        Self {
            id: id.into(),
            aliases: Vec::new(),
            affected,
            status,
            severity: None,
            date: None,
            confidence: Confidence::High,
            vendor_ids: Vec::new(),
            arches: Vec::new(),
            streams: Vec::new(),
        }
    }
}

/// Which versions of a package an advisory speaks of, in the order of its ecosystem.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Affected {
    /// Every version below this one, which holds the fix.
    Below(String),
    /// Every version: no fix is known.
    Every,
    /// No version: the publisher says that the package never had the flaw. Silences others.
    Never,
    /// Versions in any of these intervals.
    Ranges(Vec<Range>),
    /// Requirements in the ecosystem's own language: vulnerable unless patched or unaffected.
    Requirements {
        /// Alternatives that are vulnerable; empty means all.
        vulnerable: Vec<String>,
        /// Alternatives that hold the fix.
        patched: Vec<String>,
        /// Alternatives that never had the flaw.
        unaffected: Vec<String>,
    },
    /// Exactly these versions.
    Versions(Vec<String>),
}

/// Intervals, requirements or versions that are said in words; of more the count of the rest.
const MOST_SAID: usize = 5;

impl Affected {
    /// Says for people which versions are affected: `below 1.2.3`, `from 1.0 below 1.4 or from 2.0`.
    pub fn in_words(&self) -> String {
        match self {
            Self::Below(version) => format!("below {version}"),
            Self::Every => "every version".to_owned(),
            Self::Never => "no version".to_owned(),
            Self::Ranges(ranges) => joined(ranges.iter().map(Range::in_words)),
            Self::Requirements {
                vulnerable,
                patched,
                unaffected,
            } => {
                let lists = [
                    ("", vulnerable),
                    ("patched ", patched),
                    ("never ", unaffected),
                ];
                let lists = lists.iter().filter(|(_, list)| !list.is_empty());
                let said: Vec<String> = lists
                    .map(|(word, list)| format!("{word}{}", joined(list.iter().cloned())))
                    .collect();
                said.join("; ")
            }
            Self::Versions(versions) => joined(versions.iter().cloned()),
        }
    }
}

fn joined(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    let rest = words.len().saturating_sub(MOST_SAID);
    let said: Vec<&str> = words.iter().take(MOST_SAID).map(String::as_str).collect();
    match rest {
        0 => said.join(" or "),
        _ => format!("{} or {rest} more", said.join(" or ")),
    }
}

impl Range {
    fn in_words(&self) -> String {
        let start = match &*self.introduced {
            "" | "0" => "",
            start => start,
        };
        match (&self.upper, start) {
            (Upper::Fixed(fix), "") => format!("below {fix}"),
            (Upper::Fixed(fix), _) => format!("from {start} below {fix}"),
            (Upper::LastAffected(last), "") => format!("up to {last}"),
            (Upper::LastAffected(last), _) => format!("from {start} up to {last}"),
            (Upper::Open, "") => "every version".to_owned(),
            (Upper::Open, _) => format!("from {start}"),
        }
    }
}

/// A half-open or closed interval of versions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Range {
    /// First affected version; `0` means from the start.
    pub introduced: String,
    /// Where it ends.
    pub upper: Upper,
}

/// Where an interval of affected versions ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Upper {
    /// This version holds the fix and is not affected.
    Fixed(String),
    /// This is the last affected version.
    LastAffected(String),
    /// It has no end: no fix is known.
    Open,
}

/// What a publisher does about a flaw, in Trivy's words and numbers (trivy.md §2.7).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nothing was said.
    #[default]
    Unknown,
    /// Not affected.
    NotAffected,
    /// Affected; a fix may come.
    Affected,
    /// A fix is released.
    Fixed,
    /// Being looked at.
    UnderInvestigation,
    /// No fix will come.
    WillNotFix,
    /// A fix is put off.
    FixDeferred,
    /// The package is out of support.
    EndOfLife,
}

impl Status {
    /// All statuses, in the order of Trivy's numbers (0 to 7).
    pub const ALL: [Self; 8] = [
        Self::Unknown,
        Self::NotAffected,
        Self::Affected,
        Self::Fixed,
        Self::UnderInvestigation,
        Self::WillNotFix,
        Self::FixDeferred,
        Self::EndOfLife,
    ];

    /// Returns Trivy's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::NotAffected => "not_affected",
            Self::Affected => "affected",
            Self::Fixed => "fixed",
            Self::UnderInvestigation => "under_investigation",
            Self::WillNotFix => "will_not_fix",
            Self::FixDeferred => "fix_deferred",
            Self::EndOfLife => "end_of_life",
        }
    }
}

impl FromStr for Status {
    type Err = String;

    /// Parses Trivy's name in any case.
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|status| status.name().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| {
                let names = Self::ALL.map(Self::name).join(", ");
                format!("`{text}` is none of {names}")
            })
    }
}

/// How sure a record is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub enum Confidence {
    /// The publisher's own record.
    #[default]
    High,
    /// A changelog line that also speaks of a revert, a regression or an incomplete fix.
    Low,
}

/// An entry of CISA's catalogue of known exploited vulnerabilities.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Kev {
    /// Day on which it was listed.
    pub added: Option<Date>,
    /// Day by which US agencies must act.
    pub due: Option<Date>,
    /// Whether ransomware is known to use it.
    pub is_ransomware: bool,
}

/// FIRST's estimate of how likely exploitation is, in hundred-thousandths: 97565 is `0.97565`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Epss(pub u32);

impl Epss {
    /// Returns the probability, 0.0 to 1.0.
    pub fn to_f64(self) -> f64 {
        f64::from(self.0) / 100_000.0
    }
}

/// When a release of a distribution stops getting fixes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Eol {
    /// Day on which the publisher's regular support ends.
    pub regular: Option<Date>,
    /// Last day on which anyone still publishes fixes without a contract (Debian LTS).
    pub extended: Option<Date>,
    /// Code name of the release; may be empty.
    pub codename: String,
    /// The newest point release that the data knows; may be empty.
    pub latest: String,
}
