//! Everybody's word on how bad flaws are: of one flaw, and of all.

use std::collections::BTreeMap;

use model::Rating;

use super::{Database, SEVERITY};
use crate::cve::Cve;
use crate::shard::Table;
use crate::{DatabaseError, tables};

impl Database {
    /// Returns everybody's word on how bad a flaw is, sorted by source.
    ///
    /// # Errors
    /// [`DatabaseError::Broken`] if the block or the row is.
    pub fn ratings(&self, cve: &str) -> Result<Vec<Rating>, DatabaseError> {
        let distinct = self.distinct_ratings()?;
        let found = if Cve::parse(cve).is_some() {
            self.by_cve(SEVERITY, Table::Ratings, cve, |payload, place| {
                tables::ratings::find(payload, place, distinct).map(Some)
            })
        } else {
            let key = tables::ratings::named_key(cve);
            self.row(SEVERITY, Table::Ratings, &key, |payload| {
                tables::ratings::named(payload, distinct)
            })
        };
        found.map(Option::unwrap_or_default)
    }

    /// Returns everybody's word on all flaws, by id.
    ///
    /// # Errors
    /// [`DatabaseError::Broken`] if any block or row is.
    pub fn all_ratings(&self) -> Result<BTreeMap<String, Vec<Rating>>, DatabaseError> {
        let distinct = self.distinct_ratings()?;
        let mut all = BTreeMap::new();
        let Some(placed) = self.shards.get(SEVERITY) else {
            return Ok(all);
        };
        let problems = placed.shard.walk(self.part(placed), |key, payload| {
            all.extend(tables::ratings::all(key, payload, distinct)?);
            Ok(())
        });
        problems.into_iter().next().map_or(Ok(all), Err)
    }

    pub(super) fn distinct_ratings(&self) -> Result<&[Rating], DatabaseError> {
        if let Some(ratings) = self.ratings.get() {
            return Ok(ratings);
        }
        let ratings = self
            .row(
                SEVERITY,
                Table::Ratings,
                tables::ratings::DISTINCT,
                tables::ratings::decode_distinct,
            )?
            .unwrap_or_default();
        Ok(self.ratings.get_or_init(|| ratings))
    }
}
