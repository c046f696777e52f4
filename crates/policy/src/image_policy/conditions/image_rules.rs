//! Which rules about how an image is built must hold.

use model::Severity;

use super::super::facts::FoundKind;
use super::super::shape::Shape;
use super::{Choice, Condition, EXCEPT, IDS, Of, SEVERITY, object};

pub(super) static CONDITION: Condition = Condition {
    key: "imageRules",
    help: "Which rules about how an image is built must hold",
    shape: &Shape {
        fields: &[SEVERITY, IDS, EXCEPT],
    },
    of: Of::Scan,
    read: |node| {
        let choice = Choice::read(node, Severity::Medium);
        Box::new(move |question| {
            object(
                question,
                (FoundKind::Build, "build flaw"),
                |it| choice.has(it.severity, &[&it.id]),
                |worst| format!("see `seaworthy explain {}`", worst.id),
            )
        })
    },
};
