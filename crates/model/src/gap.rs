//! A gap: something that was not read, parsed, compared or judged, and what that may hide.

use serde::{Deserialize, Serialize};

/// What kind of looking did not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapKind {
    /// A file or a record could not be read, or no reader for its format exists yet.
    Unread,
    /// A record was read and makes no sense.
    Unparsed,
    /// Two versions could not be compared.
    Uncompared,
    /// The advisories say nothing about this distribution, release or kind of problem.
    Uncovered,
    /// Advisories are older than they should be.
    Stale,
    /// A limit ended the looking.
    Limited,
    /// Findings are hidden by a filter although their severity is unknown.
    Hidden,
    /// Nothing of the kind was found to look at.
    Absent,
}

impl GapKind {
    /// Returns the kebab-case word that reports and policies use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unread => "unread",
            Self::Unparsed => "unparsed",
            Self::Uncompared => "uncompared",
            Self::Uncovered => "uncovered",
            Self::Stale => "stale",
            Self::Limited => "limited",
            Self::Hidden => "hidden",
            Self::Absent => "absent",
        }
    }

    /// Whether part of the target itself was not read: what `--strict` turns into exit code 4.
    pub const fn is_unread_target(self) -> bool {
        match self {
            Self::Unread | Self::Unparsed | Self::Uncompared | Self::Limited => true,
            Self::Uncovered | Self::Stale | Self::Hidden | Self::Absent => false,
        }
    }
}

/// Something that was not looked at: an invariant of the project is that nothing is dropped
/// without one (DESIGN.md §3.1).
///
/// Gaps sort by kind, place and text, so that reports are equal byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Gap {
    /// What kind of looking did not happen.
    pub kind: GapKind,
    /// Where: a path in the image, a layer, a package, a publisher. May be empty.
    pub place: String,
    /// What was not done and why, as one sentence without a final period.
    pub why: String,
    /// What this may hide, for people: "packages of the rpm database".
    pub hides: String,
}

impl Gap {
    /// Makes a gap; `place` may be empty when the whole target is meant.
    pub fn new(
        kind: GapKind,
        place: impl Into<String>,
        why: impl Into<String>,
        hides: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            place: place.into(),
            why: why.into(),
            hides: hides.into(),
        }
    }
}
