//! The package formats that are read: one file a format, one row here.

mod apk;
mod dpkg;

use model::{Gaps, ImagePath, Package};

/// Where a format's files are.
#[derive(Debug)]
pub(crate) enum Location {
    /// At this path.
    File(&'static str),
    /// Directly in this folder, if the name is accepted.
    Folder(&'static str, fn(&str) -> bool),
}

impl Location {
    /// Whether a file at `path` is one of them, links left aside.
    pub(crate) fn covers(&self, path: &str) -> bool {
        match self {
            Self::File(file) => path == *file,
            Self::Folder(folder, accepts) => path
                .rsplit_once('/')
                .is_some_and(|(parent, name)| parent == *folder && accepts(name)),
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
    /// How many more files of packages may be listed.
    pub(crate) files_left: usize,
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
    /// A database, and the packages in it as `name version`, which a test compares.
    #[cfg_attr(not(test), expect(dead_code, reason = "examples are for tests"))]
    pub(crate) example: (&'static str, &'static [&'static str]),
}

/// Every format, in alphabetical order.
pub(crate) static FORMATS: &[&Format] = &[&apk::FORMAT, &dpkg::FORMAT];

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Reads one database and returns `name version` lines and the gaps.
    pub(crate) fn read(format: &Format, bytes: &[u8]) -> (Vec<Package>, Vec<String>) {
        let mut found = Found {
            packages: Vec::new(),
            gaps: Gaps::new(5),
            files_left: 100,
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
}
