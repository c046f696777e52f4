//! What is put into one place of a file, put together from all edits that go there.

use std::collections::BTreeMap;

use model::Change;

/// A value that will be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Mapping(BTreeMap<String, Self>),
    Items(Vec<&'static str>),
    Scalar(&'static str),
}

impl Default for Value {
    fn default() -> Self {
        Self::Mapping(BTreeMap::new())
    }
}

impl Value {
    /// Puts a change at the end of a way of names.
    pub(super) fn put(&mut self, way: &[String], change: Change) {
        match (way, change) {
            ([], Change::Set(scalar)) => *self = Self::Scalar(scalar),
            ([], Change::AddItem(item)) => match self {
                Self::Items(items) => items.push(item),
                Self::Mapping(_) | Self::Scalar(_) => *self = Self::Items(vec![item]),
            },
            ([name, rest @ ..], change) => {
                if let Self::Mapping(fields) = self {
                    fields.entry(name.clone()).or_default().put(rest, change);
                }
            }
        }
    }

    /// Returns it on one line, as JSON wants it where `is_json`.
    pub(super) fn flow(&self, is_json: bool) -> String {
        match self {
            Self::Scalar(scalar) => text(scalar, is_json),
            Self::Items(items) => {
                let items = items.iter().map(|item| text(item, is_json));
                format!("[{}]", items.collect::<Vec<_>>().join(", "))
            }
            Self::Mapping(fields) => {
                let fields = fields.iter().map(|(name, value)| {
                    format!("{}: {}", text(name, is_json), value.flow(is_json))
                });
                format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// Returns its fields, one a line, each line behind `indent`.
    pub(super) fn block(&self, indent: &str) -> Vec<String> {
        let Self::Mapping(fields) = self else {
            return vec![format!("{indent}{}", self.flow(false))];
        };
        let mut lines = Vec::new();
        for (name, value) in fields {
            if matches!(value, Self::Mapping(_)) {
                lines.push(format!("{indent}{name}:"));
                lines.extend(value.block(&format!("{indent}  ")));
            } else {
                lines.push(format!("{indent}{name}: {}", value.flow(false)));
            }
        }
        lines
    }
}

/// Truths and numbers are never quoted.
fn text(scalar: &str, is_json: bool) -> String {
    let is_bare = matches!(scalar, "true" | "false") || scalar.parse::<i64>().is_ok();
    if is_json && !is_bare {
        format!("\"{scalar}\"")
    } else {
        scalar.to_owned()
    }
}
