//! A record in a list of many, which costs itself where it makes no sense.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use yaml::Strict;

/// A record, or what was found in its place and why that is none.
#[derive(Debug)]
pub(crate) struct Each<T>(pub(crate) Result<T, (Value, String)>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Each<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let read = T::deserialize(Strict(&value));
        Ok(Self(read.map_err(|why| (value, why.to_string()))))
    }
}

/// Returns the text at a place of what was found; empty if there is none.
pub(crate) fn name<'a>(found: &'a Value, place: &str) -> &'a str {
    found
        .pointer(place)
        .and_then(Value::as_str)
        .unwrap_or_default()
}
