//! Everything that rules ask of an image, found once.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use model::{Entry, ImagePath, Package, Part};

use crate::accounts::{self, Account, Shadow};
use crate::input::Input;
use crate::notes::{Kind, Notes};
use crate::runtimes::{self, Ends, Runtime};
use crate::services::{self, Services};
use crate::start::{Finder, Start};
use crate::step::{self, Step};
use crate::survey::{Noted, Survey};
use crate::topic::Topic;
use crate::user::{self, User};

/// What rules ask of an image.
#[derive(Debug)]
pub(crate) struct ImageFacts<'a> {
    pub(crate) input: &'a Input<'a>,
    pub(crate) survey: Survey<'a>,
    /// Packages by the files of note that they own.
    owners: BTreeMap<ImagePath, &'a Package>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) shadows: Vec<Shadow>,
    pub(crate) user: User,
    pub(crate) steps: Vec<Step<'a>>,
    pub(crate) start: Start,
    pub(crate) services: Services,
    /// What was not followed of what is started, by its path, and why.
    pub(crate) unfollowed: BTreeMap<String, &'static str>,
    /// Runtimes of which somebody knows when they end.
    pub(crate) runtimes: Vec<Runtime>,
}

impl<'a> ImageFacts<'a> {
    /// Finds everything out.
    pub(crate) fn new(input: &'a Input<'a>, ends: &Ends<'_>) -> Self {
        let survey = Survey::new(input);
        let read = |path: &str| file(input, path);
        let accounts = read("etc/passwd").map_or(Vec::new(), accounts::accounts);
        let shadows =
            ["etc/shadow", "etc/master.passwd"].map(|path| read(path).map(accounts::shadows));
        let mut finder = Finder::new(input);
        let start = finder.find();
        let services = services::find(input, &survey, &start, &mut finder);
        let mut facts = Self {
            owners: owners(input, &survey),
            user: user::resolve(input, &accounts),
            shadows: shadows.into_iter().flatten().flatten().collect(),
            accounts,
            steps: step::steps(input),
            services,
            unfollowed: finder.into_unfollowed(),
            start,
            survey,
            input,
            runtimes: Vec::new(),
        };
        facts.runtimes = runtimes::find(&facts, ends);
        facts
    }

    /// Returns the name of the package that owns a file of note.
    pub(crate) fn owner(&self, noted: &Noted<'_>) -> Option<&'a str> {
        let package = self.owners.get(&noted.path)?;
        Some(&package.name)
    }

    /// Whether a layer above that of the package that owns a file of note replaced what is in it: no file
    /// of a layer below has the same content. Of small files, of which no sum is known, it is not said.
    pub(crate) fn is_replaced(&self, noted: &Noted<'_>) -> bool {
        let layers = self.input.notes.iter().copied();
        let notes: Vec<Option<&Notes>> = layers.take(noted.layer() + 1).collect();
        let (Some(package), Some((own, below))) =
            (self.owners.get(&noted.path), notes.split_last())
        else {
            return false;
        };
        let own = own.and_then(|notes| notes.sums.get(&noted.entry.content.entry));
        let has_sum = |sum: &u32| {
            let mut sums = below.iter().flatten().flat_map(|notes| notes.sums.values());
            // what was not read may hold the same
            below.iter().any(Option::is_none) || sums.any(|known| known == sum)
        };
        noted.layer() > package.layer && own.is_some_and(|sum| !has_sum(sum))
    }

    /// Whether it is known at all which package owns a file: a database of packages that nobody reads
    /// yet may own everything.
    pub(crate) fn are_owners_known(&self) -> bool {
        let has_files = |package: &Package| !package.files.is_empty();
        self.input.packages.iter().any(has_files) || !self.has_unread_database()
    }

    /// Whether there is a database of packages that nobody reads yet.
    pub(crate) fn has_unread_database(&self) -> bool {
        let is_there = |path: &&str| self.input.tree.is_full_folder(path, self.input.limits);
        [
            "var/lib/rpm",
            "usr/lib/sysimage/rpm",
            "var/lib/rpmmanifest",
            "var/lib/pacman/local",
            "var/lib/portage",
            "var/lib/dpkg/status.d",
        ]
        .iter()
        .any(is_there)
    }

    /// Returns files of note.
    pub(crate) fn noted(&self, topic: Topic) -> &[Noted<'a>] {
        self.survey.of(topic)
    }

    /// Returns the content of a file of note, links followed.
    pub(crate) fn file(&self, path: &str) -> Option<&'a [u8]> {
        file(self.input, path)
    }

    /// Returns what is at a path, links followed.
    pub(crate) fn find(&self, path: &str) -> Option<Entry> {
        self.input.tree.find(path, self.input.limits)
    }

    /// Returns which part of the image a layer belongs to.
    pub(crate) fn part(&self, layer: Option<usize>) -> Part {
        let base = self.input.base.and_then(|base| base.layers);
        match (layer, base) {
            (Some(layer), Some(base)) if layer < base => Part::Base,
            (Some(_), Some(_)) => Part::Own,
            // what is set, not stored, was inherited or set again by whoever built on it
            (None, Some(base)) if base < self.input.layers.len() => Part::Own,
            (None, Some(_)) => Part::Base,
            (_, None) => Part::Unknown,
        }
    }
}

/// Returns the content of a file that was kept, links followed.
pub(crate) fn file<'a>(input: &Input<'a>, path: &str) -> Option<&'a [u8]> {
    let content = input.tree.find(path, input.limits)?.content;
    let notes = input
        .notes
        .get(usize::from(content.layer))
        .copied()
        .flatten();
    let kept = notes.and_then(|notes| notes.files.get(&content.entry));
    kept.or_else(|| input.fetched.get(&content))
        .map(Vec::as_slice)
}

/// Returns the content of a file that was kept as text.
pub(crate) fn text<'a>(input: &Input<'a>, path: &str) -> Option<Cow<'a, str>> {
    file(input, path).map(String::from_utf8_lossy)
}

/// Returns what the first bytes of an entry told.
pub(crate) fn kind<'a>(input: &Input<'a>, entry: &Entry) -> Option<&'a Kind> {
    let layer = usize::from(entry.content.layer);
    let notes = input.notes.get(layer).copied().flatten()?;
    notes.kinds.get(&entry.content.entry)
}

/// Returns the packages that own files of note.
fn owners<'a>(input: &Input<'a>, survey: &Survey<'_>) -> BTreeMap<ImagePath, &'a Package> {
    let paths: BTreeSet<&ImagePath> = survey.owned().map(|noted| &noted.path).collect();
    let mut known: BTreeMap<Cow<'_, str>, &ImagePath> = BTreeMap::new();
    for path in paths {
        known.insert(path.as_str().into(), path);
        // a file of `/usr` may have been brought to the folder of the same name beside it
        if let Some(bare) = path.as_str().strip_prefix("usr/") {
            known.entry(bare.into()).or_insert(path);
        }
    }
    let mut owners = BTreeMap::new();
    for package in input.packages {
        for path in package
            .files
            .iter()
            .filter_map(|file| known.get(file.as_str()))
        {
            owners.entry((*path).clone()).or_insert(package);
        }
    }
    owners
}
