//! Which gaps are not acceptable: what was not looked at may hide anything.

use model::GapKind;

use super::super::shape::{Field, Kind, Shape, texts};
use super::{Condition, NAMED, Objection, Of, more};

/// The names of all kinds.
const WORDS: &[&str] = &[
    GapKind::Absent.name(),
    GapKind::Damaged.name(),
    GapKind::Hidden.name(),
    GapKind::Limited.name(),
    GapKind::Stale.name(),
    GapKind::Uncompared.name(),
    GapKind::Uncovered.name(),
    GapKind::Unparsed.name(),
    GapKind::Unproved.name(),
    GapKind::Unread.name(),
];

pub(super) static CONDITION: Condition = Condition {
    key: "gaps",
    help: "That all of an image was looked at",
    shape: &Shape {
        fields: &[Field::new(
            "kinds",
            Kind::ListOf(WORDS),
            "Kinds of gaps; by default those that leave a part of the image unread: unread, unparsed, uncompared, limited",
        )
        .some()],
    },
    of: Of::Scan,
    read: |node| {
        let named = node.get("kinds").map(|_| texts(node, "kinds"));
        let counts = move |kind: GapKind| match &named {
            Some(named) => named.iter().any(|name| name == kind.name()),
            None => kind.is_unread_target(),
        };
        Box::new(move |question| {
            let gaps: Vec<&str> = question
                .facts?
                .gaps
                .iter()
                .filter(|(kind, _)| counts(*kind))
                .map(|(_, text)| text.as_str())
                .collect();
            let told: Vec<&str> = gaps.iter().take(NAMED).copied().collect();
            (!gaps.is_empty()).then(|| Objection {
                ids: Vec::new(),
                text: format!(
                    "{} in what was looked at: {}{}",
                    model::counted(gaps.len(), "gap"),
                    told.join(", "),
                    more(gaps.len())
                ),
                fix: "scan it with `seaworthy image --strict` to see what is not read".to_owned(),
            })
        })
    },
};
