//! What a check hands back: what was seen, and where.

use std::borrow::Cow;

use model::{Evidence, Gap, GapKind, Gaps, ImagePath, Severity};

use crate::step::Step;
use crate::survey::Noted;

/// Hits of one check in one image: nobody reads more.
const MOST: usize = 200;
/// Characters of a foreign value that a message shows.
const SHOWN: usize = 80;
/// Characters from which a word may be a secret.
const LONG_WORD: usize = 12;

/// Something that a check found.
#[derive(Debug)]
pub(crate) struct Hit {
    pub(crate) message: String,
    pub(crate) evidence: Evidence,
    /// If it is not the severity of the rule.
    pub(crate) severity: Option<Severity>,
    /// What to do, if it is not what the rule says.
    pub(crate) fix: Option<String>,
    /// Whether it is about what the configuration says, which no layer holds.
    pub(crate) is_set: bool,
}

impl Hit {
    /// Makes one of what was seen, one sentence without a final period.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            evidence: Evidence::default(),
            severity: None,
            fix: None,
            is_set: false,
        }
    }

    /// Says that it is better or worse than the rule says.
    pub(crate) const fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// Says what to do in place of what the rule says.
    pub(crate) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// Says which file it is about.
    pub(crate) fn file(mut self, noted: &Noted<'_>) -> Self {
        self.evidence.path = Some(noted.path.clone());
        self.evidence.layer = Some(noted.layer());
        self
    }

    /// Says which path it is about.
    pub(crate) fn path(mut self, path: &str) -> Self {
        self.evidence.path = Some(ImagePath::new(path.as_bytes()));
        self
    }

    /// Says which path the configuration names: who set it is to blame, not the layer that has it.
    pub(crate) fn set(mut self, path: &str) -> Self {
        self.is_set = true;
        self.path(path)
    }

    /// Says which layer it is about.
    pub(crate) const fn layer(mut self, layer: usize) -> Self {
        self.evidence.layer = Some(layer);
        self
    }

    /// Says which step of the history it is about.
    pub(crate) const fn step(mut self, step: &Step<'_>) -> Self {
        self.evidence.history = Some(step.index);
        self.evidence.layer = step.layer;
        self
    }
}

/// What the checks of one image find.
#[derive(Debug)]
pub(crate) struct Hits {
    found: Vec<Hit>,
    gaps: Gaps,
    rule: &'static str,
}

impl Hits {
    /// Starts with none.
    pub(crate) const fn new(gaps: Gaps) -> Self {
        Self {
            found: Vec::new(),
            gaps,
            rule: "",
        }
    }

    /// Starts another check.
    pub(crate) const fn begin(&mut self, rule: &'static str) {
        self.rule = rule;
    }

    /// Adds one; of too many of one check, the rest is a gap.
    pub(crate) fn push(&mut self, hit: Hit) {
        if self.found.len() < MOST {
            return self.found.push(hit);
        }
        let why = format!(
            "more than {MOST} findings of {}; the rest was left out",
            self.rule
        );
        self.gaps
            .add(Gap::new(GapKind::Limited, "", why, "flaws of the image"));
    }

    /// Says that something was not looked at; `hides` is what may be wrong.
    pub(crate) fn unseen(&mut self, why: &str, hides: &str) {
        self.gaps.add(Gap::new(GapKind::Absent, "", why, hides));
    }

    /// Says what was not followed, and why.
    pub(crate) fn unfollowed(&mut self, path: &str, why: &str) {
        let hides = "services that the image starts";
        self.gaps.add(Gap::new(GapKind::Limited, path, why, hides));
    }

    /// Says that a step of the history was not looked at to its end.
    pub(crate) fn cut(&mut self, step: &Step<'_>) {
        let why = format!("history[{}] has more commands than are told", step.index);
        self.gaps
            .add(Gap::new(GapKind::Limited, "", why, "flaws of the image"));
    }

    /// Says that a list of accounts was not read.
    pub(crate) fn unread(&mut self, path: &str) {
        let why = "it was not read for rules about images";
        let hides = "flaws of the image";
        self.gaps.add(Gap::new(GapKind::Unread, path, why, hides));
    }

    pub(crate) fn take(&mut self) -> Vec<Hit> {
        std::mem::take(&mut self.found)
    }

    pub(crate) fn into_gaps(self) -> Vec<Gap> {
        self.gaps.into_sorted()
    }
}

/// Returns a foreign value as messages show it: cut, if it is long, and not within a long word, which may
/// be a secret that nobody knows as one by its beginning.
pub(crate) fn short(value: &str) -> Cow<'_, str> {
    if value.chars().nth(SHOWN).is_none() {
        return Cow::Borrowed(value);
    }
    let start: String = value.chars().take(SHOWN - 3).collect();
    let words = start.trim_end_matches(|c: char| c.is_alphanumeric() || "_-+=~".contains(c));
    let is_long = start.len() - words.len() >= LONG_WORD;
    Cow::Owned(if is_long { words } else { &*start }.to_owned() + "...")
}

/// Returns a size in words.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

/// Returns names in one line, the first few of them.
pub(crate) fn names<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    const NAMED: usize = 6;
    let names: Vec<&str> = names.into_iter().collect();
    let named = names
        .iter()
        .take(NAMED)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}
