//! Gaps of one match: each said once, and a flood of one kind counted instead of listed.

use std::collections::{BTreeMap, BTreeSet};

use model::{Gap, GapKind, Limits};

/// Collects gaps.
#[derive(Debug)]
pub(crate) struct Gaps {
    listed: BTreeMap<GapKind, BTreeSet<Gap>>,
    /// How many of a kind are not listed.
    more: BTreeMap<GapKind, usize>,
    most: usize,
}

impl Gaps {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            listed: BTreeMap::new(),
            more: BTreeMap::new(),
            most: limits.gaps_of_a_kind,
        }
    }

    /// Returns how many of a kind are listed.
    pub(crate) const fn most(&self) -> usize {
        self.most
    }

    /// Adds a gap, unless there are too many of its kind already; those are counted.
    pub(crate) fn add(
        &mut self,
        kind: GapKind,
        place: impl Into<String>,
        why: impl Into<String>,
        hides: impl Into<String>,
    ) {
        let gap = Gap::new(kind, place, why, hides);
        let listed = self.listed.entry(kind).or_default();
        if listed.contains(&gap) {
            return;
        }
        if listed.len() < self.most {
            listed.insert(gap);
            return;
        }
        let more = self.more.entry(kind).or_default();
        *more = more.saturating_add(1);
    }

    /// Adds what two others collected, or nothing if that may be too much of a kind: which of many gaps are
    /// listed hangs on who met them first.
    pub(crate) fn take(&mut self, first: Self, second: Self) -> bool {
        let listed = |it: &Self, kind| it.listed.get(kind).map_or(0, BTreeSet::len);
        let mut kinds = first.listed.keys().chain(second.listed.keys());
        let fits = kinds.all(|kind| {
            let counts = [&*self, &first, &second].map(|it| listed(it, kind));
            counts.iter().sum::<usize>() <= self.most
        });
        let has_room = fits && first.more.is_empty() && second.more.is_empty();
        if has_room {
            for (kind, gaps) in first.listed.into_iter().chain(second.listed) {
                self.listed.entry(kind).or_default().extend(gaps);
            }
        }
        has_room
    }

    /// Returns all gaps, sorted.
    pub(crate) fn into_sorted(self) -> Vec<Gap> {
        let counted = self.more.into_iter().map(|(kind, more)| {
            let why = format!("{more} more of this kind are not listed");
            Gap::new(kind, "", why, "as those that are listed")
        });
        let mut gaps: Vec<Gap> = self.listed.into_values().flatten().chain(counted).collect();
        gaps.sort();
        gaps
    }
}

/// Characters of a name that are shown; people's have thirty.
const NAME: usize = 100;

/// Names some of many: `a, b and 3 more`.
pub(crate) fn some_of(names: &BTreeSet<String>, most: usize) -> String {
    let short = |name: &String| match name.char_indices().nth(NAME) {
        Some((at, _)) => format!("{}…", name.get(..at).unwrap_or_default()),
        None => name.clone(),
    };
    let shown: Vec<String> = names.iter().take(most).map(short).collect();
    match names.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_counted_and_a_double_is_not() {
        let limits = Limits {
            gaps_of_a_kind: 2,
            ..Limits::default()
        };
        let mut gaps = Gaps::new(&limits);
        for place in ["c", "a", "a", "b", "d"] {
            gaps.add(GapKind::Uncompared, place, "why", "what");
        }
        gaps.add(GapKind::Unread, "z", "why", "what");
        let gaps = gaps.into_sorted();
        let told: Vec<(&str, &str)> = gaps
            .iter()
            .map(|gap| (gap.place.as_str(), gap.why.as_str()))
            .collect();
        let want = [
            ("z", "why"),
            ("", "2 more of this kind are not listed"),
            ("a", "why"),
            ("c", "why"),
        ];
        assert_eq!(told, want);
    }

    #[test]
    fn some_are_named() {
        let names: BTreeSet<String> = ["b", "a", "c"].map(str::to_owned).into();
        assert_eq!(some_of(&names, 5), "a, b, c");
        assert_eq!(some_of(&names, 2), "a, b and 1 more");
        let names = ["é".repeat(101)].into();
        assert_eq!(some_of(&names, 1), "é".repeat(100) + "…");
    }
}
