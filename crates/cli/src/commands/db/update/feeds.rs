//! The publishers' own feeds: fetched as files, each beside the others, and built into a database.

use std::fs;
use std::path::{Path, PathBuf};

use advisory::feeds::{FEEDS, Feed, Harvest};
use clap::ArgMatches;
use model::counted;
use net::Url;

use super::super::{build, import};
use super::beside;
use crate::databases::{self, Place, Placed};
use crate::error::Failure;
use crate::exit::Exit;
use crate::feed_files;
use crate::feed_sources::{SOURCES, Source, Wanted};
use crate::mirrors::{Got, Kept, Mirrors};
use crate::output::{say, warn};
use crate::scan::{list_of, value};
use crate::settings::Environment;

/// Bytes of a text that names a file.
const NAME_BYTES: u64 = 4 << 10;

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
    let fetching = Fetching {
        matches,
        mirrors,
        folder: beside(&place.target),
        mirror: value(matches, "feeds-from"),
    };
    let mut failed = 0;
    let mut has_new = false;
    let mut whole = Vec::new();
    for source in fetching.chosen() {
        match fetching.fetch(source) {
            Ok(is_new) => {
                has_new |= is_new;
                whole.push(source);
            }
            Err(failure) => {
                failed += 1;
                tell(source, &failure);
            }
        }
    }
    let is_there = place.target.exists();
    let exit = if whole.is_empty() || (is_there && !has_new) {
        Exit::Passed
    } else {
        let built = fetching.build(environment, place, whole, &mut failed);
        built?
    };
    if failed > 0 {
        let message = format!(
            "{} could not be fetched; the old data stays",
            counted(failed, "feed")
        );
        return Err(
            Failure::new(Exit::Unfinished, message).with("next", "see above, and run it again")
        );
    }
    if is_there && !has_new {
        let opened = databases::at(&place.target)?;
        return import::said(&opened, Placed::Same, environment);
    }
    Ok(exit)
}

/// Says why a feed stays as it was.
fn tell(source: &Source, failure: &Failure) {
    warn(&format!("{}: {}\n", source.feed, failure.message()));
}

/// What is fetched, and whereto.
struct Fetching<'a> {
    matches: &'a ArgMatches,
    mirrors: &'a Mirrors,
    folder: PathBuf,
    /// Where the publishers' files are, if not with them.
    mirror: Option<Url>,
}

impl Fetching<'_> {
    /// Returns the feeds that are asked for; if none is, those that were fetched before, and the usual.
    fn chosen(&self) -> Vec<&'static Source> {
        let named: Vec<String> = list_of(self.matches, "feed");
        let is_chosen = |source: &&Source| {
            if named.is_empty() {
                source.is_default || self.folder_of(source).is_dir()
            } else {
                named.iter().any(|name| name == source.feed)
            }
        };
        SOURCES.iter().filter(is_chosen).collect()
    }

    fn folder_of(&self, source: &Source) -> PathBuf {
        self.folder.join("feeds").join(source.feed)
    }

    fn notes_of(&self, source: &Source) -> PathBuf {
        self.folder.join("notes").join(source.feed)
    }

    /// Fetches the files of a feed, and says whether any is new.
    fn fetch(&self, source: &Source) -> Result<bool, Failure> {
        let mut has_new = false;
        for wanted in source.wanted() {
            let (name, url) = match wanted {
                Wanted::File(name, url) => (name, self.address(&url)?),
                Wanted::NamedBy(name, url) => {
                    let list = self.address(&url)?;
                    (name, self.named_by(&list)?)
                }
            };
            let folder = self.folder_of(source);
            fs::create_dir_all(&folder).map_err(|error| unwritten(&folder, &error))?;
            let target = folder.join(&name);
            let kept = Kept {
                target: &target,
                notes: &self.notes_of(source),
                name: &name,
            };
            let got = self.mirrors.fetch(&[url], &kept, |part, _| {
                fs::rename(part, &target).map_err(|error| unwritten(&target, &error))
            })?;
            has_new |= matches!(got, Got::New(()));
        }
        let what = if has_new { "fetched" } else { "unchanged" };
        say(self.matches, &format!("{}: {what}", source.feed));
        Ok(has_new)
    }

    /// Returns where a publisher's file is asked for.
    fn address(&self, url: &str) -> Result<Url, Failure> {
        let bad = |bad: net::BadUrl| Failure::usage(bad.to_string());
        let Some(mirror) = &self.mirror else {
            return Url::parse(url).map_err(bad);
        };
        let path = url.trim_start_matches("https://");
        let folder = mirror.path().trim_end_matches('/');
        Url::parse(&format!("{}{folder}/{path}", mirror.origin())).map_err(bad)
    }

    /// Returns the address of the file that a text names, which lies beside it.
    fn named_by(&self, list: &Url) -> Result<Url, Failure> {
        let text = self.mirrors.text(list, NAME_BYTES)?;
        let name = text.trim();
        let is_name = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if name.is_empty() || !name.chars().all(is_name) || name.starts_with('.') {
            let message = format!("{list}: it names no file");
            return Err(Failure::new(Exit::Unfinished, message));
        }
        list.join(name)
            .map_err(|bad| Failure::usage(bad.to_string()))
    }

    /// Builds a database of the files of these feeds, and puts it into its place. A feed whose files make
    /// no sense is left out, and fetched again the next time.
    fn build(
        &self,
        environment: &Environment,
        place: &Place<'_>,
        mut sources: Vec<&Source>,
        failed: &mut usize,
    ) -> Result<Exit, Failure> {
        let base = databases::open(self.matches, environment);
        let base = base.or_else(|_damaged| databases::built_in())?;
        let mut harvest = loop {
            match self.harvest(environment, &sources) {
                Ok(harvest) => break harvest,
                Err((source, failure)) => {
                    *failed += 1;
                    tell(source, &failure);
                    let _gone = fs::remove_dir_all(self.notes_of(source));
                    sources.retain(|other| other.feed != source.feed);
                }
            }
        };
        if sources.is_empty() {
            return Ok(Exit::Passed);
        }
        let built = build::built(&base, &mut harvest)?;
        let mut aside = place.aside()?;
        std::io::Write::write_all(aside.as_file_mut(), &built.bytes)
            .and_then(|()| aside.as_file().sync_all())
            .map_err(|error| unwritten(&place.target, &error))?;
        let (opened, placed) = place.put(aside.path(), "what was fetched")?;
        import::said(&opened, placed, environment)
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
            feed_files::read(feed, &self.folder_of(source), &mut harvest)
                .map_err(|failure| (*source, failure))?;
        }
        Ok(harvest)
    }
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    let failure = Failure::new(Exit::Unfinished, format!("{}: {error}", path.display()));
    failure.with("next", "check who may write there, and the space left")
}
