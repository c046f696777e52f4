//! What was read of feeds so far, and the shards that become of it.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use model::{Advisory, Affected, Eol, Epss, Kev, Rating};
use version::Scheme;

use crate::database::{REJECTED, SEVERITY};
use crate::feeds::debian_lists::Lists;
use crate::feeds::redhat::{self, Streams};
use crate::feeds::{Feed, debian};
use crate::moment::Moment;
use crate::release::{Release, release_of};
use crate::room::Room;
use crate::unread::Unread;
use crate::withdrawn::{WITHDRAWN, Withdrawn};
use crate::write::{self, About, WriteError};
use crate::{Database, DatabaseError};

/// Bytes of a name, an id or a version; longer ones are garbage.
const MOST_BYTES: usize = 256;
/// Problems that are listed; more are counted.
const LISTED: usize = 100;
/// Characters at the beginning and at the end of a problem that are told: names are foreign, and of any
/// length.
const TOLD: [usize; 2] = [240, 160];
/// What the packages and the ids of one record may multiply to; kernels come to some 40,000.
const MOST_OF_A_RECORD: usize = 200_000;

/// Ends of life by product and cycle.
type Cycles = BTreeMap<String, BTreeMap<String, Eol>>;

/// What was read of feeds so far.
#[derive(Debug)]
pub struct Harvest {
    /// The day on which the files were fetched: that of feeds that give none.
    pub(crate) fetched: Date,
    pub(crate) releases: BTreeMap<String, Release>,
    pub(crate) kev: Option<(About, BTreeMap<String, Kev>)>,
    pub(crate) epss: Option<(About, BTreeMap<String, Epss>)>,
    pub(crate) eol: Option<(About, Cycles)>,
    /// Words on how bad flaws are, by flaw and source.
    ratings: BTreeMap<String, BTreeMap<String, (Moment, Rating)>>,
    /// Ids that turned out to be no flaws, and since when that is said.
    pub(crate) rejected: BTreeMap<String, Moment>,
    /// When the latest copy of a record was changed, by id.
    copies: BTreeMap<String, Moment>,
    /// What publishers took back.
    withdrawn: Withdrawn,
    /// What the lists of Debian's tracker say.
    pub(crate) lists: Lists,
    /// Red Hat's streams.
    pub(crate) streams: Streams,
    /// Shards of the old database that say in part what was read in full.
    pub(crate) replaced: BTreeSet<String>,
    /// Files that could not be read.
    pub(crate) unread: Unread,
    /// How much more may be kept.
    room: Room,
    /// The feed whose file is read.
    reading: &'static str,
    problems: Vec<String>,
    problem_count: usize,
}

impl Harvest {
    /// Starts with nothing.
    pub fn new(fetched: Date) -> Self {
        let room = Room::default();
        Self {
            fetched,
            releases: BTreeMap::new(),
            kev: None,
            epss: None,
            eol: None,
            ratings: BTreeMap::new(),
            rejected: BTreeMap::new(),
            copies: BTreeMap::new(),
            withdrawn: Withdrawn::default(),
            lists: Lists::new(room.clone()),
            streams: Streams::default(),
            replaced: BTreeSet::new(),
            unread: Unread::default(),
            room,
            reading: "",
            problems: Vec::new(),
            problem_count: 0,
        }
    }

    /// Reads a file of a feed, and returns whether it is one. That it is none is a problem, too.
    pub fn read(&mut self, feed: &'static Feed, name: &str, bytes: &[u8]) -> bool {
        self.reading = feed.name;
        self.room.widen(bytes.len());
        let read = feed.read(name, bytes, self);
        if let Err(why) = &read {
            self.unread.take(feed, (name, bytes), why);
            self.problem(format!("{name}: {why}"));
        }
        read.is_ok()
    }

    /// Returns what was left out, the first hundred, and how often anything was.
    pub fn problems(&self) -> (&[String], usize) {
        (&self.problems, self.problem_count)
    }

    /// Returns the shards of the old database that say in part what was read here in full.
    pub const fn replaced(&self) -> &BTreeSet<String> {
        &self.replaced
    }

    /// Writes all that was read as shards, sorted by name. How bad others say that flaws are is kept from
    /// the old database.
    ///
    /// # Errors
    /// [`WriteError`]: a row is too large for the format, or the old database cannot be read.
    pub fn shards(&mut self, old: &Database) -> Result<Vec<Vec<u8>>, WriteError> {
        self.finish();
        let (mut shards, mut problems) = (Vec::new(), Vec::new());
        let streams = self.streams.sorted();
        for (shard, release) in &self.releases {
            let mut rows = BTreeMap::new();
            for (name, flaws) in release.packages() {
                let flaws = flaws.cloned();
                let mut flaws = flaws.map(|it| redhat::renumbered(&streams, it)).collect();
                let too_large = write::fit(&mut flaws)?;
                problems.extend(too_large.into_iter().map(|id| {
                    format!("{shard} {name} {id}: it is too large for the row of a package")
                }));
                rows.insert(name.to_owned(), flaws);
            }
            shards.push(write::advisories(&release.about, &rows)?);
        }
        for problem in problems {
            self.problem(problem);
        }
        if let Some((about, rows)) = &self.eol {
            shards.push(write::eol(about, rows)?);
        }
        if let Some((about, rows)) = &self.epss {
            shards.push(write::epss(about, rows)?);
        }
        if let Some((about, rows)) = &self.kev {
            shards.push(write::kev(about, rows)?);
        }
        if self.streams.has_repositories() {
            shards.push(write::texts(&redhat::about(self), &self.streams.rows())?);
        }
        let rejected = self.rejected();
        if !rejected.is_empty() {
            let rows = rejected
                .into_iter()
                .map(|id| (id.clone(), vec![Vec::new()]));
            let about = self.about(REJECTED, "NVD", "public domain");
            shards.push(write::texts(&about, &rows.collect())?);
        }
        if !self.withdrawn.is_empty() {
            let about = self.about(WITHDRAWN, "withdrawn records", "facts of their publishers");
            let rows = self.withdrawn.rows(old);
            let rows = rows.map_err(|error| WriteError::Order(error.to_string()))?;
            shards.push(write::texts(&about, &rows)?);
        }
        if !self.ratings.is_empty() {
            let about = self.about(SEVERITY, "severities", "of their sources; modified");
            shards.push(write::ratings(&about, &self.merged(old)?)?);
        }
        Ok(shards)
    }

    /// Makes of what only several files say together what it means.
    fn finish(&mut self) {
        let mut problems = Vec::new();
        for (package, release, advisory) in self.lists.resolved() {
            let about = debian::about(release, self.fetched);
            let shelf = release_of(&mut self.releases, about, debian::gives_way, &self.room);
            problems.extend(shelf.add(package, advisory).err());
        }
        for why in problems {
            self.problem(format!("debian: {why}"));
        }
        if self.lists.lack_sources() {
            let why = "debian-lists: without Sources of a release nobody can tell what the lists say of it";
            self.problem(why.to_owned());
        }
        for release in self.releases.values_mut() {
            release.finish(&self.withdrawn, &self.copies);
        }
        if self.releases.contains_key("redhat-all") && !self.streams.has_repositories() {
            let why =
                "redhat: without repository-to-cpe.json nobody can tell what its packages are of";
            self.problem(why.to_owned());
        }
    }

    /// Returns the ratings of the old database with those that were read, of which a source's own stand.
    fn merged(&self, old: &Database) -> Result<BTreeMap<String, Vec<Arc<Rating>>>, WriteError> {
        let broken = |error: DatabaseError| WriteError::Order(error.to_string());
        let mut all = old.all_ratings().map_err(broken)?;
        for (id, new) in &self.ratings {
            let known = all.entry(id.clone()).or_default();
            known.retain(|rating| !new.contains_key(&rating.source));
            known.extend(new.values().map(|(_, rating)| Arc::new(rating.clone())));
            known.sort_by(|a, b| a.source.cmp(&b.source));
        }
        Ok(all)
    }

    /// Takes when a publisher took a record back: publisher, id and time stamp. Returns whether the record
    /// does not count any more.
    pub(crate) fn withdraw(&mut self, record: [&str; 3]) -> bool {
        self.withdrawn.take(record, self.fetched)
    }

    /// Takes that there is a copy of a record of this time: what only older ones say does not count.
    pub(crate) fn has_copy(&mut self, id: &str, changed: Moment) {
        let known = self.copies.entry(id.to_owned()).or_default();
        *known = changed.max(*known);
    }

    /// Takes what a source says on how bad a flaw is; of two words the worse stands.
    pub(crate) fn rate(&mut self, id: &str, rating: Rating) {
        self.rate_as_of(id, Moment::default(), rating);
    }

    /// Takes what a source says since some time in its only record of a flaw: of two copies the later one
    /// stands.
    pub(crate) fn rate_as_of(&mut self, id: &str, since: Moment, rating: Rating) {
        let of_flaw = self.ratings.entry(id.to_owned()).or_default();
        let known = of_flaw.get(&rating.source);
        let rank = |since: Moment, it: &Rating| (since, it.severity, it.score);
        let is_better = known.is_none_or(|(then, it)| rank(*then, it) < rank(since, &rating));
        if is_better && is_name(id) {
            of_flaw.insert(rating.source.clone(), (since, rating));
        }
    }

    /// Takes that an id is no flaw since some time.
    pub(crate) fn reject(&mut self, id: String, since: Moment) {
        let known = self.rejected.entry(id).or_default();
        *known = since.max(*known);
    }

    /// Returns the ids that are no flaws, but for those that a later copy of the record rates.
    fn rejected(&self) -> Vec<&String> {
        let is_rated = |(id, since): &(&String, &Moment)| {
            let rated = self.ratings.get(*id).and_then(|it| it.get("nvd"));
            rated.is_some_and(|(then, _)| then > *since)
        };
        let rejected = self.rejected.iter().filter(|it| !is_rated(it));
        rejected.map(|(id, _)| id).collect()
    }

    /// What a shard says about itself that holds no advisories of one release, fetched today.
    pub(crate) fn about(&self, name: &str, publisher: &str, licence: &str) -> About {
        About {
            name: name.to_owned(),
            publisher: publisher.to_owned(),
            newest: Some(self.fetched),
            licence: licence.to_owned(),
            knows_unfixed: true,
        }
    }

    pub(crate) fn problem(&mut self, what: String) {
        self.problem_count = self.problem_count.saturating_add(1);
        if self.problems.len() < LISTED {
            self.problems.push(shortened(what));
        }
    }

    /// Returns the release of this shard, with what it says about itself if it is new.
    pub(crate) fn release(
        &mut self,
        about: About,
        gives_way: fn(&Advisory, &Advisory) -> bool,
    ) -> &mut Release {
        let reading = self.reading;
        let release = release_of(&mut self.releases, about, gives_way, &self.room);
        release.feeds.insert(reading);
        release
    }
}

/// Takes out the middle of a text that is too long to be read: its names come first, its reason last.
pub(crate) fn shortened(text: String) -> String {
    let count = text.chars().count();
    let [first, last] = TOLD;
    if count <= first.saturating_add(last) {
        return text;
    }
    let start: String = text.chars().take(first).collect();
    let end: String = text.chars().skip(count.saturating_sub(last)).collect();
    format!("{start} … {end}")
}

/// Refuses a record whose packages and ids, which are few bytes, would become more advisories than memory
/// holds.
///
/// # Errors
/// It says so with the numbers.
pub(crate) fn few_enough((count, what): (usize, &str), ids: usize) -> Result<(), String> {
    if count.saturating_mul(ids) <= MOST_OF_A_RECORD {
        return Ok(());
    }
    Err(format!(
        "{count} {what} and {ids} ids multiply to more than {MOST_OF_A_RECORD}"
    ))
}

/// Refuses versions that are too long to be any, before they are compared: some orders take many times
/// their length.
///
/// # Errors
/// It says so of the first.
pub(crate) fn short_enough<'a>(mut versions: impl Iterator<Item = &'a str>) -> Result<(), String> {
    match versions.find(|version| version.len() > MOST_BYTES) {
        None => Ok(()),
        Some(version) => Err(garbled("a version", version)),
    }
}

pub(crate) fn garbled(what: &str, text: &str) -> String {
    let shown: String = text.chars().take(40).collect();
    format!("{what} is empty, too long or garbled: `{shown}`")
}

/// Whether a text can be a name, an id or a version.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= MOST_BYTES && !text.contains(char::is_control)
}

/// Reads the day at the start of a time stamp.
pub(crate) fn day(stamp: &str) -> Option<Date> {
    stamp.get(..10)?.parse().ok()
}

/// Whether the known word gives way by the versions that hold the fixes, in an order: a fix stands above
/// none, a later one above an earlier one, which was not enough.
pub(crate) fn later(scheme: Scheme, known: &Advisory, new: &Advisory) -> bool {
    match (&known.affected, &new.affected) {
        (Affected::Below(known), Affected::Below(new)) => {
            version::compare(scheme, new, known).is_ok_and(Ordering::is_gt)
        }
        (_, Affected::Below(_)) => true,
        _ => false,
    }
}
