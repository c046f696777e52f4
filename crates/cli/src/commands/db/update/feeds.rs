//! The publishers' own feeds: fetched as files, which are kept, and built into a database.
//!
//! ```text
//! advisories.swdb.fetched/feeds/kev/kev.json   what the publisher gave
//! advisories.swdb.fetched/notes/kev/           what it said of it
//! advisories.swdb.fetched/built.note           the digest of the database that was built of all feeds
//! ```

mod fetching;

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use advisory::feeds::{FEEDS, Feed, Harvest};
use clap::ArgMatches;
use model::counted;
use net::Note;

use super::super::build::{self, Losses, Lost};
use super::super::import;
use super::beside;
use crate::databases::{self, Loss, Opened, Place, Placed};
use crate::error::Failure;
use crate::exit::Exit;
use crate::feed_files;
use crate::feed_sources::{SOURCES, Source};
use crate::mirrors::{Mirrors, digest};
use crate::output::warn;
use crate::settings::Environment;
use fetching::Fetching;

pub(super) fn update(
    matches: &ArgMatches,
    environment: &Environment,
    place: &Place<'_>,
    mirrors: &Mirrors,
) -> Result<Exit, Failure> {
    if place.trust.has_keys() {
        let why =
            "a key is configured (--db-key), and what is built of publishers' feeds is not signed";
        return Err(Failure::usage(why).with(
            "next",
            "fetch one that is signed: --url URL; or build and sign it: db build, db sign, db import",
        ));
    }
    place.folder()?;
    let fetching = Fetching::new(matches, mirrors, beside(&place.target));
    let feeds = Feeds {
        place,
        built: fetching.folder.join("built.note"),
        fetching,
    };
    let (has_new, mut failed) = feeds.fetching.fetch_chosen();
    let said = if has_new || !feeds.is_built() {
        feeds.build(matches, environment, &mut failed)
    } else {
        let opened = databases::at(&place.target)?;
        import::said(place, &opened, Placed::Same, environment)
    };
    match failed {
        0 => said,
        _ => said.and(Err(failure(failed))),
    }
}

fn failure(failed: usize) -> Failure {
    let feeds = counted(failed, "feed");
    let message = format!("{feeds} could not be fetched or read; what was known of it stays");
    Failure::new(Exit::Unfinished, message).with("next", "see above, and run it again")
}

/// Says why a feed stays as it was.
fn tell(source: &Source, failure: &Failure) {
    warn(&format!("{}: {}\n", source.feed, failure.message()));
}

/// The feeds that were fetched, and the database that is built of them.
struct Feeds<'a> {
    place: &'a Place<'a>,
    fetching: Fetching<'a>,
    /// The file that says which database was built of them.
    built: PathBuf,
}

impl Feeds<'_> {
    /// Whether the database in place is the one that was built of the feeds.
    fn is_built(&self) -> bool {
        let digest = digest(&self.place.target).ok();
        digest.is_some_and(|digest| {
            Note::read(&self.built).is_some_and(|note| note.is_of_bytes(digest))
        })
    }

    /// Builds a database of all feeds that were ever fetched, and puts it into its place. A feed whose
    /// files make no sense or are not all there is left out, and fetched again the next time.
    fn build(
        &self,
        matches: &ArgMatches,
        environment: &Environment,
        failed: &mut usize,
    ) -> Result<Exit, Failure> {
        let fetched = |source: &&Source| self.fetching.folder_of(source).is_dir();
        let mut sources: Vec<&Source> = SOURCES.iter().filter(fetched).collect();
        let all = sources.len();
        sources.retain(|source| self.fetching.has_all(source));
        let mut harvest = loop {
            match self.harvest(environment, &sources) {
                Ok(harvest) => break harvest,
                Err((source, failure)) => {
                    *failed += 1;
                    tell(source, &failure);
                    self.fetching.forget(source);
                    sources.retain(|other| other.feed != source.feed);
                }
            }
        };
        if sources.is_empty() {
            return Ok(Exit::Unfinished);
        }
        // what was left out, or came in another way, is in the database in place only
        let is_all_of_it = sources.len() == all && (self.is_built() || !self.place.target.exists());
        let base = if is_all_of_it {
            databases::built_in()?
        } else {
            let open = databases::open(matches, environment);
            let whole = open.and_then(|it| databases::whole(&it).map(|_| it));
            whole.or_else(|_damaged| databases::built_in())?
        };
        match self.put(&base, &mut harvest) {
            Ok((opened, placed, kept)) => {
                for lost in &kept {
                    *failed += 1;
                    let (shard, why) = (report::safe(&lost.shard), &lost.why);
                    warn(&format!(
                        "shard {shard}: {why}; what was known of its publisher stays\n"
                    ));
                }
                import::said(self.place, &opened, placed, environment)
            }
            Err(failure) => {
                for source in &sources {
                    self.fetching.forget(source);
                }
                Err(failure)
            }
        }
    }

    fn harvest<'s>(
        &self,
        environment: &Environment,
        sources: &[&'s Source],
    ) -> Result<Harvest, (&'s Source, Failure)> {
        let mut harvest = Harvest::new(environment.today());
        for source in sources {
            let feed: Option<&Feed> = FEEDS.iter().copied().find(|feed| feed.name == source.feed);
            let Some(feed) = feed else { continue };
            feed_files::read(feed, &self.fetching.folder_of(source), &mut harvest)
                .map_err(|failure| (*source, failure))?;
        }
        Ok(harvest)
    }

    /// Builds it and puts it in place. A publisher that has shrunk or gone back costs itself: its shards
    /// stay as they are in place, which is returned, and the next run builds again.
    fn put(
        &self,
        base: &Opened,
        harvest: &mut Harvest,
    ) -> Result<(Opened, Placed, Vec<Lost>), Failure> {
        let before = self.place.before();
        let losses = match self.place.loss {
            Loss::Accepted => Losses::Accepted,
            Loss::Refused => Losses::Kept {
                before: &before.as_ref().unwrap_or(base).database,
                last_day: self.place.last_day,
            },
        };
        let built = build::built(base, harvest, losses)?;
        let failed = |error: io::Error| unwritten(&self.place.target, &error);
        let mut aside = self.place.aside()?;
        aside
            .as_file_mut()
            .write_all(&built.bytes)
            .map_err(failed)?;
        aside.as_file().sync_all().map_err(failed)?;
        let (opened, placed) = self.place.put(aside.path(), "what was fetched")?;
        if built.kept.is_empty() {
            let digest = digest(&self.place.target).map_err(failed)?;
            let note = Note::default().with_content(digest);
            note.write(&self.built).map_err(failed)?;
        } else {
            let _gone = fs::remove_file(&self.built);
        }
        Ok((opened, placed, built.kept))
    }
}

fn unwritten(path: &Path, error: &io::Error) -> Failure {
    let failure = Failure::new(Exit::Unfinished, format!("{}: {error}", path.display()));
    failure.with("next", "check who may write there, and the space left")
}
