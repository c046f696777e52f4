//! Which tags images may have, and whether a digest is needed.

use super::super::glob::glob;
use super::super::shape::{Field, Kind, Shape, text, texts};
use super::{Condition, Objection, Of, unnamed};

pub(super) static CONDITION: Condition = Condition {
    key: "tags",
    help: "Which tags images may have, and whether a digest is needed",
    shape: &Shape {
        fields: &[
            Field::new(
                "deny",
                Kind::Tags,
                "Tags that may not be used; no tag and no digest means `latest`",
            ),
            Field::new(
                "digest",
                Kind::OneOf(&["optional", "required"]),
                "Whether the name must hold a digest",
            ),
        ],
    },
    of: Of::Name,
    read: |node| {
        let deny: Vec<_> = texts(node, "deny")
            .iter()
            .filter_map(|text| glob(text, false))
            .collect();
        let is_required = text(node, "digest") == "required";
        Box::new(move |question| {
            let name = match question.name? {
                Ok(spelled) => &spelled.name,
                Err(why) => return Some(unnamed("its tag", why)),
            };
            let tag = match (name.tag(), name.digest()) {
                (Some(tag), _) => Some(tag),
                (None, Some(_)) => None,
                (None, None) => Some("latest"),
            };
            let denied = tag.filter(|tag| deny.iter().any(|glob| glob.is_match(tag)));
            let text = if let Some(tag) = denied {
                format!("its tag is `{tag}`, which is denied")
            } else if is_required && name.digest().is_none() {
                "its name holds no digest, so it may be another image tomorrow".to_owned()
            } else {
                return None;
            };
            Some(Objection {
                ids: Vec::new(),
                text,
                fix: "write NAME:TAG@sha256:DIGEST".to_owned(),
            })
        })
    },
};
