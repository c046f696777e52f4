//! How bad a problem is, and by whose word.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How bad a problem is. Ordered from unknown to critical, as Trivy numbers them (0 to 4).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    /// Nobody gave one.
    #[default]
    Unknown,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// Critical.
    Critical,
}

impl Severity {
    /// Of a rule of ours: worth knowing, no harm by itself. Reports of rules write `INFO`.
    pub const INFO: Self = Self::Unknown;

    /// Returns the word for the severity of a flaw, of which one is only worth knowing.
    pub const fn of_flaw(self) -> &'static str {
        match self {
            Self::Unknown => "INFO",
            Self::Low | Self::Medium | Self::High | Self::Critical => self.name(),
        }
    }

    /// All severities, lowest first.
    pub const ALL: [Self; 5] = [
        Self::Unknown,
        Self::Low,
        Self::Medium,
        Self::High,
        Self::Critical,
    ];

    /// Returns the upper-case word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "UNKNOWN",
            Self::Low => "LOW",
            Self::Medium => "MEDIUM",
            Self::High => "HIGH",
            Self::Critical => "CRITICAL",
        }
    }

    /// Returns Trivy's number, 0 (unknown) to 4 (critical).
    pub const fn number(self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::Low => 1,
            Self::Medium => 2,
            Self::High => 3,
            Self::Critical => 4,
        }
    }
}

impl FromStr for Severity {
    type Err = String;

    /// Parses the word in any case.
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|severity| severity.name().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| format!("`{text}` is none of UNKNOWN, LOW, MEDIUM, HIGH, CRITICAL"))
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A CVSS base score in tenths: 98 is 9.8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Score(pub u8);

impl Score {
    /// Returns the score as a number, 0.0 to 10.0.
    pub fn to_f64(self) -> f64 {
        f64::from(self.0) / 10.0
    }
}

/// Whose word on a severity Trivy knows, by its ids and in the order in which it asks them (trivy.md §2.5).
pub const SEVERITY_SOURCES: [&str; 34] = [
    "nvd",
    "redhat",
    "redhat-oval",
    "debian",
    "ubuntu",
    "alpine",
    "amazon",
    "oracle-oval",
    "suse-cvrf",
    "photon",
    "arch-linux",
    "alma",
    "rocky",
    "cbl-mariner",
    "azure",
    "ruby-advisory-db",
    "php-security-advisories",
    "nodejs-security-wg",
    "ghsa",
    "glad",
    "aqua",
    "osv",
    "k8s",
    "wolfi",
    "chainguard",
    "bitnami",
    "govulndb",
    "julia",
    "bottlerocket",
    "echo",
    "minimos",
    "rootio",
    "rapidfort",
    "seal",
];

/// One party's word on how bad a problem is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Rating {
    /// Whose word, by Trivy's source ids where it has one: `nvd`, `debian`, `ghsa`, `cna` …
    pub source: String,
    /// The severity.
    pub severity: Severity,
    /// The base score, if one was given.
    pub score: Option<Score>,
    /// The CVSS vector, if one was given; where only a score of a version other than 3 was, that version:
    /// `CVSS:2.0`.
    pub vector: Option<String>,
    /// Whether this is only an estimate, such as the upper bound that an erratum gives.
    pub estimated: bool,
}
