//! What stands at the places of one tree where formats look, and why some of it cannot be read.

use std::collections::{BTreeMap, BTreeSet};

use model::{Content, Entry, EntryKind, Gap, GapKind, ImagePath, Limits, Manner, Tree};

use crate::formats::Location;
use crate::os_release;
use crate::watch::{File, Skip};

/// Looks at one tree.
pub(crate) struct Look<'a> {
    pub(crate) tree: &'a Tree,
    pub(crate) limits: &'a Limits,
    pub(crate) skip: Skip<'a>,
    pub(crate) manner: Manner,
}

impl Look<'_> {
    /// Returns the files at the locations, each content once: `/lib` may be a link to `/usr/lib`.
    pub(crate) fn files(&self, locations: &[Location]) -> Vec<File> {
        let mut found = Vec::new();
        for location in locations {
            match location {
                Location::File(path) => found.extend(self.file(path)),
                Location::Folder(folder, accepts) => {
                    found.extend(self.folder_files(folder, *accepts));
                }
            }
        }
        self.drop_links(&mut found);
        let mut seen = BTreeSet::new();
        found.retain(|file| seen.insert(file.content));
        found.sort();
        found
    }

    /// Returns the files that tell the operating system, in the order in which they are asked.
    pub(crate) fn os_files(&self) -> Vec<File> {
        let paths = os_release::FILES.iter();
        let mut files = paths.filter_map(|path| self.file(path)).collect();
        self.drop_links(&mut files);
        files
    }

    /// Leaves out what is seen through a link, hard or symbolic, if the manner is Trivy's, which sees no
    /// links.
    fn drop_links(&self, files: &mut Vec<File>) {
        if self.manner.is_trivy() {
            let contents: BTreeSet<Content> = files.iter().map(|file| file.content).collect();
            let names: BTreeMap<Content, ImagePath> = self.tree.first_names(&contents);
            files.retain(|file| names.get(&file.content) == Some(&file.path));
        }
    }

    /// Returns those of the files of the layers below that are not `seen` any more since something that
    /// Trivy does not read stands at their path, or no folder on their way, if the manner is Trivy's: it
    /// keeps them, for no whiteout names them.
    pub(crate) fn buried(&self, below: &[File], seen: &[File]) -> Vec<File> {
        if !self.manner.is_trivy() {
            return Vec::new();
        }
        let is_buried = |file: &&File| {
            let path = file.path.as_str();
            let parents = path.match_indices('/').map(|(at, _)| at);
            let mut parents = parents.filter_map(|at| path.get(..at));
            let is_odd = |parent| {
                let entry = self.tree.entry(parent, self.limits);
                entry.is_some_and(|entry| entry.kind != EntryKind::Folder)
            };
            self.tree.entry(path, self.limits).is_some() || parents.any(is_odd)
        };
        // as `files` sorts them
        let is_seen = |file: &File| seen.binary_search_by(|it| it.path.cmp(&file.path)).is_ok();
        let gone = below.iter().filter(|file| !is_seen(file));
        gone.filter(is_buried).cloned().collect()
    }

    pub(crate) fn file(&self, path: &str) -> Option<File> {
        let entry = self.tree.find(path, self.limits)?;
        let is_read = entry.kind == EntryKind::File && !self.is_skipped(path);
        is_read.then(|| File {
            path: ImagePath::new(path.as_bytes()),
            content: entry.content,
        })
    }

    fn folder_files(&self, folder: &str, accepts: fn(&[u8]) -> bool) -> Vec<File> {
        self.tree
            .list(folder, self.limits)
            .into_iter()
            .filter(|(name, _)| accepts(name))
            .filter_map(|(name, entry)| {
                let entry = entry.filter(|entry| entry.kind == EntryKind::File)?;
                Some(File {
                    path: below(folder, &name),
                    content: entry.content,
                })
            })
            .filter(|file| !self.is_skipped(file.path.as_str()))
            .collect()
    }

    /// Returns the files of this name in each folder of a folder.
    pub(crate) fn below_each(&self, folder: &str, name: &str) -> Vec<File> {
        let here = self.tree.list(folder, self.limits).into_iter();
        let paths = here.map(|(each, _)| below(below(folder, &each).as_str(), name.as_bytes()));
        let mut files = paths.filter_map(|path| self.file(path.as_str())).collect();
        self.drop_links(&mut files);
        files
    }

    /// Whether the user left it out, by the name it is looked for or by its real one.
    fn is_skipped(&self, path: &str) -> bool {
        let real = || self.tree.real_path(path, self.limits);
        (self.skip)(path) || real().is_some_and(|real| (self.skip)(real.as_str()))
    }

    /// Says why something that stands where a file is wanted is not read.
    pub(crate) fn odd(&self, locations: &[Location]) -> Vec<Gap> {
        let gaps = locations.iter().flat_map(|location| match location {
            Location::File(path) => self.odd_file(path).into_iter().collect(),
            Location::Folder(folder, accepts) => self.odd_folder(folder, *accepts),
        });
        gaps.collect()
    }

    fn odd_file(&self, path: &str) -> Option<Gap> {
        if self.tree.entry(path, self.limits).is_none() {
            return self.dangling_parent(path);
        }
        self.odd_entry(path, self.tree.find(path, self.limits))
    }

    /// Says what is wrong with a folder of files, or with single ones in it.
    fn odd_folder(&self, folder: &str, accepts: fn(&[u8]) -> bool) -> Vec<Gap> {
        if self.tree.entry(folder, self.limits).is_none() {
            return self.dangling_parent(folder).into_iter().collect();
        }
        let entry = self.tree.find(folder, self.limits);
        let why = match entry.map(|entry| entry.kind) {
            Some(EntryKind::Folder) => {
                let here = self.tree.list(folder, self.limits).into_iter();
                let wanted = here.filter(|(name, _)| accepts(name));
                let odd = wanted.filter_map(|(name, entry)| {
                    self.odd_entry(below(folder, &name).as_str(), entry)
                });
                return odd.collect();
            }
            Some(EntryKind::File) => "it is a file and no folder",
            other => odd_kind(other),
        };
        vec![unread(folder, why)]
    }

    fn odd_entry(&self, path: &str, entry: Option<Entry>) -> Option<Gap> {
        match entry.map(|entry| entry.kind) {
            Some(EntryKind::File) if !self.is_skipped(path) => None,
            Some(EntryKind::File) => {
                let why = "it was left out as the user asked";
                Some(Gap::new(GapKind::Limited, path, why, HIDES))
            }
            other => Some(unread(path, odd_kind(other))),
        }
    }

    /// Says that a folder on the way is a link that leads nowhere.
    fn dangling_parent(&self, path: &str) -> Option<Gap> {
        let slashes = path.match_indices('/').map(|(at, _)| at);
        let mut parents = slashes.filter_map(|at| path.get(..at));
        let first = parents.find(|parent| self.tree.find(parent, self.limits).is_none())?;
        self.tree.entry(first, self.limits)?;
        Some(unread(first, odd_kind(None)))
    }
}

/// What is hidden by something that is not read although it stands where a format looks.
const HIDES: &str = "packages or the operating system";

fn unread(path: &str, why: &str) -> Gap {
    Gap::new(GapKind::Unread, path, why, HIDES)
}

/// Returns why something is not read that is no file, links followed.
const fn odd_kind(kind: Option<EntryKind>) -> &'static str {
    match kind {
        None => "it is a link that leads nowhere",
        Some(EntryKind::File) => "it is a file",
        Some(EntryKind::Folder) => "it is a folder",
        Some(EntryKind::HardLink) => "it is a hard link to a file that is not here",
        Some(EntryKind::Symlink | EntryKind::Special) => "it is a device or a pipe",
    }
}

/// Returns the path of a name in a folder.
fn below(folder: &str, name: &[u8]) -> ImagePath {
    ImagePath::new(&[folder.as_bytes(), b"/", name].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Watch;

    /// Paths, with `->` and the target of a link or a `/` behind a folder and `|` behind a pipe.
    fn tree(paths: &[&[u8]]) -> Tree {
        let mut tree = Tree::new();
        for (number, path) in (0..).zip(paths) {
            let arrow = path.windows(2).position(|pair| pair == b"->");
            let (path, target) =
                arrow.map_or((*path, &b""[..]), |at| (&path[..at], &path[at + 2..]));
            let kind = match path.last() {
                _ if arrow.is_some() => EntryKind::Symlink,
                Some(b'/') => EntryKind::Folder,
                Some(b'|') => EntryKind::Special,
                _ => EntryKind::File,
            };
            let entry = Entry {
                kind,
                mode: 0o644,
                uid: 0,
                gid: 0,
                size: 0,
                has_capabilities: false,
                mtime: 0,
                content: Content {
                    layer: 0,
                    entry: number,
                },
            };
            tree.insert(path, entry, target, &Limits::default())
                .unwrap();
        }
        tree
    }

    /// Returns the files that are read, and what is said of the rest.
    fn seen(paths: &[&[u8]]) -> (Vec<String>, Vec<String>) {
        let tree = tree(paths);
        let mut watch = Watch::new(&Limits::default(), &|_| false);
        watch.look(&tree, 0);
        watch.finish(&tree);
        let databases = watch.states.iter().flatten().flat_map(|it| &it.databases);
        let gaps = watch.gaps.into_sorted();
        (
            databases.map(|file| file.path.to_string()).collect(),
            gaps.iter()
                .map(|gap| format!("{}: {}", gap.place, gap.why))
                .collect(),
        )
    }

    /// Paths, the files that are read, and the gaps.
    type Case = (
        &'static [&'static [u8]],
        &'static [&'static str],
        &'static [&'static str],
    );

    const CASES: &[Case] = &[
        (
            &[
                b"var/lib/dpkg/status.d/ss\xff",
                b"var/lib/dpkg/status.d/a.md5sums",
            ],
            &["var/lib/dpkg/status.d/ss\\xff"],
            &[],
        ),
        (
            &[
                b"var/lib/dpkg/status.d/a",
                b"var/lib/dpkg/status.d/b->/nowhere",
                b"var/lib/dpkg/status.d/c/",
                b"var/lib/dpkg/status.d/d|",
                b"var/lib/dpkg/status.d/e.md5sums->/nowhere",
            ],
            &["var/lib/dpkg/status.d/a"],
            &[
                "var/lib/dpkg/status.d/b: it is a link that leads nowhere",
                "var/lib/dpkg/status.d/c: it is a folder",
                "var/lib/dpkg/status.d/d|: it is a device or a pipe",
            ],
        ),
        (
            &[b"var/lib/dpkg/status.d->../../../opt/d"],
            &[],
            &["var/lib/dpkg/status.d: it is a link that leads nowhere"],
        ),
        (
            &[b"var/lib/dpkg/status.d"],
            &[],
            &["var/lib/dpkg/status.d: it is a file and no folder"],
        ),
        (
            &[
                b"var/lib/dpkg->/data/dpkg",
                b"lib->usr/lib",
                b"usr/lib/apk/db/installed",
            ],
            &["lib/apk/db/installed"],
            &["var/lib/dpkg: it is a link that leads nowhere"],
        ),
        (
            &[b"var/lib/dpkg/status/"],
            &[],
            &["var/lib/dpkg/status: it is a folder"],
        ),
        (&[b"var/lib/dpkg/", b"lib/"], &[], &[]),
    ];

    #[test]
    fn what_is_no_file_where_one_is_wanted_is_told() {
        for (paths, files, gaps) in CASES {
            let (found, told) = seen(paths);
            assert_eq!(
                (&found[..], &told[..]),
                (&texts(files)[..], &texts(gaps)[..])
            );
        }
    }

    /// Returns the databases of the top layer as Trivy sees them.
    fn seen_by_trivy(layers: &[&Tree]) -> Vec<String> {
        let watch = Watch::new(&Limits::default(), &|_| false);
        let mut watch = watch.in_manner(Manner::Trivy);
        for (number, tree) in layers.iter().enumerate() {
            watch.look(tree, number);
        }
        let last = watch.states.iter().filter_map(|states| states.last());
        let files = last.flat_map(|state| &state.databases);
        files.map(|file| file.path.to_string()).collect()
    }

    #[test]
    fn trivy_sees_no_links() {
        for (paths, want) in [
            (&[&b"var/lib/dpkg/status"[..]][..], "var/lib/dpkg/status"),
            (&[b"usr/status", b"var/lib/dpkg/status->/usr/status"], ""),
            (&[b"data/status", b"var/lib/dpkg->/data"], ""),
            (
                &[b"lib->usr/lib", b"usr/lib/apk/db/installed"],
                "usr/lib/apk/db/installed",
            ),
        ] {
            assert_eq!(seen_by_trivy(&[&tree(paths)]).join(" "), want);
        }
        let mut hard = tree(&[b"usr/status"]);
        let link = Entry {
            kind: EntryKind::HardLink,
            ..hard.find("usr/status", &Limits::default()).unwrap()
        };
        let name = b"var/lib/dpkg/status";
        hard.insert(name, link, b"usr/status", &Limits::default())
            .unwrap();
        assert!(
            hard.find("var/lib/dpkg/status", &Limits::default())
                .is_some()
        );
        assert!(seen_by_trivy(&[&hard]).is_empty());
    }

    #[test]
    fn trivy_keeps_what_was_in_a_folder_that_is_none_any_more() {
        let below = tree(&[b"var/lib/dpkg/status"]);
        for (above, want) in [
            (&[&b"var/lib/dpkg"[..]][..], "var/lib/dpkg/status"),
            (&[b"var/lib->/data"], "var/lib/dpkg/status"),
            (
                &[b"var/lib/dpkg/status->/status", b"status"],
                "var/lib/dpkg/status",
            ),
            (&[b"var/lib/dpkg/"], ""),
            (&[b"etc/os-release"], ""),
        ] {
            assert_eq!(seen_by_trivy(&[&below, &tree(above)]).join(" "), want);
        }
    }

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|&text| text.to_owned()).collect()
    }
}
