//! Which registries and repositories images may come from.
//!
//! What is denied is denied whatever is allowed; where anything is allowed, all else is not.

use super::super::names::NamePattern;
use super::super::shape::{Field, Kind, Shape, texts};
use super::{Condition, Objection, Of, unnamed};

pub(super) static CONDITION: Condition = Condition {
    key: "registries",
    help: "Which registries and repositories images may come from",
    shape: &Shape {
        fields: &[
            Field::new(
                "allow",
                Kind::Names,
                "Images that may be used; `*` stays within a part of the name, `**` does not",
            )
            .some(),
            Field::new(
                "deny",
                Kind::Names,
                "Images that may not, whatever is allowed",
            ),
        ],
    },
    of: Of::Name,
    read: |node| {
        let patterns = |name| -> Vec<(String, NamePattern)> {
            let texts = texts(node, name).into_iter();
            texts
                .filter_map(|text| Some((text.clone(), NamePattern::read(&text).ok()?)))
                .collect()
        };
        let (allow, deny) = (patterns("allow"), patterns("deny"));
        let is_limited = node.get("allow").is_some();
        Box::new(move |question| {
            let spelled = match question.name? {
                Ok(name) => name,
                Err(why) => return Some(unnamed("where it comes from", why)),
            };
            let name = &spelled.name;
            let denying = deny.iter().find(|(_, pattern)| pattern.fits(spelled));
            let mut allowing = allow.iter().map(|(_, pattern)| pattern);
            let text = if let Some((pattern, _)) = denying {
                format!(
                    "{}/{} is denied by `{pattern}`",
                    name.registry(),
                    name.repository()
                )
            } else if is_limited && !allowing.any(|pattern| pattern.vouches_for(spelled)) {
                format!(
                    "{}/{} is none of the allowed",
                    name.registry(),
                    name.repository()
                )
            } else {
                return None;
            };
            let allowed: Vec<&str> = allow
                .iter()
                .take(3)
                .map(|(text, _)| text.as_str())
                .collect();
            Some(Objection {
                ids: Vec::new(),
                text,
                fix: match allowed[..] {
                    [] => "take it from elsewhere".to_owned(),
                    _ => format!("take it from {}", allowed.join(", ")),
                },
            })
        })
    },
};
