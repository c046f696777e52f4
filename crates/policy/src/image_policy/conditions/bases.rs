//! Which bases images may be built on. Only layers prove a base.

use super::super::glob::glob;
use super::super::shape::{Field, Kind, Shape, texts};
use super::{Condition, ImageFacts, Objection, Of};

pub(super) static CONDITION: Condition = Condition {
    key: "bases",
    help: "Which bases images may be built on, as their layers prove",
    shape: &Shape {
        fields: &[Field::required(
            "allow",
            Kind::Patterns,
            "Names of bases; `base learn` tells which layers they have",
        )
        .some()],
    },
    of: Of::Scan,
    read: |node| {
        let patterns = texts(node, "allow");
        let allow: Vec<_> = patterns
            .iter()
            .filter_map(|text| glob(text, true))
            .collect();
        Box::new(move |question| {
            let wrong = |facts: &ImageFacts| match facts.base.as_deref() {
                Some(base) if allow.iter().any(|glob| glob.is_match(base)) => None,
                Some(base) => Some(format!("its base is {base}, which is none of the allowed")),
                None => Some("no known base is proved by its layers".to_owned()),
            };
            Some(Objection {
                ids: Vec::new(),
                text: question.facts?.wrong(wrong)?,
                fix: format!("build it on {}", patterns.join(", ")),
            })
        })
    },
};
