//! Documents that say two things at once: fields whose names differ only in case.
//!
//! Go's decoder, which Docker, containerd and Kubernetes use, takes names without regard to case
//! and lets the last one win; other readers take the exact one. What runs would not be what was
//! looked at, so such a document is refused.

use serde_json::{Map, Value};

/// Objects whose names are free: `maintainer` beside `Maintainer` is two labels.
const FREE: [&str; 4] = ["annotations", "labels", "exposedports", "volumes"];

/// Returns two names of one object that differ only in case.
///
/// The depth of `value` is bounded by the JSON parser (128).
pub(crate) fn names(value: &Value) -> Option<(&str, &str)> {
    match value {
        Value::Object(fields) => pair(fields).or_else(|| {
            let is_ours = |name: &str| !FREE.iter().any(|free| name.eq_ignore_ascii_case(free));
            let fields = fields.iter().filter(|(name, _)| is_ours(name));
            fields.into_iter().find_map(|(_, field)| names(field))
        }),
        Value::Array(items) => items.iter().find_map(names),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

fn pair(fields: &Map<String, Value>) -> Option<(&str, &str)> {
    let mut names: Vec<(String, &str)> = fields
        .keys()
        .map(|name| (name.to_ascii_lowercase(), name.as_str()))
        .collect();
    names.sort_unstable();
    let same = names.array_windows().find(|[(a, _), (b, _)]| a == b);
    same.map(|[(_, first), (_, second)]| (*first, *second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_decide_count() {
        let cases = [
            (r#"{"layers":[],"config":{}}"#, None),
            (r#"{"layers":[],"Layers":[]}"#, Some(("Layers", "layers"))),
            (
                r#"[{"a":{"diff_ids":1,"DIFF_IDS":2}}]"#,
                Some(("DIFF_IDS", "diff_ids")),
            ),
            (r#"{"config":{"Labels":{"os":"a","OS":"b"}}}"#, None),
            (r#"{"annotations":{"a":"1","A":"2"}}"#, None),
        ];
        for (json, want) in cases {
            let value = serde_json::from_str(json).unwrap();
            assert_eq!(names(&value), want, "{json}");
        }
    }
}
