//! A gap: something that was not read, parsed, compared or judged, and what that may hide.

use std::collections::BTreeMap;

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
    /// A part of the advisory database is damaged and could not be used.
    Damaged,
    /// Advisories are older than they should be.
    Stale,
    /// A limit ended the looking.
    Limited,
    /// Findings are hidden by a filter although their severity is unknown.
    Hidden,
    /// Nothing of the kind was found to look at.
    Absent,
    /// Who gave the target did not have to prove who it is.
    Unproved,
}

impl GapKind {
    /// Returns the kebab-case word that reports and policies use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unread => "unread",
            Self::Unparsed => "unparsed",
            Self::Uncompared => "uncompared",
            Self::Uncovered => "uncovered",
            Self::Damaged => "damaged",
            Self::Stale => "stale",
            Self::Limited => "limited",
            Self::Hidden => "hidden",
            Self::Absent => "absent",
            Self::Unproved => "unproved",
        }
    }

    /// Whether part of the target itself was not read: what `--strict` turns into exit code 4.
    pub const fn is_unread_target(self) -> bool {
        match self {
            Self::Unread | Self::Unparsed | Self::Uncompared | Self::Limited => true,
            Self::Uncovered
            | Self::Damaged
            | Self::Stale
            | Self::Hidden
            | Self::Absent
            | Self::Unproved => false,
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

/// What gaps hide, where secrets are among it.
pub mod hides {
    /// Secrets of a text that was not looked at to its end.
    pub const SECRETS: &str = "secrets";
    /// Files that were not taken.
    pub const FILES: &str = "files of the image";
    /// What stands in a file that was not read.
    pub const CONTENT: &str = "what the file says";
    /// A history that was not read.
    pub const HISTORY: &str = "what its history tells";
}

impl Gap {
    /// Whether a secret may stand in what was not looked at.
    pub fn may_hide_secrets(&self) -> bool {
        let among = [hides::SECRETS, hides::CONTENT, hides::HISTORY];
        self.kind.is_unread_target()
            && (among.contains(&&*self.hides) || self.hides.starts_with(hides::FILES))
    }

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

/// Collects gaps and keeps the list short: beyond [`crate::Limits::gaps_of_a_kind`] gaps that hide
/// the same kind of thing, the rest are counted in one.
#[derive(Debug, Clone, Default)]
pub struct Gaps {
    list: Vec<Gap>,
    more: BTreeMap<(GapKind, String), usize>,
    counts: BTreeMap<(GapKind, String), usize>,
    limit: usize,
}

impl Gaps {
    /// Starts with none.
    pub const fn new(limit: usize) -> Self {
        Self {
            list: Vec::new(),
            more: BTreeMap::new(),
            counts: BTreeMap::new(),
            limit,
        }
    }

    /// Adds one gap.
    pub fn add(&mut self, gap: Gap) {
        let key = (gap.kind, gap.hides.clone());
        let count = self.counts.entry(key.clone()).or_default();
        *count += 1;
        if *count <= self.limit {
            self.list.push(gap);
        } else {
            *self.more.entry(key).or_default() += 1;
        }
    }

    /// Returns how many were added, listed or not.
    pub fn count(&self) -> usize {
        self.counts.values().sum()
    }

    /// Returns the gaps in order, the counts of the rest among them.
    pub fn into_sorted(self) -> Vec<Gap> {
        let counted = self.more.into_iter().map(|((kind, hides), count)| {
            Gap::new(
                kind,
                "",
                format!("{count} more of this kind are not listed"),
                hides,
            )
        });
        let mut gaps: Vec<Gap> = self.list.into_iter().chain(counted).collect();
        gaps.sort();
        gaps.dedup();
        gaps
    }
}

impl Extend<Gap> for Gaps {
    fn extend<T: IntoIterator<Item = Gap>>(&mut self, gaps: T) {
        for gap in gaps {
            self.add(gap);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_it_does_not_list() {
        let mut gaps = Gaps::new(2);
        for record in ["c", "a", "b", "d"] {
            gaps.add(Gap::new(
                GapKind::Unparsed,
                record,
                "no version",
                "a package",
            ));
        }
        assert_eq!(gaps.count(), 4);
        let texts: Vec<_> = gaps
            .into_sorted()
            .into_iter()
            .map(|gap| gap.place + ": " + &gap.why)
            .collect();
        let want = [
            ": 2 more of this kind are not listed",
            "a: no version",
            "c: no version",
        ];
        assert_eq!(texts, want);
    }
}
