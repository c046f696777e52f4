//! What a check hands back: a place, what was seen there, and the edit that mends it.

use std::borrow::Cow;

use model::{Change, Gap, GapKind, Gaps, Severity};

use crate::Object;
use crate::bundle::Bundle;
use crate::pointer::Pointer;
use crate::workload::Container;

/// Something that a check found.
#[derive(Debug)]
pub(crate) struct Hit {
    pub at: Pointer,
    pub message: String,
    /// Whether the value is a secret, or holds one.
    pub is_secret: bool,
    /// If it is not the severity of the rule.
    pub severity: Option<Severity>,
    /// What mends it, where only one value is right.
    pub change: Option<(Pointer, Change)>,
    /// The container that it is about; a check of containers need not say it.
    pub container: Option<String>,
    /// The image of that container.
    pub image: Option<String>,
}

impl Hit {
    /// Makes one of the place of the value, which may be missing, and of what is seen there: one
    /// sentence without a final period.
    pub(crate) fn new(at: Pointer, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
            is_secret: false,
            severity: None,
            change: None,
            container: None,
            image: None,
        }
    }

    /// Says that nobody is to see the value.
    pub(crate) const fn secret(mut self) -> Self {
        self.is_secret = true;
        self
    }

    /// Says that it is better or worse than the rule says.
    pub(crate) const fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// Says which container it is about.
    pub(crate) fn within(mut self, container: &Container<'_>) -> Self {
        self.container = Some(container.name().to_owned());
        self.image = container.image().map(ToOwned::to_owned);
        self
    }

    /// Says that this value, at the same place, mends it.
    pub(crate) fn set(mut self, value: &'static str) -> Self {
        self.change = Some((self.at.clone(), Change::Set(value)));
        self
    }

    /// Says that this item, in the list at the same place, mends it.
    pub(crate) fn add_item(mut self, item: &'static str) -> Self {
        self.change = Some((self.at.clone(), Change::AddItem(item)));
        self
    }
}

/// Hits of one check in one object, or in one container: nobody reads more, and to find their places
/// costs time.
const MOST: usize = 1_000;

/// What the checks of one object find, and what they may ask about the others.
#[derive(Debug)]
pub(crate) struct Hits<'a> {
    /// The object that is judged.
    pub object: &'a Object,
    /// All objects of the call.
    pub bundle: &'a Bundle<'a>,
    found: Vec<Hit>,
    gaps: Gaps,
}

impl<'a> Hits<'a> {
    /// Starts with none.
    pub(crate) fn new(object: &'a Object, bundle: &'a Bundle<'a>, gaps: Gaps) -> Self {
        Self {
            object,
            bundle,
            found: Vec::new(),
            gaps,
        }
    }

    /// Adds one; of too many of one check in one object, the rest is a gap.
    pub(crate) fn push(&mut self, hit: Hit) {
        if self.found.len() < MOST {
            self.found.push(hit);
            return;
        }
        let place = format!("{}:{}", self.object.file, self.object.position());
        let why = format!("more than {MOST} findings of one kind in one object");
        let gap = Gap::new(GapKind::Limited, place, why, "misconfigurations");
        self.gaps.add(gap);
    }

    /// Says that the object was not looked at in some way; `hides` is what may be wrong with it.
    pub(crate) fn gap(&mut self, why: &str, hides: &str) {
        let place = format!("{}:{}", self.object.file, self.object.position());
        self.gaps.add(Gap::new(GapKind::Absent, place, why, hides));
    }

    /// Says that the object was not judged as it should be.
    pub(crate) fn unread(&mut self, why: &str) {
        let place = format!("{}:{}", self.object.file, self.object.position());
        let hides = "misconfigurations of the object";
        self.gaps.add(Gap::new(GapKind::Unread, place, why, hides));
    }

    pub(crate) fn take(&mut self) -> Vec<Hit> {
        std::mem::take(&mut self.found)
    }

    pub(crate) fn into_gaps(self) -> Gaps {
        self.gaps
    }
}

/// Characters of a foreign value that a message shows.
const SHOWN: usize = 80;

/// Returns a foreign value as messages show it: cut, if it is long.
pub(crate) fn short(value: &str) -> Cow<'_, str> {
    if value.chars().nth(SHOWN).is_none() {
        return Cow::Borrowed(value);
    }
    let start: String = value.chars().take(SHOWN - 3).collect();
    Cow::Owned(start + "...")
}

/// Returns a foreign value as [`short`] cuts it, in quotes.
pub(crate) fn quoted(value: &str) -> String {
    format!("`{}`", short(value))
}
