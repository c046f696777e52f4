//! A tree as a JSON value, as `YAMLToJSON` of `sigs.k8s.io/yaml` makes it.

use serde_json::{Map, Number, Value};

use crate::{Entry, Kind, Node};

impl Node {
    /// Returns it as a JSON value: the last of duplicate names, whole floats as integers.
    pub fn to_json(&self) -> Value {
        self.json(|entry| entry.name.to_string())
    }

    /// The same, with names as they are written: the plain key `1.10` is a version, and not `1.1`.
    pub fn to_json_as_written(&self) -> Value {
        self.json(|entry| entry.key.text().unwrap_or(&entry.name).to_owned())
    }

    fn json(&self, name: fn(&Entry) -> String) -> Value {
        match self.kind() {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(value),
            Kind::Int(value) => Value::from(value),
            Kind::UInt(value) => Value::from(value),
            Kind::Float(value) => whole(value)
                .or_else(|| Number::from_f64(value))
                .map_or(Value::Null, Value::Number),
            Kind::Text(text) => Value::from(text),
            Kind::Sequence(items) => items.iter().map(|item| item.json(name)).collect(),
            Kind::Mapping(entries) => {
                let pair = |entry: &Entry| (name(entry), entry.value.json(name));
                Value::Object(entries.iter().map(pair).collect::<Map<_, _>>())
            }
        }
    }
}

/// Returns a float without a fraction as the integer that Go prints for it.
pub(crate) fn whole(value: f64) -> Option<Number> {
    // Go prints `-0`; and beyond 64 bits JSON readers take a float in any case.
    if value.fract() != 0.0 || (value == 0.0 && value.is_sign_negative()) {
        return None;
    }
    let digits = format!("{value}");
    let int = digits.parse::<i64>().map(Number::from);
    int.or_else(|_| digits.parse::<u64>().map(Number::from))
        .ok()
}
