//! Everybody's word on how bad flaws are: of one flaw, and of all.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use model::Rating;

use super::{Database, SEVERITY};
use crate::shard::Table;
use crate::tables::ratings::{self, MOST_PAGES, PAGE, Page};
use crate::{Damage, DatabaseError};

/// Pages of distinct ratings as they are stored, by their numbers, once somebody asked for one of them.
pub(super) type RatingPages = OnceLock<Vec<OnceLock<Box<Page>>>>;

/// Ratings that somebody asked for, by page and place. All flaws with the same rating share it: a scan makes
/// far fewer than it reports.
///
/// Each thread has its own: two that count who refers to one rating would wait for each other at each of
/// their flaws.
#[derive(Debug, Default)]
pub(super) struct Made(RefCell<Vec<Vec<Option<Arc<Rating>>>>>);

impl Made {
    /// Returns the rating of this number.
    pub(super) fn rating(&self, database: &Database, number: u32) -> Result<Arc<Rating>, Damage> {
        let stored = database.page(number.div_euclid(PAGE))?;
        let [page, place] = [number.div_euclid(PAGE), number.rem_euclid(PAGE)]
            .map(|it| usize::try_from(it).unwrap_or(usize::MAX));
        let mut pages = self.0.borrow_mut();
        if pages.len() <= page {
            pages.resize(page.saturating_add(1), Vec::new());
        }
        let made = pages.get_mut(page).ok_or(Damage::Encoding)?;
        if made.is_empty() {
            made.resize(stored.len(), None);
        }
        let made = made.get_mut(place).ok_or(Damage::Encoding)?;
        if let Some(made) = made {
            return Ok(Arc::clone(made));
        }
        let rating = Arc::new(stored.rating(place)?);
        Ok(Arc::clone(made.insert(rating)))
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
    pub(super) fn named_ratings(
        &self,
        id: &str,
        made: &Made,
    ) -> Result<Vec<Arc<Rating>>, DatabaseError> {
        let key = ratings::named_key(id);
        let found = self.row(SEVERITY, Table::Ratings, &key, |payload| {
            ratings::named(payload, &|number| made.rating(self, number))
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
        let made = Made::default();
        let problems = placed.shard.walk(self.part(placed), |key, payload| {
            let by_number = |number| made.rating(self, number);
            all.extend(ratings::all(key, payload, &by_number)?);
            Ok(())
        });
        problems.into_iter().next().map_or(Ok(all), Err)
    }

    /// Returns a page of distinct ratings.
    fn page(&self, number: u32) -> Result<&Page, Damage> {
        let none = || (0..MOST_PAGES).map(|_| OnceLock::new()).collect();
        let pages = self.ratings.get_or_init(none);
        let page = usize::try_from(number).ok().and_then(|it| pages.get(it));
        let page = page.ok_or(Damage::Encoding)?;
        if let Some(page) = page.get() {
            return Ok(page);
        }
        let key = ratings::page_key(number);
        match self.row(SEVERITY, Table::Ratings, &key, Page::read) {
            Ok(Some(read)) => Ok(page.get_or_init(|| Box::new(read))),
            Err(DatabaseError::Broken { damage, .. }) => Err(damage),
            Ok(None) | Err(_) => Err(Damage::Encoding),
        }
    }
}
