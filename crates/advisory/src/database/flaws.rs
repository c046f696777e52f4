//! What is known about flaws, one after the other.
//!
//! A hundred CVEs share a row of each table, and whoever asks for many in the order of their ids finds the
//! next one where the last one was.

use std::sync::Arc;

use model::{Epss, Kev, Rating};

use super::ratings::Made;
use super::{Database, Placed, SEVERITY};
use crate::cve::Cve;
use crate::shard::Table;
use crate::{Damage, DatabaseError, tables};

/// Looks flaws up, fastest in the order of their ids.
#[derive(Debug)]
pub struct Flaws<'a> {
    database: &'a Database,
    made: Made,
    ratings: Shelf<'a>,
    kev: Shelf<'a>,
    epss: Shelf<'a>,
}

/// The row of a table that was asked for last.
#[derive(Debug)]
struct Shelf<'a> {
    /// None if the database has no such shard.
    placed: Option<&'a Placed>,
    table: Table,
    /// The first CVE that may stand in it.
    first: Option<Cve>,
    payload: Option<&'a [u8]>,
}

impl Database {
    /// Returns what looks flaws up.
    pub fn flaws(&self) -> Flaws<'_> {
        let shelf = |name, table| Shelf {
            placed: self.shards.get(name),
            table,
            first: None,
            payload: None,
        };
        Flaws {
            database: self,
            made: Made::default(),
            ratings: shelf(SEVERITY, Table::Ratings),
            kev: shelf("kev", Table::Kev),
            epss: shelf("epss", Table::Epss),
        }
    }
}

impl Flaws<'_> {
    /// Returns everybody's word on how bad a flaw is, sorted by source.
    ///
    /// # Errors
    /// [`DatabaseError::Broken`] if the block or the row is.
    pub fn ratings(&mut self, id: &str) -> Result<Vec<Arc<Rating>>, DatabaseError> {
        let Some(cve) = Cve::parse(id) else {
            return self.database.named_ratings(id, &self.made);
        };
        let (database, made) = (self.database, &self.made);
        let found = self.ratings.find(database, cve, |payload, place| {
            let by_number = |number| made.rating(database, number);
            tables::ratings::find(payload, place, &by_number).map(Some)
        });
        found.map(Option::unwrap_or_default)
    }

    /// Returns CISA's entry for a CVE that is known to be exploited.
    ///
    /// # Errors
    /// [`DatabaseError::Broken`] if the block or the row is.
    pub fn kev(&mut self, id: &str) -> Result<Option<Kev>, DatabaseError> {
        let Some(cve) = Cve::parse(id) else {
            return Ok(None);
        };
        self.kev.find(self.database, cve, tables::kev::find)
    }

    /// Returns FIRST's estimate for a CVE.
    ///
    /// # Errors
    /// [`DatabaseError::Broken`] if the block or the row is.
    pub fn epss(&mut self, id: &str) -> Result<Option<Epss>, DatabaseError> {
        let Some(cve) = Cve::parse(id) else {
            return Ok(None);
        };
        self.epss.find(self.database, cve, tables::shelves::find)
    }
}

impl<'a> Shelf<'a> {
    fn find<T>(
        &mut self,
        database: &'a Database,
        cve: Cve,
        find: impl Fn(&[u8], u32) -> Result<Option<T>, Damage>,
    ) -> Result<Option<T>, DatabaseError> {
        let Some(placed) = self.placed else {
            return Ok(None);
        };
        let first = Some(cve.first_of_shelf());
        if self.first != first {
            self.first = None;
            self.payload = database.payload(placed, self.table, &cve.shelf())?;
            self.first = first;
        }
        let Some(payload) = self.payload else {
            return Ok(None);
        };
        find(payload, cve.place()).map_err(|damage| placed.shard.row(&cve.shelf(), damage))
    }
}
