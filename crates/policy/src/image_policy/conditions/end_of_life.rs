//! How long after the end of its distribution an image may be used.

use super::super::shape::{Field, Kind, Shape, text};
use super::super::span::days;
use super::{Condition, ImageFacts, Objection, Of, days_since};

pub(super) static CONDITION: Condition = Condition {
    key: "endOfLife",
    help: "That the distribution still gets fixes",
    shape: &Shape {
        fields: &[Field::new(
            "after",
            Kind::Days,
            "How long after the end it may still be used",
        )],
    },
    of: Of::Scan,
    read: |node| {
        let after = days(text(node, "after")).unwrap_or_default();
        Box::new(move |question| {
            let wrong = |facts: &ImageFacts| {
                let (os, end) = facts.past_end.as_ref()?;
                // fixes may still come on the last day
                let is_past = question.today > *end && days_since(*end, question.today) >= after;
                is_past.then(|| format!("{os} has had no fixes since {end}"))
            };
            Some(Objection {
                ids: Vec::new(),
                text: question.facts?.wrong(wrong)?,
                fix: "build it on a release that gets fixes".to_owned(),
            })
        })
    },
};
