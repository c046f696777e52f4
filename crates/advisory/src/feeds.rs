//! Feeds: what publishers publish, one file a feed, from their bytes to shards.
//!
//! A record that makes no sense costs itself, and is told as a problem. What shards hold does not
//! depend on the order of files: of two words on one flaw, a rule decides.

mod alpine;
mod debian;
mod epss;
mod kev;
mod ubuntu;

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::{Advisory, Affected, Epss, Kev};

use crate::write::{self, About, WriteError};

/// A feed.
#[derive(Debug)]
pub struct Feed {
    /// Its name: that of its folder and of its file here.
    pub name: &'static str,
    /// Where its publisher has it, for people.
    pub source: &'static str,
    /// Ends of the names of its files, without those of compression.
    endings: &'static [&'static str],
    read: fn(&[u8], &mut Harvest) -> Result<(), String>,
}

impl Feed {
    /// Whether a file of this name, without the ending of its compression, belongs to it.
    pub fn takes(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.endings.iter().any(|end| name.ends_with(end))
    }
}

/// Every feed, in alphabetical order.
pub static FEEDS: &[&Feed] = &[
    &alpine::FEED,
    &debian::FEED,
    &epss::FEED,
    &kev::FEED,
    &ubuntu::FEED,
];

pub use debian::RELEASES as DEBIAN_RELEASES;

/// Bytes of a name, an id or a version; longer ones are garbage.
const MOST_BYTES: usize = 256;
/// Problems that are listed; more are counted.
const LISTED: usize = 100;

/// What was read of feeds so far.
#[derive(Debug)]
pub struct Harvest {
    /// The day on which the files were fetched: that of feeds that give none.
    fetched: Date,
    releases: BTreeMap<String, Release>,
    kev: Option<(About, BTreeMap<String, Kev>)>,
    epss: Option<(About, BTreeMap<String, Epss>)>,
    problems: Vec<String>,
    problem_count: usize,
}

/// What one publisher says about one release.
#[derive(Debug)]
struct Release {
    about: About,
    /// Advisories by package and id.
    packages: BTreeMap<String, BTreeMap<String, Advisory>>,
    /// Whether the first word on a flaw has to give way to the second.
    gives_way: fn(&Advisory, &Advisory) -> bool,
}

impl Harvest {
    /// Starts with nothing.
    pub const fn new(fetched: Date) -> Self {
        Self {
            fetched,
            releases: BTreeMap::new(),
            kev: None,
            epss: None,
            problems: Vec::new(),
            problem_count: 0,
        }
    }

    /// Reads a file of a feed, and returns whether it is one. That it is none is a problem, too.
    pub fn read(&mut self, feed: &Feed, name: &str, bytes: &[u8]) -> bool {
        let read = (feed.read)(bytes, self);
        if let Err(why) = &read {
            self.problem(format!("{name}: {why}"));
        }
        read.is_ok()
    }

    /// Returns what was left out, the first hundred, and how often anything was.
    pub fn problems(&self) -> (&[String], usize) {
        (&self.problems, self.problem_count)
    }

    /// Writes all that was read as shards, sorted by name.
    ///
    /// # Errors
    /// [`WriteError`]: a row is too large for the format.
    pub fn shards(&self) -> Result<Vec<Vec<u8>>, WriteError> {
        let mut shards = Vec::new();
        for release in self.releases.values() {
            let advisories = release.packages.iter();
            let rows = advisories
                .map(|(name, flaws)| (name.clone(), flaws.values().cloned().collect()))
                .collect();
            shards.push(write::advisories(&release.about, &rows)?);
        }
        if let Some((about, rows)) = &self.epss {
            shards.push(write::epss(about, rows)?);
        }
        if let Some((about, rows)) = &self.kev {
            shards.push(write::kev(about, rows)?);
        }
        Ok(shards)
    }

    fn problem(&mut self, what: String) {
        self.problem_count = self.problem_count.saturating_add(1);
        if self.problems.len() < LISTED {
            self.problems.push(what);
        }
    }

    /// Returns the release of this shard, with what it says about itself if it is new.
    fn release(
        &mut self,
        about: About,
        gives_way: fn(&Advisory, &Advisory) -> bool,
    ) -> &mut Release {
        let release = self.releases.entry(about.name.clone());
        release.or_insert_with(|| Release {
            about,
            packages: BTreeMap::new(),
            gives_way,
        })
    }
}

impl Release {
    /// Adds what is said of a package. Of two words on one flaw the stronger stands, with the names of
    /// both.
    ///
    /// # Errors
    /// Why it is garbage.
    fn add(&mut self, package: &str, mut advisory: Advisory) -> Result<(), String> {
        check(package, &advisory)?;
        let flaws = self.packages.entry(package.to_owned()).or_default();
        if let Some(known) = flaws.get_mut(&advisory.id) {
            let mut aliases = std::mem::take(&mut known.aliases);
            aliases.append(&mut advisory.aliases);
            aliases.sort();
            aliases.dedup();
            if (self.gives_way)(known, &advisory) {
                *known = advisory;
            }
            known.aliases = aliases;
        } else {
            flaws.insert(advisory.id.clone(), advisory);
        }
        Ok(())
    }
}

fn check(package: &str, advisory: &Advisory) -> Result<(), String> {
    let mut texts = vec![("the name of a package", package), ("an id", &advisory.id)];
    if let Affected::Below(version) = &advisory.affected {
        texts.push(("a version", version));
    }
    for (what, text) in texts {
        if text.is_empty() || text.len() > MOST_BYTES || text.contains(char::is_control) {
            let shown: String = text.chars().take(40).collect();
            return Err(format!("{what} is empty, too long or garbled: `{shown}`"));
        }
    }
    Ok(())
}

/// Reads the day at the start of a time stamp.
fn day(stamp: &str) -> Option<Date> {
    stamp.get(..10)?.parse().ok()
}

#[cfg(test)]
mod tests;
