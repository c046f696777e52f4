//! What to do where nothing can be said of an image.

use std::time::Duration;

use jiff::civil::Date;
use yaml::Node;

use super::Mode;
use super::asked::Known;
use super::data::Data;
use super::shape::{Field, Kind, Shape, text};
use super::span::{days, span};

const ACTIONS: &[&str] = &["allow", "deny", "warn"];
const ACTION: Field = Field::new(
    "action",
    Kind::OneOf(ACTIONS),
    "What to do; by default deny",
);

/// What the file may say.
pub(super) static SHAPE: Shape = Shape {
    fields: &[
        Field::new(
            "unscanned",
            Kind::Object(&Shape {
                fields: &[
                    ACTION,
                    Field::new(
                        "scanFor",
                        Kind::Span,
                        "How long to wait for a scan that begins now; by default as long as an answer may take, 2.5 s",
                    ),
                ],
            }),
            "It was not scanned yet",
        ),
        Field::new(
            "unscannable",
            Kind::Object(&Shape { fields: &[ACTION] }),
            "It cannot be scanned",
        ),
        Field::new(
            "stale",
            Kind::Object(&Shape {
                fields: &[
                    ACTION,
                    Field::required("after", Kind::Days, "Data that is older is stale"),
                ],
            }),
            "The data that it was held against is old",
        ),
        Field::new(
            "unreachable",
            Kind::Object(&Shape { fields: &[ACTION] }),
            "Its registry gives no answer",
        ),
    ],
};

/// What to do in each case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cases {
    /// It was not scanned yet.
    pub unscanned: Action,
    /// How long to wait for a scan that begins now; none if nothing is said.
    pub scan_for: Option<Duration>,
    /// It cannot be scanned.
    pub unscannable: Action,
    /// The data is old.
    pub stale: Action,
    /// Days after which data is old; none if it never is.
    pub stale_days: Option<i64>,
    /// Its registry gives no answer.
    pub unreachable: Action,
}

/// What to do with something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Let it pass.
    Allow,
    /// Let it pass, and say so.
    Warn,
    /// Deny it.
    Deny,
}

impl Action {
    /// Returns the mode of a rule that does the same.
    pub(super) const fn mode(self) -> Mode {
        match self {
            Self::Allow => Mode::Audit,
            Self::Warn => Mode::Warn,
            Self::Deny => Mode::Enforce,
        }
    }
}

/// One of the cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Case {
    /// It was not scanned yet.
    Unscanned,
    /// It cannot be scanned.
    Unscannable,
    /// The data is old.
    Stale,
    /// Its registry gives no answer.
    Unreachable,
}

impl Case {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Unscanned,
        Self::Unscannable,
        Self::Stale,
        Self::Unreachable,
    ];

    /// Returns its name in the file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unscanned => "unscanned",
            Self::Unscannable => "unscannable",
            Self::Stale => "stale",
            Self::Unreachable => "unreachable",
        }
    }
}

impl Cases {
    /// Reads cases of the right shape.
    pub(super) fn read(node: Option<&Node>) -> Self {
        let case = |name: &str| node.and_then(|node| node.get(name));
        let action = |name: &str| match case(name).map_or("", |node| text(node, "action")) {
            "allow" => Action::Allow,
            "warn" => Action::Warn,
            _ => Action::Deny,
        };
        let scan_for = case("unscanned").and_then(|node| span(text(node, "scanFor")));
        Self {
            unscanned: action("unscanned"),
            scan_for,
            unscannable: action("unscannable"),
            stale: action("stale"),
            stale_days: case("stale").and_then(|node| days(text(node, "after"))),
            unreachable: action("unreachable"),
        }
    }

    /// Returns the case that an image is, by the oldest data that counts of it, what to do, what to say and what the user may do.
    pub(super) fn of(
        &self,
        known: &Known<'_>,
        oldest: Option<(Data, Date)>,
        today: Date,
    ) -> Option<(Case, Action, String, &'static str)> {
        match known {
            Known::Unscanned(why) => Some((
                Case::Unscanned,
                self.unscanned,
                why.clone(),
                "try again when the scan is done",
            )),
            Known::Unscannable(why) => Some((
                Case::Unscannable,
                self.unscannable,
                why.clone(),
                "see `seaworthy image` on it",
            )),
            Known::Unreachable(why) => Some((
                Case::Unreachable,
                self.unreachable,
                why.clone(),
                "try again when its registry answers",
            )),
            Known::Scanned(_) => {
                let (limit, (data, newest)) = (self.stale_days?, oldest?);
                let data = data.name();
                let age = i64::from((today - newest).get_days());
                (age > limit).then(|| {
                    let text =
                        format!("{data} is of {newest}, {age} days old, the limit is {limit}");
                    (Case::Stale, self.stale, text, "use a newer database")
                })
            }
        }
    }
}
