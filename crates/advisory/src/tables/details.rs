//! What people read about a flaw, by its id: title, description, references, weaknesses, days.
//!
//! Most references name the flaw itself; there its id is one byte, since texts are most of a database.

use model::Details;

use crate::Damage;
use crate::shard::{NewRow, decode};
use crate::write::WriteError;

/// What stands for the flaw's own id. No address holds it.
const OWN_ID: &str = "\u{1}";
/// What the texts of one flaw may grow to when its id is put back: 16 MiB.
const MAX_BYTES: usize = 16 << 20;

/// Makes the row of a flaw.
pub(crate) fn row(id: &str, details: &Details) -> Result<NewRow, WriteError> {
    let short = |text: &String| text.replace(OWN_ID, "").replace(id, OWN_ID);
    let details = Details {
        references: details.references.iter().map(short).collect(),
        ..details.clone()
    };
    Ok(NewRow {
        key: id.to_owned(),
        entries: 1,
        payload: postcard::to_stdvec(&details)?,
    })
}

/// Decodes the row of a flaw.
pub(crate) fn read(id: &str, payload: &[u8]) -> Result<Details, Damage> {
    let mut details: Details = decode(payload)?;
    let count = |text: &String| text.matches(OWN_ID).count();
    let ids: usize = details.references.iter().map(count).sum();
    let bytes = ids.saturating_mul(id.len());
    if bytes > MAX_BYTES {
        let limit = MAX_BYTES;
        return Err(Damage::TooLarge { bytes, limit });
    }
    for text in &mut details.references {
        *text = text.replace(OWN_ID, id);
    }
    Ok(details)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_come_back() {
        let details = Details {
            references: vec![
                "https://example.org/CVE-2024-0727/CVE-2024-0727".to_owned(),
                "https://example.org".to_owned(),
            ],
            ..Details::default()
        };
        let row = row("CVE-2024-0727", &details).unwrap();
        assert!(row.payload.len() < 60, "{}", row.payload.len());
        assert_eq!(read("CVE-2024-0727", &row.payload), Ok(details));
    }

    #[test]
    fn what_would_grow_without_end_is_an_error() {
        let lies = Details {
            references: vec![OWN_ID.repeat(100_000)],
            ..Details::default()
        };
        let payload = postcard::to_stdvec(&lies).unwrap();
        let id = "x".repeat(1_000);
        assert!(matches!(read(&id, &payload), Err(Damage::TooLarge { .. })));
    }
}
