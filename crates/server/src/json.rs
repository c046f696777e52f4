//! JSON as Go reads it: `null` is what is empty, and no list is an object.

use serde::{Deserialize, Deserializer};
use yaml::Strict;

/// Reads the whole of a body.
///
/// # Errors
/// It is none, or something else stands behind it.
pub(crate) fn read<'de, T: Deserialize<'de>>(body: &'de [u8]) -> serde_json::Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let read = T::deserialize(Strict(&mut reader))?;
    reader.end()?;
    Ok(read)
}

/// Reads a value; `null` is the empty one.
///
/// # Errors
/// It is neither.
pub(crate) fn nullable<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
