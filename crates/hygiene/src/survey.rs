//! One walk over the files of an image, which notes those that rules may ask about.

use std::collections::{BTreeMap, BTreeSet};

use model::{Entry, EntryKind, ImagePath};

use crate::accounts;
use crate::duplicates::Copies;
use crate::facts::{file, kind};
use crate::folder::{Folder, name_start};
use crate::input::Input;
use crate::notes::Kind;
use crate::services;
use crate::system;
use crate::tools;
use crate::topic::{Fitting, PATHS, Topic};

/// Files of one topic that are told one by one; the rest is counted.
const MOST: usize = 20_000;

/// A file of note.
#[derive(Debug, Clone)]
pub(crate) struct Noted<'a> {
    pub(crate) path: ImagePath,
    pub(crate) entry: Entry,
    /// What it is, in a few words; empty for topics that the table does not know.
    pub(crate) what: &'static str,
    /// What its first bytes told.
    pub(crate) kind: Option<&'a Kind>,
}

impl Noted<'_> {
    /// Returns the 0-based index of the layer that holds it.
    pub(crate) fn layer(&self) -> usize {
        usize::from(self.entry.content.layer)
    }
}

/// The files of one topic.
#[derive(Debug, Default)]
struct Found<'a> {
    list: Vec<Noted<'a>>,
    count: usize,
    bytes: u64,
}

/// What is asked of each path.
struct Asking {
    paths: Fitting<'static>,
    /// The data directory of a service that a folder is, or lies in.
    data: Folder<Option<&'static str>>,
    /// Whether a folder lies among the tests of a package of a language.
    tests: Folder<bool>,
    /// Whether a name in the path of a folder begins with a dot.
    dots: Folder<bool>,
}

/// What the walk noted.
#[derive(Debug, Default)]
pub(crate) struct Survey<'a> {
    topics: BTreeMap<Topic, Found<'a>>,
    /// Entries that are no folders.
    pub(crate) files: usize,
    /// Bytes of all regular files, by their names.
    pub(crate) bytes: u64,
    /// Files that lie in the image twice.
    pub(crate) copies: Copies,
    /// By volume, the file below it that the highest layer holds.
    last_below: BTreeMap<String, Last>,
    /// Data directories of services that are links, and where they lead.
    data_links: BTreeMap<String, String>,
}

/// A file below a volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Last {
    pub(crate) path: String,
    pub(crate) layer: usize,
}

/// Volumes that are looked below; nobody declares more.
const MOST_VOLUMES: usize = 64;

impl<'a> Survey<'a> {
    /// Walks over the files.
    pub(crate) fn new(input: &Input<'a>) -> Self {
        let mut survey = Self::default();
        let volumes = input.config.map_or(Vec::new(), |config| {
            let names = config.config.volumes.keys().take(MOST_VOLUMES);
            let folder = |name: &String| {
                let name = ImagePath::new(name.as_bytes()).to_string();
                let below = format!("{name}/");
                (name, below)
            };
            names.map(folder).collect()
        });
        let mut asking = Asking {
            paths: PATHS.all(),
            data: Folder::default(),
            tests: Folder::default(),
            dots: Folder::default(),
        };
        let homes = homes(input);
        input.tree.walk(|path, entry, target| {
            if entry.kind == EntryKind::Symlink {
                survey.look_at_link(path, target);
            }
            survey.look(input, (path, entry), &mut asking);
            survey.look_at_home(&homes, (path, entry), &mut asking);
            survey.look_below(&volumes, path, entry);
        });
        survey
    }

    fn look(&mut self, input: &Input<'a>, (path, entry): (&[u8], &Entry), asking: &mut Asking) {
        let is_file = entry.kind == EntryKind::File;
        if entry.kind != EntryKind::Folder {
            self.files += 1;
        }
        if is_file {
            self.bytes = self.bytes.saturating_add(entry.size);
            self.copies.look(input, entry);
        }
        let kind = if is_file { kind(input, entry) } else { None };
        let mut add = |topic, what| {
            self.add(
                topic,
                path,
                &Noted {
                    path: ImagePath::default(),
                    entry: *entry,
                    what,
                    kind,
                },
            );
        };
        if is_file && entry.mode & 0o6000 != 0 {
            add(Topic::SetId, "");
        }
        if is_file && entry.has_capabilities {
            add(Topic::Capable, "");
        }
        if is_writable(entry) {
            add(Topic::Writable, "");
        }
        if !is_file {
            return;
        }
        let folder = path.get(..name_start(path)).unwrap_or_default();
        let data = asking.data.told(folder, || services::data_folder(folder));
        if let Some(data) = data.filter(|_| entry.size > 0) {
            add(Topic::Data, data);
        }
        if asking.tests.told(folder, || is_of_tests(folder)) {
            add(Topic::Docs, TESTS);
        }
        for (topic, what) in by_kind(path, entry, kind).into_iter().flatten() {
            add(topic, what);
        }
        let Ok(name) = str::from_utf8(path) else {
            return;
        };
        for row in asking.paths.of(name) {
            // its first bytes told it
            if row.topic != Topic::Dump || kind != Some(&Kind::HeapDump) {
                add(row.topic, row.what);
            }
        }
    }

    /// Looks at a file in somebody's own folder as at one of root's.
    fn look_at_home(
        &mut self,
        homes: &[String],
        (path, entry): (&[u8], &Entry),
        asking: &mut Asking,
    ) {
        if entry.kind != EntryKind::File {
            return;
        }
        let (folder, name) = path.split_at(name_start(path));
        if !asking.dots.told(folder, || has_dot_name(folder)) && !name.starts_with(b".") {
            return;
        }
        let paths = &mut asking.paths;
        let at_home = |home: &String| {
            let rest = path.strip_prefix(home.as_bytes())?;
            // all that matters there begins with a dot
            rest.starts_with(b".").then_some(rest)
        };
        let Some(rest) = homes.iter().find_map(at_home) else {
            return;
        };
        let (Ok(whole), Ok(rest)) = (str::from_utf8(path), str::from_utf8(rest)) else {
            return;
        };
        let known: Vec<Topic> = paths.of(whole).map(|row| row.topic).collect();
        let as_of_root = format!("root/{rest}");
        let rows = paths.of(&as_of_root);
        for row in rows.filter(|row| !known.contains(&row.topic)) {
            let noted = Noted {
                path: ImagePath::default(),
                entry: *entry,
                what: row.what,
                kind: None,
            };
            self.add(row.topic, path, &noted);
        }
    }

    fn look_below(&mut self, volumes: &[(String, String)], path: &[u8], entry: &Entry) {
        if entry.kind != EntryKind::File {
            return;
        }
        let layer = usize::from(entry.content.layer);
        for (volume, folder) in volumes {
            let is_below = path.starts_with(folder.as_bytes());
            if is_below
                && self
                    .last_below
                    .get(volume)
                    .is_none_or(|last| last.layer < layer)
            {
                let path = ImagePath::new(path).to_string();
                self.last_below.insert(volume.clone(), Last { path, layer });
            }
        }
    }

    fn look_at_link(&mut self, path: &[u8], target: &[u8]) {
        if services::data_folder(&[path, b"/"].concat()).is_none() {
            return;
        }
        let folder = path.get(..name_start(path)).unwrap_or_default();
        let folder = if target.starts_with(b"/") {
            b""
        } else {
            folder
        };
        let target = ImagePath::new(&[folder, target].concat()).to_string();
        let path = ImagePath::new(path).to_string();
        self.data_links.insert(path, target);
    }

    /// Returns where the data directory of a service leads, by its clean path, if it is a link.
    pub(crate) fn data_link(&self, path: &str) -> Option<&str> {
        self.data_links.get(path).map(String::as_str)
    }

    /// Returns the file below a volume, by its clean path, that the highest layer holds.
    pub(crate) fn last_below(&self, volume: &str) -> Option<&Last> {
        self.last_below.get(volume)
    }

    fn add(&mut self, topic: Topic, path: &[u8], noted: &Noted<'a>) {
        let found = self.topics.entry(topic).or_default();
        found.count += 1;
        found.bytes = found.bytes.saturating_add(noted.entry.size);
        if found.list.len() < MOST {
            let path = ImagePath::new(path);
            found.list.push(Noted { path, ..*noted });
        }
    }

    /// Returns the files of a topic by path.
    pub(crate) fn of(&self, topic: Topic) -> &[Noted<'a>] {
        self.topics.get(&topic).map_or(&[], |found| &found.list)
    }

    /// Returns how many files a topic has, and how many bytes.
    pub(crate) fn sum(&self, topic: Topic) -> (usize, u64) {
        let found = self.topics.get(&topic);
        found.map_or((0, 0), |found| (found.count, found.bytes))
    }

    /// Returns the files whose owners matter.
    pub(crate) fn owned(&self) -> impl Iterator<Item = &Noted<'a>> {
        let topics = [
            Topic::Data,
            Topic::Dump,
            Topic::Git,
            Topic::Library,
            Topic::Log,
            Topic::Program,
            Topic::Runtime,
            Topic::Seed,
            Topic::SetId,
            Topic::SshKey,
            Topic::Store,
            Topic::Writable,
        ];
        topics.into_iter().flat_map(|topic| self.of(topic))
    }
}

/// Folders of accounts that are looked into; images have about twenty.
const MOST_HOMES: usize = 64;

/// Returns the beginnings of paths in folders of accounts, and of `HOME`, that the table does not name.
fn homes(input: &Input<'_>) -> Vec<String> {
    let accounts = accounts::accounts(file(input, "etc/passwd").unwrap_or_default());
    let env = input.config.map_or(&[][..], |config| &config.config.env);
    let set = env.iter().filter_map(|set| set.strip_prefix("HOME="));
    let all = accounts.iter().map(|account| &*account.home).chain(set);
    let mut homes = BTreeSet::new();
    for home in all.filter(|home| home.starts_with('/')) {
        let path = ImagePath::new(home.as_bytes()).to_string();
        let is_named = path == "root" || path.starts_with("home/");
        if !is_named && homes.len() < MOST_HOMES {
            homes.insert(if path.is_empty() { path } else { path + "/" });
        }
    }
    homes.into_iter().collect()
}

/// Whether a part of a path begins with a dot.
fn has_dot_name(path: &[u8]) -> bool {
    path.starts_with(b".") || path.array_windows().any(|two| two == b"/.")
}

/// Returns what the first bytes of a file, and where it lies, say that it is.
fn by_kind(path: &[u8], entry: &Entry, kind: Option<&Kind>) -> [Option<(Topic, &'static str)>; 2] {
    let is_run = entry.mode & 0o111 != 0;
    let compiler = match kind {
        Some(Kind::Elf(_)) if is_run => tools::compiler(path).map(|name| (Topic::Compiler, name)),
        _ => None,
    };
    let other = match kind {
        Some(Kind::Sqlite) => Some((Topic::Store, "SQLite")),
        Some(Kind::Redis) => Some((Topic::Store, "Redis")),
        Some(Kind::HeapDump) => Some((Topic::Dump, "memory of a Java program")),
        Some(Kind::Elf(_)) if system::is_library(path) => Some((Topic::Library, "")),
        Some(Kind::Elf(_) | Kind::Script(_)) if is_run && system::is_program(path) => {
            Some((Topic::Program, ""))
        }
        Some(Kind::Elf(_) | Kind::Script(_)) | None => None,
    };
    [compiler, other]
}

/// What files are that try out a package of a language.
pub(crate) const TESTS: &str = "tests";

/// Whether a folder lies in one for tests, among packages of a language.
fn is_of_tests(folder: &[u8]) -> bool {
    let parts = || folder.split(|&byte| byte == b'/');
    let is_tests = |part: &[u8]| matches!(part, b"test" | b"tests");
    let is_of_packages = |part: &[u8]| {
        matches!(part, b"site-packages" | b"dist-packages" | b"node_modules" | b"gems")
            // Python has its own in `lib/python3.13/test`
            || part.starts_with(b"python3.")
    };
    let Some(at) = parts().position(is_tests) else {
        return false;
    };
    parts().take(at).any(is_of_packages)
}

/// Whether everybody may write a file, or may put files into a folder and take others' away.
fn is_writable(entry: &Entry) -> bool {
    match entry.kind {
        EntryKind::File => entry.mode & 0o002 != 0,
        EntryKind::Folder => entry.mode & 0o1002 == 0o002,
        EntryKind::Symlink | EntryKind::HardLink | EntryKind::Special => false,
    }
}
