//! Fetches the files of feeds into a folder each.

use std::fs;
use std::path::PathBuf;

use advisory::feeds::FEEDS;
use clap::ArgMatches;
use net::Url;

use super::{tell, unwritten};
use crate::error::Failure;
use crate::exit::Exit;
use crate::feed_files;
use crate::feed_sources::{SOURCES, Source, Wanted};
use crate::mirrors::{Got, Kept, Mirrors};
use crate::output::say;
use crate::scan::{list_of, value};

/// Bytes of a text that names a file, and of one that lists mirrors.
const NAME_BYTES: u64 = 4 << 10;

/// Bytes of the index of a repository.
const INDEX_BYTES: u64 = 1 << 20;

/// What is fetched, and whereto.
pub(super) struct Fetching<'a> {
    matches: &'a ArgMatches,
    mirrors: &'a Mirrors,
    /// The folder of all that is fetched.
    pub(super) folder: PathBuf,
    /// Where the publishers' files are, if not with them.
    mirror: Option<Url>,
}

impl<'a> Fetching<'a> {
    pub(super) fn new(matches: &'a ArgMatches, mirrors: &'a Mirrors, folder: PathBuf) -> Self {
        Self {
            matches,
            mirrors,
            folder,
            mirror: value(matches, "feeds-from"),
        }
    }

    /// Fetches the feeds that are asked for. Returns whether any file is new, and how many feeds could not
    /// be fetched, which is told.
    pub(super) fn fetch_chosen(&self) -> (bool, usize) {
        let (mut has_new, mut failed) = (false, 0);
        for source in self.chosen() {
            match self.fetch(source) {
                Ok(is_new) => has_new |= is_new,
                Err(failure) => {
                    failed += 1;
                    tell(source, &failure);
                }
            }
        }
        (has_new, failed)
    }

    /// Returns where the files of a feed are kept.
    pub(super) fn folder_of(&self, source: &Source) -> PathBuf {
        self.folder.join("feeds").join(source.feed)
    }

    /// Whether a feed was fetched, and all of it: an Alpine release is in two files.
    pub(super) fn has_all(&self, source: &Source) -> bool {
        let folder = self.folder_of(source);
        source
            .wanted()
            .iter()
            .all(|wanted| folder.join(wanted.name()).is_file())
    }

    /// Forgets what is known of a feed's files, so that they are fetched again.
    pub(super) fn forget(&self, source: &Source) {
        let _gone = fs::remove_dir_all(self.notes_of(source));
    }

    fn notes_of(&self, source: &Source) -> PathBuf {
        self.folder.join("notes").join(source.feed)
    }

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

    /// Fetches the files of a feed, and says whether any is new.
    fn fetch(&self, source: &Source) -> Result<bool, Failure> {
        let mut has_new = false;
        let feed = FEEDS.iter().find(|feed| feed.name == source.feed);
        for wanted in source.wanted() {
            let (name, url) = match wanted {
                Wanted::File(name, url) => (name, self.address(&url)?),
                Wanted::NamedBy(name, url) => (name, self.named_by(&self.address(&url)?)?),
                Wanted::Errata(name, url) => (name, self.errata(&self.address(&url)?)?),
            };
            let folder = self.folder_of(source);
            let target = folder.join(&name);
            let kept = Kept {
                target: &target,
                notes: &self.notes_of(source),
                name: &name,
            };
            let got = self.mirrors.fetch(&[url], &kept, |part, _| {
                // a good file that is kept is worth more than what came instead
                feed.map_or(Ok(()), |feed| feed_files::check(feed, part, &name))?;
                let put = fs::create_dir_all(&folder).and_then(|()| fs::rename(part, &target));
                put.map_err(|error| unwritten(&target, &error))
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

    /// Returns the address of the errata of an rpm repository, of the first mirror that is encrypted.
    fn errata(&self, list: &Url) -> Result<Url, Failure> {
        let mirrors = self.mirrors.text(list, NAME_BYTES)?;
        let mut mirrors = mirrors.lines().map(str::trim);
        let unfinished = |what: String| Failure::new(Exit::Unfinished, what);
        let mirror = mirrors.find(|it| it.starts_with("https://"));
        let mirror = mirror.ok_or_else(|| unfinished(format!("{list}: it names no mirror")))?;
        let mirror = self.address(&format!("{}/", mirror.trim_end_matches('/')))?;
        let bad = |bad: net::BadUrl| Failure::usage(bad.to_string());
        let index = mirror.join("repodata/repomd.xml").map_err(bad)?;
        let place = advisory::repomd::updateinfo(&self.mirrors.text(&index, INDEX_BYTES)?);
        let place = place.ok_or_else(|| unfinished(format!("{index}: it names no errata")))?;
        mirror.join(&place).map_err(bad)
    }
}
