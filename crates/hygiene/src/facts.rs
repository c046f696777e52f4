//! Everything that rules ask of an image, found once.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use model::{Entry, EntryKind, ImagePath, Package, Part};

use crate::accounts::{self, Account, Shadow};
use crate::diversions::{self, Diverted};
use crate::input::Input;
use crate::notes::{Kind, Notes};
use crate::runtimes::{self, Ends, Runtime};
use crate::services::{self, Services};
use crate::start::{Finder, Start};
use crate::step::{self, Step};
use crate::survey::{Noted, Survey};
use crate::topic::Topic;
use crate::user::{self, User};

/// Files that were moved aside and whose owners are looked for; images have a dozen.
const MOST_DIVERTED: usize = 64;
/// Files that are compared with what packages brought; images have a dozen.
const MOST_COMPARED: usize = 2_000;

/// What rules ask of an image.
#[derive(Debug)]
pub(crate) struct ImageFacts<'a> {
    pub(crate) input: &'a Input<'a>,
    pub(crate) survey: Survey<'a>,
    /// Packages by the files of note that they own.
    owners: BTreeMap<ImagePath, &'a Package>,
    /// Files that packages moved aside, by where they lie.
    diverted: BTreeMap<ImagePath, Diverted>,
    /// The lowest layer that has a file of each sum, once somebody asks.
    lowest: OnceCell<BTreeMap<u32, usize>>,
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
        let diverted = diverted(input);
        let mut finder = Finder::new(input);
        let start = finder.find();
        let services = services::find(input, &survey, &start, &mut finder);
        let mut facts = Self {
            owners: owners(input, &survey, &diverted),
            diverted,
            lowest: OnceCell::new(),
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

    /// Whether what is in a file of note is not what the package that owns it brought: by the package's
    /// checksum, where that and the file's are known; else because a layer above the package's has it, and
    /// no layer below holds the same.
    pub(crate) fn is_replaced(&self, noted: &Noted<'_>) -> bool {
        let Some(package) = self.owners.get(&noted.path) else {
            return false;
        };
        match self.is_as_brought(noted) {
            Some(is_same) => !is_same,
            None => noted.layer() > package.layer && self.is_new(noted),
        }
    }

    /// Whether a file has a checksum that a package gives it; none if that is not known.
    fn is_as_brought(&self, noted: &Noted<'_>) -> Option<bool> {
        let notes = self.input.notes.get(noted.layer()).copied().flatten()?;
        let own = notes.digests.get(&noted.entry.content.entry)?;
        let names = names(&noted.path, &self.diverted);
        let known = names.iter().filter_map(|name| self.input.brought.get(name));
        let known: Vec<&String> = known.flatten().collect();
        (!known.is_empty()).then(|| known.iter().any(|sum| own.contains(sum)))
    }

    /// Whether no layer below that of a file holds the same; not of one whose sum is not known.
    fn is_new(&self, noted: &Noted<'_>) -> bool {
        let layer = noted.layer();
        let notes = self.input.notes.get(layer).copied().flatten();
        let own = notes.and_then(|notes| notes.sums.get(&noted.entry.content.entry));
        let lowest = self.lowest.get_or_init(|| lowest(self.input));
        // what was not read may hold the same
        let mut below = self.input.notes.iter().take(layer);
        let are_read = below.all(Option::is_some);
        are_read && own.is_some_and(|sum| lowest.get(sum).is_none_or(|lowest| *lowest >= layer))
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

/// Returns the lowest layer that has a file of each sum.
fn lowest(input: &Input<'_>) -> BTreeMap<u32, usize> {
    let mut lowest = BTreeMap::new();
    for (layer, notes) in input.notes.iter().enumerate() {
        for sum in notes.iter().flat_map(|notes| notes.sums.values()) {
            lowest.entry(*sum).or_insert(layer);
        }
    }
    lowest
}

/// Returns the files that are compared with what packages brought, by the names under which these may know
/// them; nothing is asked where no file's checksum was noted.
pub fn compared(input: &Input<'_>) -> BTreeSet<ImagePath> {
    let has_some = |notes: &&Notes| !notes.digests.is_empty();
    if !input.notes.iter().flatten().any(has_some) {
        return BTreeSet::new();
    }
    let diverted = diverted(input);
    let wants = |_: &[u8], it: &Entry| it.kind == EntryKind::File && it.mode & 0o6000 != 0;
    let (found, _beyond) = input.tree.select(wants, input.limits);
    let found = found.iter().take(MOST_COMPARED);
    found.flat_map(|(path, _)| names(path, &diverted)).collect()
}

fn diverted(input: &Input<'_>) -> BTreeMap<ImagePath, Diverted> {
    let text = text(input, diversions::PATH).unwrap_or_default();
    diversions::read(&text)
}

/// Returns the names under which packages may know a file: a file of `/usr` may have been brought to the
/// folder of the same name beside it, and another package may have moved it.
fn names(path: &ImagePath, diverted: &BTreeMap<ImagePath, Diverted>) -> Vec<ImagePath> {
    let bare = |path: &ImagePath| {
        let bare = path.as_str().strip_prefix("usr/")?;
        Some(ImagePath::new(bare.as_bytes()))
    };
    let own: Vec<ImagePath> = [Some(path.clone()), bare(path)]
        .into_iter()
        .flatten()
        .collect();
    let Some(moved) = own.iter().find_map(|name| diverted.get(name)) else {
        return own;
    };
    let from = [Some(moved.from.clone()), bare(&moved.from)];
    from.into_iter().flatten().collect()
}

/// Returns the packages that own files of note.
fn owners<'a>(
    input: &Input<'a>,
    survey: &Survey<'_>,
    diverted: &BTreeMap<ImagePath, Diverted>,
) -> BTreeMap<ImagePath, &'a Package> {
    let paths: BTreeSet<&ImagePath> = survey.owned().map(|noted| &noted.path).collect();
    let mut known: BTreeMap<&str, &ImagePath> = BTreeMap::new();
    for path in &paths {
        known.insert(path.as_str(), path);
        // a file of `/usr` may have been brought to the folder of the same name beside it
        if let Some(bare) = path.as_str().strip_prefix("usr/") {
            known.entry(bare).or_insert(path);
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
    add_diverted(input, &paths, diverted, &mut owners);
    owners
}

/// Gives files that were moved aside to the packages that brought them to where the movers' own lie.
fn add_diverted<'a>(
    input: &Input<'a>,
    paths: &BTreeSet<&ImagePath>,
    diverted: &BTreeMap<ImagePath, Diverted>,
    owners: &mut BTreeMap<ImagePath, &'a Package>,
) {
    for (to, moved) in diverted.iter().take(MOST_DIVERTED) {
        let is_it = |path: &&&ImagePath| {
            let bare = path.as_str().strip_prefix("usr/");
            path.as_str() == to.as_str() || bare == Some(to.as_str())
        };
        let Some(path) = paths.iter().find(is_it) else {
            continue;
        };
        let from = &moved.from;
        let mut others = input.packages.iter().filter(|it| it.name != moved.by);
        if let Some(package) = others.find(|package| package.files.contains(from)) {
            owners.entry((*path).clone()).or_insert(package);
        }
    }
}
