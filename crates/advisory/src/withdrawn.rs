//! Records that their publishers took back: their ids stay, so that somebody who asks hears why nothing is
//! told of them, and older copies of them fall.

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::Advisory;

use crate::harvest::{day, is_name};
use crate::shard::decode;
use crate::{Database, DatabaseError};

/// The shard of them: id to the day on which it was taken back.
pub(crate) const WITHDRAWN: &str = "withdrawn";

/// What was taken back: publisher and day by id.
#[derive(Debug, Default)]
pub(crate) struct Withdrawn(BTreeMap<String, (String, String)>);

impl Withdrawn {
    /// Takes the time stamp of a record's withdrawal, and returns whether the record does not count any
    /// more: one that is to come, of a `today` before it, is none yet.
    pub(crate) fn take(&mut self, [publisher, id, stamp]: [&str; 3], today: Date) -> bool {
        let on = day(stamp);
        if stamp.is_empty() || on.is_some_and(|on| on > today) {
            return false;
        }
        if is_name(id) {
            let on = on.map_or_else(String::new, |on| on.to_string());
            self.0.insert(id.to_owned(), (publisher.to_owned(), on));
        }
        true
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this is what a publisher said of a record before it took it back.
    pub(crate) fn is_copy(&self, publisher: &str, advisory: &Advisory) -> bool {
        let withdrawn = self.0.get(&advisory.id);
        withdrawn.is_some_and(|(of, _)| of == publisher)
    }

    /// Returns the rows of the shard, with those of an older database.
    pub(crate) fn rows(
        &self,
        old: &Database,
    ) -> Result<BTreeMap<String, Vec<Vec<String>>>, DatabaseError> {
        let mut rows = BTreeMap::new();
        old.walk(WITHDRAWN, |id, payload| {
            rows.insert(id.to_owned(), decode(payload)?);
            Ok(())
        })?;
        let new = self.0.iter();
        rows.extend(new.map(|(id, (_, on))| (id.clone(), vec![vec![on.clone()]])));
        Ok(rows)
    }
}

impl Database {
    /// Returns the day on which a record of this id was taken back, as a text that may be empty; none if
    /// none was.
    ///
    /// # Errors
    /// [`DatabaseError::Broken`] if the block or the row is.
    pub fn withdrawn(&self, id: &str) -> Result<Option<String>, DatabaseError> {
        let rows = self.texts(WITHDRAWN, id)?;
        Ok(rows.into_iter().next().map(|cells| cells.concat()))
    }
}
