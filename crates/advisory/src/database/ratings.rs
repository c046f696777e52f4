//! Everybody's word on how bad flaws are: of one flaw, and of all.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use model::Rating;

use super::{Database, SEVERITY};
use crate::shard::Table;
use crate::tables::ratings::{self, MOST_PAGES, PAGE, Page};
use crate::{Damage, DatabaseError};

/// Pages of distinct ratings, by their numbers, once somebody asked for one of them.
pub(super) type RatingPages = OnceLock<Vec<OnceLock<Box<RatingPage>>>>;

/// Ratings with numbers that follow each other, of which only those are made that somebody asks for. All
/// flaws with the same rating share it: a scan makes far fewer than it reports.
#[derive(Debug)]
pub(super) struct RatingPage {
    stored: Page,
    made: Vec<OnceLock<Arc<Rating>>>,
}

impl RatingPage {
    fn get(&self, place: usize) -> Result<Arc<Rating>, Damage> {
        let made = self.made.get(place).ok_or(Damage::Encoding)?;
        if let Some(made) = made.get() {
            return Ok(Arc::clone(made));
        }
        let rating = Arc::new(self.stored.rating(place)?);
        Ok(Arc::clone(made.get_or_init(|| rating)))
    }
}

impl Database {
    /// Returns everybody's word on how bad a flaw is, sorted by source.
    ///
    /// # Errors
    /// [`DatabaseError::Broken`] if the block or the row is.
    pub fn ratings(&self, cve: &str) -> Result<Vec<Arc<Rating>>, DatabaseError> {
        self.flaws().ratings(cve)
    }

    /// Returns everybody's word on a flaw that is no CVE.
    pub(super) fn named_ratings(&self, id: &str) -> Result<Vec<Arc<Rating>>, DatabaseError> {
        let key = ratings::named_key(id);
        let found = self.row(SEVERITY, Table::Ratings, &key, |payload| {
            ratings::named(payload, &|number| self.rating(number))
        });
        found.map(Option::unwrap_or_default)
    }

    /// Returns everybody's word on all flaws, by id.
    ///
    /// # Errors
    /// [`DatabaseError::Broken`] if any block or row is.
    pub fn all_ratings(&self) -> Result<BTreeMap<String, Vec<Arc<Rating>>>, DatabaseError> {
        let mut all = BTreeMap::new();
        let Some(placed) = self.shards.get(SEVERITY) else {
            return Ok(all);
        };
        let problems = placed.shard.walk(self.part(placed), |key, payload| {
            all.extend(ratings::all(key, payload, &|number| self.rating(number))?);
            Ok(())
        });
        problems.into_iter().next().map_or(Ok(all), Err)
    }

    /// Returns the rating of this number.
    pub(super) fn rating(&self, number: u32) -> Result<Arc<Rating>, Damage> {
        let place = usize::try_from(number.rem_euclid(PAGE)).unwrap_or(usize::MAX);
        let number = number.div_euclid(PAGE);
        let none = || (0..MOST_PAGES).map(|_| OnceLock::new()).collect();
        let pages = self.ratings.get_or_init(none);
        let page = usize::try_from(number).ok().and_then(|it| pages.get(it));
        let page = page.ok_or(Damage::Encoding)?;
        if let Some(page) = page.get() {
            return page.get(place);
        }
        let read = self.page(number)?;
        page.get_or_init(|| read).get(place)
    }

    fn page(&self, page: u32) -> Result<Box<RatingPage>, Damage> {
        let key = ratings::page_key(page);
        match self.row(SEVERITY, Table::Ratings, &key, Page::read) {
            Ok(Some(stored)) => Ok(Box::new(RatingPage {
                made: (0..stored.len()).map(|_| OnceLock::new()).collect(),
                stored,
            })),
            Err(DatabaseError::Broken { damage, .. }) => Err(damage),
            Ok(None) | Err(_) => Err(Damage::Encoding),
        }
    }
}
