//! What is known about a flaw beside the advisory: ratings, exploitation, its likelihood.

use std::collections::BTreeMap;
use std::sync::Arc;

use advisory::{Database, DatabaseError};
use model::{Epss, Kev, Rating};

use crate::gaps::Gaps;
use crate::unread;

/// What is known about one flaw.
#[derive(Debug, Clone, Default)]
pub(crate) struct Enrichment {
    pub(crate) ratings: Vec<Arc<Rating>>,
    pub(crate) kev: Option<Kev>,
    pub(crate) epss: Option<Epss>,
}

/// Looks each flaw up once: many packages of an image share a source and its flaws.
#[derive(Debug)]
pub(crate) struct Enrichments<'a> {
    database: &'a Database,
    known: BTreeMap<String, Enrichment>,
}

impl<'a> Enrichments<'a> {
    pub(crate) fn new(database: &'a Database) -> Self {
        Self {
            database,
            known: BTreeMap::new(),
        }
    }

    /// Returns what is known about a flaw.
    pub(crate) fn of(&mut self, id: &str, gaps: &mut Gaps) -> &Enrichment {
        let database = self.database;
        self.known
            .entry(id.to_owned())
            .or_insert_with(|| Enrichment {
                ratings: or_default(database.ratings(id), gaps),
                kev: or_default(database.kev(id), gaps),
                epss: or_default(database.epss(id), gaps),
            })
    }
}

fn or_default<T: Default>(found: Result<T, DatabaseError>, gaps: &mut Gaps) -> T {
    found.unwrap_or_else(|error| {
        unread(&error, gaps);
        T::default()
    })
}
