//! The package formats that are read: one file a format, one row here.

mod apk;
pub(crate) mod dpkg;
mod rpmqa;

use std::collections::BTreeSet;

use model::{Gap, GapKind, Gaps, ImagePath, Package};

use crate::draft::{Doubt, Draft};

/// Where a format's files are.
#[derive(Debug)]
pub(crate) enum Location {
    /// At this path.
    File(&'static str),
    /// Directly in this folder, if the name is accepted.
    Folder(&'static str, fn(&[u8]) -> bool),
}

impl Location {
    /// Whether a file at `path` is one of them, links left aside.
    pub(crate) fn covers(&self, path: &str) -> bool {
        match self {
            Self::File(file) => path == *file,
            Self::Folder(folder, accepts) => path
                .rsplit_once('/')
                .is_some_and(|(parent, name)| parent == *folder && accepts(name.as_bytes())),
        }
    }
}

/// What a reader finds in a database.
#[derive(Debug)]
pub(crate) struct Found {
    /// Packages, in the database's order.
    pub(crate) packages: Vec<Package>,
    /// Records that were not understood.
    pub(crate) gaps: Gaps,
    /// Whether one of the gaps is about a record.
    pub(crate) has_doubts: bool,
    /// How many packages there may be.
    pub(crate) packages_limit: usize,
    /// How many more files of packages may be listed.
    pub(crate) files_left: usize,
    /// How many more names may be listed that packages need or provide.
    pub(crate) links_left: usize,
}

impl Found {
    /// Puts a record that has ended beside the others, unless it says nothing. Says whether there may
    /// be another one; where not, a gap says so.
    pub(crate) fn end<R: Default + PartialEq>(
        &mut self,
        draft: &mut Draft<R>,
        drafts: &mut Vec<Draft<R>>,
        path: &ImagePath,
    ) -> bool {
        let draft = std::mem::take(draft);
        if draft.is_empty() {
            return true;
        }
        if draft.says_nothing() {
            self.doubt(path, "", Doubt::Nothing.why());
            return true;
        }
        let has_room = self.has_room(drafts.len(), path);
        if has_room {
            drafts.push(draft);
        }
        has_room
    }

    /// Whether there may be another package beside those that were found and `drafts` more; if not, a
    /// gap says so.
    pub(crate) fn has_room(&mut self, drafts: usize, path: &ImagePath) -> bool {
        let has_room = self.packages.len().saturating_add(drafts) < self.packages_limit;
        if !has_room {
            let limit = self.packages_limit;
            self.gaps.add(Gap::new(
                GapKind::Limited,
                path.as_str(),
                format!("more than {limit} packages are listed; the rest was left out"),
                "packages and what is wrong with them",
            ));
        }
        has_room
    }

    /// Says that a record cannot be trusted, or not be read at all; `name` may be unknown.
    pub(crate) fn doubt(&mut self, path: &ImagePath, name: &str, why: &str) {
        self.has_doubts = true;
        let place = if name.is_empty() {
            format!("{path}: a record")
        } else {
            format!("{path}: package `{name}`")
        };
        self.gaps.add(Gap::new(
            GapKind::Unparsed,
            place,
            why,
            "a package and what is wrong with it",
        ));
    }

    /// Says that names were left out, if they were.
    pub(crate) fn note_links(&mut self, path: &ImagePath) {
        if self.links_left == 0 {
            let why = "its packages need and provide too many names; the rest was left out";
            let hides = "which package needs which";
            self.gaps
                .add(Gap::new(GapKind::Limited, path.as_str(), why, hides));
        }
    }
}

/// Takes as many of the names as are left, each once and in order.
pub(crate) fn bounded<'a>(
    names: impl Iterator<Item = &'a String>,
    left: &mut usize,
) -> Vec<String> {
    let distinct: BTreeSet<&String> = names.collect();
    let taken: Vec<String> = distinct.into_iter().take(*left).cloned().collect();
    *left -= taken.len();
    taken
}

/// Which files a package owns.
#[derive(Debug)]
pub(crate) struct Owned<'a> {
    /// Name of the package, or of its file where each package has one.
    pub(crate) package: String,
    /// Its architecture; empty if the file does not say.
    pub(crate) arch: String,
    /// Whether each line begins with a checksum.
    pub(crate) is_checksums: bool,
    /// One file a line.
    pub(crate) text: &'a [u8],
}

impl Owned<'_> {
    /// Returns the files.
    pub(crate) fn names(&self) -> impl Iterator<Item = ImagePath> {
        let name = |line: &[u8]| {
            let start = if self.is_checksums {
                line.iter()
                    .position(|&byte| byte == b' ')
                    .unwrap_or(line.len())
            } else {
                0
            };
            ImagePath::new(line.get(start..).unwrap_or_default().trim_ascii_start())
        };
        self.text
            .split(|&byte| byte == b'\n')
            .map(name)
            .filter(|path| !path.as_str().is_empty())
    }
}

/// Takes the name of a file of a package, and what tells its checksum: of most files nobody asks for it.
pub(crate) type Sums<'a> = &'a mut dyn FnMut(&[u8], &dyn Fn() -> String);

/// A package format.
#[derive(Debug)]
pub(crate) struct Format {
    /// Its name, unique and the name of its file.
    pub(crate) name: &'static str,
    /// The files that list packages.
    pub(crate) databases: &'static [Location],
    /// The files that list what a package owns, if the databases do not.
    pub(crate) owned: &'static [Location],
    /// Reads one database.
    pub(crate) read: fn(&ImagePath, &[u8], &mut Found),
    /// Reads one file of `owned`.
    pub(crate) own: for<'a> fn(&ImagePath, &'a [u8]) -> Option<Owned<'a>>,
    /// Gives the files of a database, or of a file of `owned`, that have a checksum: `md5:…`, `sha1:…`.
    pub(crate) sums: fn(&ImagePath, &[u8], Sums<'_>),
    /// A database, and the packages in it as `name version`, which a test compares.
    #[cfg_attr(not(test), expect(dead_code, reason = "examples are for tests"))]
    pub(crate) example: (&'static str, &'static [&'static str]),
}

/// Every format, in alphabetical order.
pub(crate) static FORMATS: &[&Format] = &[&apk::FORMAT, &dpkg::FORMAT, &rpmqa::FORMAT];

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Reads one database and returns `name version` lines and the gaps.
    pub(crate) fn read(format: &Format, bytes: &[u8]) -> (Vec<Package>, Vec<String>) {
        let mut found = Found {
            packages: Vec::new(),
            gaps: Gaps::new(5),
            has_doubts: false,
            packages_limit: 100,
            files_left: 100,
            links_left: 100,
        };
        (format.read)(&ImagePath::new(b"db"), bytes, &mut found);
        let gaps = found.gaps.into_sorted();
        (
            found.packages,
            gaps.into_iter()
                .map(|gap| format!("{}: {}", gap.place, gap.why))
                .collect(),
        )
    }

    pub(crate) fn names(packages: &[Package]) -> Vec<String> {
        packages
            .iter()
            .map(|package| format!("{} {}", package.name, package.version))
            .collect()
    }

    #[test]
    fn the_table_is_sorted_and_each_example_is_read() {
        assert!(FORMATS.windows(2).all(|pair| pair[0].name < pair[1].name));
        for format in FORMATS {
            let (packages, gaps) = read(format, format.example.0.as_bytes());
            assert_eq!(names(&packages), format.example.1, "{}", format.name);
            assert!(gaps.is_empty(), "{}: {gaps:?}", format.name);
        }
    }

    #[test]
    fn no_cut_and_no_garbage_panics() {
        for format in FORMATS {
            let example = format.example.0.as_bytes();
            for len in 0..example.len() {
                read(format, &example[..len]);
            }
            let mut noise = 1u32;
            let garbage: Vec<u8> = std::iter::repeat_with(|| {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                noise.to_be_bytes()[0]
            })
            .take(1 << 20)
            .collect();
            let (packages, _) = read(format, &garbage);
            assert!(packages.is_empty(), "{}", format.name);
        }
    }

    #[test]
    fn a_second_name_starts_a_second_package() {
        for (format, text) in FORMATS.iter().zip([
            "P:a\nV:1\nP:b\nV:2\n",
            "Package: a\nVersion: 1\nPackage: b\nVersion: 2\n",
        ]) {
            let (packages, gaps) = read(format, text.as_bytes());
            let names: Vec<_> = packages.iter().map(Package::id).collect();
            assert_eq!(names, ["a@1", "b@2"], "{}", format.name);
            assert_eq!(
                gaps,
                [format!("db: package `a`: {}", Doubt::Unseparated.why())]
            );
        }
    }

    #[test]
    fn no_more_is_kept_than_the_limits_say() {
        for (format, record) in FORMATS.iter().zip([
            "P:a\nV:1\nD:b c\np:x y z\n\n",
            "Package: a\nVersion: 1\nDepends: b, c\nProvides: x, y, z\n\n",
        ]) {
            let text: String = record.repeat(150);
            let (packages, gaps) = read(format, text.as_bytes());
            assert_eq!(packages.len(), 100, "{}", format.name);
            let want = [
                "db: its packages need and provide too many names; the rest was left out",
                "db: more than 100 packages are listed; the rest was left out",
            ];
            assert_eq!(gaps, want, "{}", format.name);
        }
    }
}
