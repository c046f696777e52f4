//! A tree as a JSON value, as `YAMLToJSON` of `sigs.k8s.io/yaml` makes it.

use std::collections::BTreeMap;

use serde_json::{Number, Value};

use crate::{Entry, Kind, Node, merge};

impl Node {
    /// Returns it as a JSON value: the last of duplicate names, whole floats as integers.
    pub fn to_json(&self) -> Value {
        if let Kind::Mapping(entries) = self.kind() {
            let pair = |entry: &Entry| (entry.name.to_string(), entry.value.to_json());
            return Value::Object(entries.iter().map(pair).collect());
        }
        self.json(Self::to_json)
    }

    /// The same, with names as they are written: the plain key `1.10` is a version, and stands beside
    /// `1.1`.
    pub fn to_json_as_written(&self) -> Value {
        if let Kind::Mapping(_) = self.kind() {
            let entries = self.entries_as_written().into_iter();
            let pairs = entries.map(|(name, value)| (name.to_owned(), value.to_json_as_written()));
            return Value::Object(pairs.collect());
        }
        self.json(Self::to_json_as_written)
    }

    /// Returns the values of a mapping by their names as they are written, of which several may be one for
    /// Kubernetes; of the same name the last counts. What is merged counts too.
    pub fn entries_as_written(&self) -> BTreeMap<&str, &Self> {
        let written = self.written().iter();
        let written = written.filter(|entry| !merge::is_merge(&entry.key));
        let all = self.entries().iter().chain(written);
        all.map(|entry| (entry.key.text().unwrap_or(&entry.name), &entry.value))
            .collect()
    }

    /// Returns what is no mapping as a JSON value.
    fn json(&self, of_item: fn(&Self) -> Value) -> Value {
        match self.kind() {
            Kind::Null | Kind::Mapping(_) => Value::Null,
            Kind::Bool(value) => Value::Bool(value),
            Kind::Int(value) => Value::from(value),
            Kind::UInt(value) => Value::from(value),
            Kind::Float(value) => whole(value)
                .or_else(|| Number::from_f64(value))
                .map_or(Value::Null, Value::Number),
            Kind::Text(text) => Value::from(text),
            Kind::Sequence(items) => items.iter().map(of_item).collect(),
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
