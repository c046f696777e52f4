//! What people read about a flaw, by its id, in two tables: title and description; and what is not prose,
//! weaknesses, references, days.
//!
//! Words and addresses have letters of their own, so each compresses better apart: they are most of a
//! database. Most references name the flaw itself; there its id is one byte.

use model::Details;
use serde::{Deserialize, Serialize};

use crate::Damage;
use crate::shard::{NewRow, decode};
use crate::write::WriteError;

/// What stands for the flaw's own id. No address holds it.
const OWN_ID: &str = "\u{1}";
/// What the texts of one flaw may grow to when its id is put back: 16 MiB.
const MAX_BYTES: usize = 16 << 20;

/// Title and description.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Prose<'a> {
    title: &'a str,
    description: &'a str,
}

/// All else.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Leads {
    cwe_ids: Vec<String>,
    references: Vec<String>,
    published: String,
    modified: String,
}

/// Makes the row of a flaw in the table of prose.
pub(crate) fn prose(id: &str, details: &Details) -> Result<NewRow, WriteError> {
    let prose = Prose {
        title: &details.title,
        description: &details.description,
    };
    Ok(NewRow {
        key: id.to_owned(),
        entries: 1,
        payload: postcard::to_stdvec(&prose)?,
    })
}

/// Makes the row of a flaw in the table of references.
pub(crate) fn leads(id: &str, details: &Details) -> Result<NewRow, WriteError> {
    let short = |text: &String| text.replace(OWN_ID, "").replace(id, OWN_ID);
    let leads = Leads {
        cwe_ids: details.cwe_ids.clone(),
        references: details.references.iter().map(short).collect(),
        published: details.published.clone(),
        modified: details.modified.clone(),
    };
    Ok(NewRow {
        key: id.to_owned(),
        entries: 1,
        payload: postcard::to_stdvec(&leads)?,
    })
}

/// Decodes the row of a flaw in the table of prose.
pub(crate) fn read_prose(payload: &[u8]) -> Result<Details, Damage> {
    let Prose { title, description } = decode(payload)?;
    Ok(Details {
        title: title.to_owned(),
        description: description.to_owned(),
        ..Details::default()
    })
}

/// Decodes the row of a flaw in the table of references.
pub(crate) fn read_leads(id: &str, payload: &[u8]) -> Result<Details, Damage> {
    let mut leads: Leads = decode(payload)?;
    let count = |text: &String| text.matches(OWN_ID).count();
    let ids: usize = leads.references.iter().map(count).sum();
    let bytes = ids.saturating_mul(id.len());
    if bytes > MAX_BYTES {
        let limit = MAX_BYTES;
        return Err(Damage::TooLarge { bytes, limit });
    }
    for text in &mut leads.references {
        *text = text.replace(OWN_ID, id);
    }
    Ok(Details {
        cwe_ids: leads.cwe_ids,
        references: leads.references,
        published: leads.published,
        modified: leads.modified,
        ..Details::default()
    })
}

/// Joins what two tables say.
pub(crate) fn joined(prose: Option<Details>, leads: Option<Details>) -> Option<Details> {
    match (prose, leads) {
        (Some(prose), Some(leads)) => Some(Details {
            title: prose.title,
            description: prose.description,
            ..leads
        }),
        (prose, leads) => prose.or(leads),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "CVE-2024-0727";

    #[test]
    fn all_that_was_written_comes_back() {
        let details = Details {
            title: "a title".to_owned(),
            description: format!("{ID} is a flaw"),
            cwe_ids: vec!["CWE-787".to_owned()],
            references: vec![
                format!("https://example.org/{ID}/{ID}"),
                "https://example.org".to_owned(),
            ],
            published: "2024-01-26T09:15:00Z".to_owned(),
            modified: "2024-10-14T15:15:00.5Z".to_owned(),
        };
        let (prose, leads) = (prose(ID, &details).unwrap(), leads(ID, &details).unwrap());
        assert!(leads.payload.len() < 110, "{}", leads.payload.len());
        let prose = read_prose(&prose.payload).ok();
        assert_eq!(
            joined(prose, read_leads(ID, &leads.payload).ok()),
            Some(details)
        );
    }

    #[test]
    fn what_would_grow_without_end_is_an_error() {
        let lies = Leads {
            references: vec![OWN_ID.repeat(100_000)],
            ..Leads::default()
        };
        let payload = postcard::to_stdvec(&lies).unwrap();
        let id = "x".repeat(1_000);
        let read = read_leads(&id, &payload);
        assert!(matches!(read, Err(Damage::TooLarge { .. })));
    }
}
