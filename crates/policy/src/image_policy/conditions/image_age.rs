//! How old an image may be.

use super::super::shape::{Field, Kind, Shape, text};
use super::super::span::days;
use super::{Condition, ImageFacts, Objection, Of, days_since};

/// Builds that are the same every time say a day long ago: such a day says nothing.
const FIRST_YEAR: i16 = 2010;

/// What is said of an image that says no day.
const UNTOLD: &str = "it does not say when it was built";

pub(super) static CONDITION: Condition = Condition {
    key: "imageAge",
    help: "How old an image may be",
    shape: &Shape {
        fields: &[Field::required(
            "max",
            Kind::Days,
            "How long ago it may have been built",
        )],
    },
    of: Of::Scan,
    read: |node| {
        let max = days(text(node, "max")).unwrap_or_default();
        Box::new(move |question| {
            let today = question.today;
            let wrong = |facts: &ImageFacts| match facts.created {
                // a day more, as clocks and zones differ
                Some(day) if (day - today).get_days() > 1 => Some(format!(
                    "it says that it was built on {day}, which is yet to come"
                )),
                Some(day) if day.year() < FIRST_YEAR => Some(UNTOLD.to_owned()),
                Some(day) if days_since(day, today) <= max => None,
                Some(day) => Some(format!("it was built on {day}, more than {max} days ago")),
                None => Some(UNTOLD.to_owned()),
            };
            Some(Objection {
                ids: Vec::new(),
                text: question.facts?.wrong(wrong)?,
                fix: "build it again, on a base of today".to_owned(),
            })
        })
    },
};
