//! Which secrets in an image are not acceptable.

use model::Severity;

use super::super::facts::FoundKind;
use super::super::shape::Shape;
use super::{Choice, Condition, EXCEPT, IDS, Of, SEVERITY, object};

pub(super) static CONDITION: Condition = Condition {
    key: "secrets",
    help: "Which secrets in an image are not acceptable",
    shape: &Shape {
        fields: &[SEVERITY, IDS, EXCEPT],
    },
    of: Of::Scan,
    read: |node| {
        let choice = Choice::read(node, Severity::Medium);
        Box::new(move |question| {
            object(
                question,
                (FoundKind::Secret, "secret"),
                |it| choice.has(it.severity, &[&it.id]),
                |_worst| "take it out of every layer, and replace it where it is used".to_owned(),
            )
        })
    },
};
