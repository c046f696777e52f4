//! Fields that may be `null`: Go writes so what is empty, and reads it so.

use serde::{Deserialize, Deserializer};

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
