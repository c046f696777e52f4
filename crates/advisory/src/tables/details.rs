//! What people read about a flaw, by its id: title, description, references, weaknesses, days.

use model::Details;

use crate::Damage;
use crate::shard::{NewRow, decode};
use crate::write::WriteError;

/// Makes the row of a flaw.
pub(crate) fn row(id: &str, details: &Details) -> Result<NewRow, WriteError> {
    Ok(NewRow {
        key: id.to_owned(),
        entries: 1,
        payload: postcard::to_stdvec(details)?,
    })
}

/// Decodes the row of a flaw.
pub(crate) fn read(payload: &[u8]) -> Result<Details, Damage> {
    decode(payload)
}
