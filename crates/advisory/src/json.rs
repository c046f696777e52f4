//! JSON of publishers, in which a list is no record.

use serde::de::DeserializeOwned;
use serde_json::Deserializer;
use yaml::Strict;

/// Reads one document; a list in the place of an object is an error, never taken by its positions.
///
/// # Errors
/// Why it is none, for people.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let mut reader = Deserializer::from_slice(bytes);
    let read = T::deserialize(Strict(&mut reader));
    let read = read.and_then(|read| reader.end().map(|()| read));
    read.map_err(|error| error.to_string())
}
