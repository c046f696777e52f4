//! How old an image may be.

use super::super::shape::{Field, Kind, Shape, text};
use super::super::span::days;
use super::{Condition, Objection, Of, days_since};

/// Builds that are the same every time say a day long ago: such a day says nothing.
const FIRST_YEAR: i16 = 2010;

pub(super) static CONDITION: Condition = Condition {
    key: "imageAge",
    help: "How old an image may be",
    shape: &Shape {
        fields: &[Field::required(
            "max",
            Kind::Span,
            "How long ago it may have been built",
        )],
    },
    of: Of::Scan,
    read: |node| {
        let max = days(text(node, "max")).unwrap_or_default();
        Box::new(move |question| {
            let created = question
                .facts?
                .created
                .filter(|day| day.year() >= FIRST_YEAR);
            let text = match created {
                // a day more, as clocks and zones differ
                Some(day) if (day - question.today).get_days() > 1 => {
                    format!("it says that it was built on {day}, which is yet to come")
                }
                Some(day) if days_since(day, question.today) <= max => return None,
                Some(day) => format!("it was built on {day}, more than {max} days ago"),
                None => "it does not say when it was built".to_owned(),
            };
            Some(Objection {
                ids: Vec::new(),
                text,
                fix: "build it again, on a base of today".to_owned(),
            })
        })
    },
};
