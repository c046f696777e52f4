//! What holding packages against advisories showed: of some of them, or of all.

use std::collections::BTreeSet;

use model::{GapKind, Limits, counted};

use crate::families::Family;
use crate::found::Found;
use crate::gaps::{Gaps, some_of};

/// What some packages showed.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    pub(crate) found: Found,
    /// Flaws that only a doubtful record speaks of, with their packages.
    pub(crate) doubtful: BTreeSet<String>,
    /// Packages that somebody else publishes.
    pub(crate) foreign: BTreeSet<String>,
    /// Packages that belong to another kind of distribution.
    pub(crate) other_formats: usize,
    /// How many advisories were looked at.
    pub(crate) looked_at: usize,
    /// Whether that, or what was found, became too much, and the rest was left out.
    pub(crate) gave_up: bool,
}

impl Checked {
    /// Adds what the packages behind these showed; none if both together are more than is looked at.
    pub(crate) fn and(mut self, mut other: Self, limits: &Limits) -> Option<Self> {
        self.found.append(other.found);
        self.doubtful.append(&mut other.doubtful);
        self.foreign.append(&mut other.foreign);
        self.other_formats = self.other_formats.saturating_add(other.other_formats);
        self.looked_at = self.looked_at.saturating_add(other.looked_at);
        let is_within = self.looked_at <= limits.judgements && self.found.len() <= limits.findings;
        (is_within && !self.gave_up && !other.gave_up).then_some(self)
    }

    /// Says what was not looked at, and returns what was found.
    pub(crate) fn say_what_was_left_out(
        self,
        family: &Family,
        most: usize,
        gaps: &mut Gaps,
    ) -> Found {
        let Self {
            found,
            doubtful,
            foreign,
            other_formats,
            ..
        } = self;
        let mut say = |why: String, hides: &str| {
            gaps.add(GapKind::Uncovered, family.publisher, why, hides);
        };
        if !doubtful.is_empty() {
            let (flaws, names) = (counted(doubtful.len(), "flaw"), some_of(&doubtful, most));
            let why = format!("only doubtful changelog lines speak of {flaws}: {names}");
            say(why, "these flaws");
        }
        if !foreign.is_empty() {
            let (packages, names) = (counted(foreign.len(), "package"), some_of(&foreign, most));
            let why = format!("vendors publish {packages} with fixes of their own: {names}");
            say(why, "all known problems of these packages");
        }
        if other_formats > 0 {
            let format = family.format.name();
            let others = counted(other_formats, "package");
            let why = format!("{others} of another format than {format}");
            say(why, "all known problems of these packages");
        }
        found
    }
}
