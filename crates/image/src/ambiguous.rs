//! Documents that say two things at once: fields whose names differ only in case, or stand twice.
//!
//! Go's decoder, which Docker, containerd and Kubernetes use, takes names without regard to case,
//! lets the last text win and lays objects over each other; other readers take the exact name, and
//! the last object whole. What runs would not be what was looked at, so such a document is refused.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
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

/// Returns a name that stands twice in one object of a JSON document; none if it is no JSON, which is
/// for others to tell.
pub(crate) fn twice(json: &[u8]) -> Option<String> {
    let mut found = None;
    let mut reader = serde_json::Deserializer::from_slice(json);
    let _malformed = Walk(&mut found).deserialize(&mut reader);
    found
}

/// Goes through a value, and notes the first name that stands twice.
struct Walk<'a>(&'a mut Option<String>);

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let mut names = BTreeSet::new();
        while let Some(name) = fields.next_key::<String>()? {
            if names.contains(&name) {
                self.0.get_or_insert(name);
            } else {
                names.insert(name);
            }
            fields.next_value_seed(Walk(self.0))?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Walk(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_stands_twice_in_one_object() {
        for (json, want) in [
            (
                r#"{"config":{"User":"0"},"config":{"Labels":{}}}"#,
                Some("config"),
            ),
            (r#"{"a":[1,-1,1.5,null,true,"x",{"b":1,"b":2}]}"#, Some("b")),
            (r#"{"a":1,"\u0061":2}"#, Some("a")),
            (r#"[{"a":1},{"a":1}]"#, None),
            (r#"{"a":{"a":1}}"#, None),
            (r#"{"a":"#, None),
        ] {
            assert_eq!(twice(json.as_bytes()).as_deref(), want, "{json}");
        }
    }

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
