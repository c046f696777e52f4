//! From the files that [`Watch`] noted to the inventory: packages, their layers, what they own.

use std::collections::{BTreeMap, BTreeSet};

use model::{Content, Gap, GapKind, Gaps, ImagePath, Limits, Manner, Os, Package, PackageFormat};

use crate::Watch;
use crate::formats::dpkg::available;
use crate::formats::{FORMATS, Format, Found};
use crate::watch::{File, State};
use crate::{copyright, os_release, programs, red_hat_build, ubuntu_pro};

/// What is installed.
#[derive(Debug)]
pub struct Inventory {
    /// The distribution; `None` if nothing tells.
    pub os: Option<Os>,
    /// Packages, sorted by name, version, architecture and path.
    pub packages: Vec<Package>,
    /// What was not read or not understood, sorted.
    pub gaps: Vec<Gap>,
}

/// Reads everything that `watch` noted. `contents` holds the bytes of [`Watch::needed`]; what is
/// missing there becomes a gap.
pub fn read(watch: Watch<'_>, contents: &BTreeMap<Content, &[u8]>, limits: &Limits) -> Inventory {
    let Watch {
        states,
        owned,
        os,
        builds,
        copyrights,
        available,
        programs,
        manner,
        mut gaps,
        ..
    } = watch;
    let mut reader = Reader {
        contents,
        limits,
        manner,
        gaps: &mut gaps,
        files_left: limits.owned_files,
    };
    let (mut os, too_large) = os_release::read(&os, contents, manner);
    let mut packages = Vec::new();
    reader.gaps.extend(too_large);
    for ((format, states), owned) in FORMATS.iter().zip(&states).zip(&owned) {
        let mut here = reader.packages(format, states);
        reader.own(format, owned, &mut here);
        packages.append(&mut here);
    }
    if packages.len() > limits.packages {
        packages.truncate(limits.packages);
        let why = format!(
            "more than {} packages are listed; the rest was left out",
            limits.packages
        );
        gaps.add(Gap::new(
            GapKind::Limited,
            "",
            why,
            "packages and what is wrong with them",
        ));
    }
    if states
        .iter()
        .all(|states| states.last().is_none_or(|last| last.databases.is_empty()))
    {
        gaps.add(nothing_here(&states));
    }
    ubuntu_pro::tell(&mut os, &packages, manner);
    let (builds, odd) = red_hat_build::read(&builds, contents);
    builds.tell(&mut packages);
    license(&mut packages, &copyrights, contents);
    digest(&mut packages, &available, contents);
    gaps.extend(odd);
    gaps.extend(programs::unowned(&programs, &packages));
    packages.sort();
    Inventory {
        os,
        packages,
        gaps: gaps.into_sorted(),
    }
}

/// Tells of Debian's packages the licences that stand in files of their names.
fn license(packages: &mut [Package], files: &[File], contents: &BTreeMap<Content, &[u8]>) {
    let named = files.iter().filter_map(|file| {
        let folder = file.path.as_str().rsplit('/').nth(1)?;
        Some((folder, *contents.get(&file.content)?))
    });
    let texts: BTreeMap<&str, &[u8]> = named.collect();
    let is_of_dpkg = |package: &&mut Package| package.format == PackageFormat::Dpkg;
    for package in packages.iter_mut().filter(is_of_dpkg) {
        if let Some(text) = texts.get(&*package.name) {
            package.licenses = copyright::licences(text);
        }
    }
}

/// Tells of Debian's packages the checksums of the archives that they are from.
fn digest(packages: &mut [Package], files: &[File], contents: &BTreeMap<Content, &[u8]>) {
    let texts = files.iter().filter_map(|file| contents.get(&file.content));
    let sums: BTreeMap<_, _> = texts.flat_map(|text| available::checksums(text)).collect();
    for package in packages
        .iter_mut()
        .filter(|it| it.format == PackageFormat::Dpkg)
    {
        if let Some(sum) = sums.get(&(package.name.clone(), package.version.clone())) {
            package.digest = format!("sha256:{sum}");
        }
    }
}

fn nothing_here(states: &[Vec<State>]) -> Gap {
    let deleted = states
        .iter()
        .flatten()
        .filter(|state| state.databases.is_empty());
    let why = match deleted.map(|state| state.layer).max() {
        Some(layer) => format!(
            "the package database was deleted in layer {}: OS packages were not examined",
            layer + 1
        ),
        None => "no package database found: OS packages were not examined".to_owned(),
    };
    Gap::new(GapKind::Absent, "", why, "what is installed")
}

struct Reader<'a> {
    contents: &'a BTreeMap<Content, &'a [u8]>,
    limits: &'a Limits,
    manner: Manner,
    gaps: &'a mut Gaps,
    files_left: usize,
}

/// What tells packages of one state from each other.
type Key = [String; 5];

fn key(package: &Package) -> Key {
    [
        package.name.clone(),
        package.version.clone(),
        package.arch.clone(),
        package.source_name.clone(),
        package.source_version.clone(),
    ]
}

/// By what Trivy tells packages of layers from each other: name and version, without the epoch.
fn release(package: &Package) -> [String; 2] {
    let version = match package.version.split_once(':') {
        Some((epoch, rest)) if epoch.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => &package.version,
    };
    [package.name.clone(), version.to_owned()]
}

impl Reader<'_> {
    /// Returns the packages of the last state, each with the layer that brought it.
    fn packages(&mut self, format: &Format, states: &[State]) -> Vec<Package> {
        let Some((last, below)) = states.split_last() else {
            return Vec::new();
        };
        let mut packages = self.state(format, last, true);
        if self.manner.is_trivy() {
            self.first(format, states, &mut packages);
        } else {
            self.since(format, (last, below), &mut packages);
        }
        packages
    }

    /// Gives packages the lowest layer from which they have stood without a break.
    fn since(
        &mut self,
        format: &Format,
        (last, below): (&State, &[State]),
        packages: &mut [Package],
    ) {
        let mut since: BTreeMap<Key, usize> = packages
            .iter()
            .map(|package| (key(package), last.layer))
            .collect();
        let mut standing: BTreeSet<Key> = since.keys().cloned().collect();
        for state in below.iter().rev() {
            let there: BTreeSet<Key> = self.state(format, state, false).iter().map(key).collect();
            standing.retain(|key| there.contains(key));
            if standing.is_empty() {
                break;
            }
            for key in &standing {
                since.insert(key.clone(), state.layer);
            }
        }
        for package in packages {
            package.layer = since.get(&key(package)).copied().unwrap_or(last.layer);
        }
    }

    /// Gives packages the lowest layer that lists the same name and version, as Trivy does: also one that was
    /// removed above it and came back.
    fn first(&mut self, format: &Format, states: &[State], packages: &mut [Package]) {
        let mut first: BTreeMap<[String; 2], usize> = BTreeMap::new();
        for state in states {
            for package in self.state(format, state, false) {
                first.entry(release(&package)).or_insert(state.layer);
            }
        }
        for package in packages {
            if let Some(layer) = first.get(&release(package)) {
                package.layer = *layer;
            }
        }
    }

    fn state(&mut self, format: &Format, state: &State, is_last: bool) -> Vec<Package> {
        let files_left = if is_last { self.files_left } else { 0 };
        let gaps = Gaps::new(self.limits.gaps_of_a_kind);
        let mut found = Found {
            packages: Vec::new(),
            gaps,
            has_doubts: false,
            packages_limit: self.limits.packages,
            files_left,
            links_left: self.limits.package_links,
        };
        for file in &state.databases {
            match self.contents.get(&file.content) {
                Some(bytes) => (format.read)(&file.path, bytes, &mut found),
                None if is_last => self.gaps.add(Gap::new(
                    GapKind::Unread,
                    file.path.as_str(),
                    // whoever fetches files says why this one is missing
                    format!("this {} database was not read", format.name),
                    "packages and what is wrong with them",
                )),
                None => {}
            }
        }
        let mut seen = BTreeSet::new();
        found.packages.retain(|package| seen.insert(key(package)));
        if is_last {
            self.gaps
                .extend(nothing_listed(format, state, &found, self.contents));
            self.files_left = found.files_left;
            self.gaps.extend(found.gaps.into_sorted());
        }
        found.packages
    }

    /// Gives the packages their files: those with a checksum first.
    fn own(&mut self, format: &Format, files: &[File], packages: &mut [Package]) {
        let owners = owners(packages);
        let owned: Vec<_> = files
            .iter()
            .filter_map(|file| (format.own)(&file.path, self.contents.get(&file.content)?))
            .collect();
        let (checksums, lists): (Vec<_>, Vec<_>) =
            owned.into_iter().partition(|owned| owned.is_checksums);
        for owned in checksums.iter().chain(&lists) {
            let owner = owners.get(&(owned.package.clone(), owned.arch.clone()));
            let Some(package) = owner.and_then(|index| packages.get_mut(*index)) else {
                continue;
            };
            let before = package.files.len();
            let known: BTreeSet<ImagePath> = if owned.is_checksums {
                BTreeSet::new()
            } else {
                package.files.iter().cloned().collect()
            };
            let new = owned
                .names()
                .filter(|path| !known.contains(path))
                .take(self.files_left);
            package.files.extend(new);
            self.files_left -= package.files.len() - before;
            if owned.is_checksums {
                package.checksummed_files = package.files.len();
            }
        }
        if self.files_left == 0 {
            let why = format!("packages own more than {} files", self.limits.owned_files);
            self.gaps.add(Gap::new(
                GapKind::Limited,
                "",
                why,
                "which package owns a file",
            ));
        }
    }
}

/// Says that databases were read and list no package: an empty image, or somebody hides them.
fn nothing_listed(
    format: &Format,
    state: &State,
    found: &Found,
    contents: &BTreeMap<Content, &[u8]>,
) -> Option<Gap> {
    let mut databases = state.databases.iter();
    let read = databases.find(|file| contents.contains_key(&file.content))?;
    let (kind, why) = if found.has_doubts {
        let why = format!(
            "no package could be read from this {} database",
            format.name
        );
        (GapKind::Unparsed, why)
    } else {
        let why = format!("this {} database lists no installed package", format.name);
        (GapKind::Absent, why)
    };
    let gap = Gap::new(kind, read.path.as_str(), why, "what is installed");
    found.packages.is_empty().then_some(gap)
}

/// Returns the first package of each name and architecture, and of each name with none.
fn owners(packages: &[Package]) -> BTreeMap<(String, String), usize> {
    let mut owners = BTreeMap::new();
    for (index, package) in packages.iter().enumerate() {
        // where each package has a database of its own, its files are called like that
        let file = package.path.as_str().rsplit('/').next().unwrap_or_default();
        for name in [&package.name, file] {
            for arch in ["", &package.arch] {
                let key = (name.to_owned(), arch.to_owned());
                owners.entry(key).or_insert(index);
            }
        }
    }
    owners
}

#[cfg(test)]
mod tests {
    use model::{Entry, EntryKind, Tree};

    use super::*;

    fn database() -> Entry {
        Entry {
            kind: EntryKind::File,
            mode: 0o644,
            uid: 0,
            gid: 0,
            size: 1,
            has_capabilities: false,
            mtime: 0,
            content: Content::default(),
        }
    }

    /// Returns `kind place: why` of each gap of an image with this database; `None` if nobody could
    /// fetch it.
    fn told(path: &str, bytes: Option<&[u8]>) -> Vec<String> {
        let limits = Limits::default();
        let entry = database();
        let mut tree = Tree::new();
        tree.insert(path.as_bytes(), entry, b"", &limits).unwrap();
        let mut watch = Watch::new(&limits, &|_| false);
        watch.look(&tree, 0);
        watch.finish(&tree);
        let contents = bytes.map(|bytes| (entry.content, bytes));
        let inventory = read(watch, &contents.into_iter().collect(), &limits);
        let gaps = inventory.gaps.iter();
        gaps.map(|gap| format!("{} {}: {}", gap.kind.name(), gap.place, gap.why))
            .collect()
    }

    #[test]
    fn an_empty_database_a_garbled_one_and_one_that_was_not_read_differ() {
        let (dpkg, apk) = ("var/lib/dpkg/status", "lib/apk/db/installed");
        for (path, name) in [(dpkg, "dpkg"), (apk, "apk")] {
            let absent = format!("absent {path}: this {name} database lists no installed package");
            for nothing in [&b""[..], b"\n\n"] {
                assert_eq!(told(path, Some(nothing)), [&*absent]);
            }
            let unread = format!("unread {path}: this {name} database was not read");
            assert_eq!(told(path, None), [unread]);
            let unparsed = [
                format!("unparsed {path}: no package could be read from this {name} database"),
                format!("unparsed {path}: a record: none of its lines was understood"),
            ];
            for garbage in [
                &b"hello world\nthis is no status\n"[..],
                b"\x1f\x8b\x08\0\xff:\x03",
                b"\xff\xfeP\0a\0c\0k\0a\0g\0e\0:\0 \0a\0\n\0",
                &[0; 512],
            ] {
                assert_eq!(told(path, Some(garbage)), unparsed, "{garbage:?}");
            }
        }
    }

    /// Returns the layer of the package `a`, counted from 0, in an image in which each layer writes apk's database.
    fn layer(manner: Manner, databases: &[&str]) -> usize {
        let limits = Limits::default();
        let mut watch = Watch::new(&limits, &|_| false).in_manner(manner);
        let mut contents = BTreeMap::new();
        let mut tree = Tree::new();
        for (layer, text) in databases.iter().enumerate() {
            let mut entry = database();
            entry.content.layer = u16::try_from(layer).unwrap();
            contents.insert(entry.content, text.as_bytes());
            tree = Tree::new();
            let path = b"lib/apk/db/installed";
            tree.insert(path, entry, b"", &limits).unwrap();
            watch.look(&tree, layer);
        }
        watch.finish(&tree);
        let inventory = read(watch, &contents, &limits);
        inventory
            .packages
            .iter()
            .find(|it| &*it.name == "a")
            .unwrap()
            .layer
    }

    #[test]
    fn a_package_that_came_back_is_of_the_layer_that_brought_it_again_or_in_trivy_s_manner_first() {
        let (none, a, upgraded) = ("P:b\nV:1\n\n", "P:b\nV:1\n\nP:a\nV:1\n\n", "P:a\nV:2\n\n");
        let rebuilt = "P:a\nV:1\nA:noarch\n\n";
        for (databases, own, trivy) in [
            (&[a][..], 0, 0),
            (&[none, a], 1, 1),
            (&[a, "P:c\nV:1\n\nP:a\nV:1\n\n"], 0, 0),
            (&[a, upgraded], 1, 1),
            (&[a, none, a], 2, 0),
            (&[none, a, upgraded, none, a], 4, 1),
            // of another architecture it is another package, to us
            (&[a, rebuilt], 1, 0),
        ] {
            let got = [Manner::Own, Manner::Trivy].map(|manner| layer(manner, databases));
            assert_eq!(got, [own, trivy], "{databases:?}");
        }
    }
}
