//! Package formats that no reader knows: their presence is a gap, never silence.

use std::collections::BTreeSet;

use model::{Entry, EntryKind, Gap, GapKind, Limits, Tree};

use crate::watch::Skip;

/// A kind of packages that is recognised and not read.
struct Unread {
    /// What people call one of them.
    what: &'static str,
    /// How they are recognised.
    by: By,
}

enum By {
    /// By a database at one of these paths.
    Paths(&'static [&'static str]),
    /// By anything in one of these folders.
    Folders(&'static [&'static str]),
    /// By the files of them. Names that end like this, in capitals or not, are worth a closer look,
    /// which is cheap to ask of a million files; then the path decides.
    Names(&'static [&'static str], fn(&str) -> bool),
}

const UNREAD: &[Unread] = &[
    Unread {
        what: "an rpm database",
        by: By::Paths(&[
            "var/lib/rpm/Packages",
            "var/lib/rpm/Packages.db",
            "var/lib/rpm/rpmdb.sqlite",
            "usr/lib/sysimage/rpm/Packages",
            "usr/lib/sysimage/rpm/Packages.db",
            "usr/lib/sysimage/rpm/rpmdb.sqlite",
            "usr/share/rpm/rpmdb.sqlite",
        ]),
    },
    Unread {
        what: "an opkg package list",
        by: By::Paths(&[
            "usr/lib/opkg/status",
            "opt/lib/opkg/status",
            "var/lib/opkg/status",
        ]),
    },
    Unread {
        what: "a package database of Gentoo or BSD",
        by: By::Folders(&["var/db/pkg"]),
    },
    Unread {
        what: "a package database of xbps",
        by: By::Folders(&["var/db/xbps"]),
    },
    Unread {
        what: "a Nix store",
        by: By::Folders(&["nix/store"]),
    },
    Unread {
        what: "a Guix store",
        by: By::Folders(&["gnu/store"]),
    },
    Unread {
        what: "a folder of snaps",
        by: By::Folders(&["var/lib/snapd/snaps", "var/lib/snapd/seed/snaps"]),
    },
    Unread {
        what: "a folder of Flatpak applications",
        by: By::Folders(&["var/lib/flatpak/app", "var/lib/flatpak/runtime"]),
    },
    Unread {
        what: "a cellar of Homebrew",
        by: By::Folders(&[
            "home/linuxbrew/.linuxbrew/Cellar",
            "opt/homebrew/Cellar",
            "usr/local/Cellar",
        ]),
    },
    named(
        "Python package",
        &["METADATA", "PKG-INFO", ".egg-info", ".egg", ".whl"],
        is_python,
    ),
    named("npm package", &["package.json"], |path| {
        name(path) == "package.json"
    }),
    named(
        "Java archive",
        &[".jar", ".war", ".ear", ".par", ".hpi", ".jpi"],
        |_| true,
    ),
    named("PHP archive", &[".phar"], |_| true),
    named("Ruby gem", &[".gemspec"], |path| {
        path.contains("/specifications/")
    }),
    named("Composer package list", &["installed.json"], |path| {
        path.ends_with("composer/installed.json")
    }),
    named(
        "lock file",
        &[
            ".lock",
            ".lockb",
            ".lockfile",
            ".resolved",
            "go.sum",
            "lock.json",
            "lock.toml",
            "lock.yaml",
            "packages.config",
            "shrinkwrap.json",
        ],
        |path| LOCK_FILES.contains(&name(path)),
    ),
    named(".NET package list", &[".deps.json"], |_| true),
    named("pacman package", &["desc"], |path| {
        path.starts_with("var/lib/pacman/local/")
    }),
    named("Conda package", &[".json"], |path| {
        path.contains("conda-meta/")
    }),
    named(
        "SBOM",
        &[".spdx", ".spdx.json", ".cdx", ".cdx.json"],
        |_| true,
    ),
];

/// Lists of packages that an application was built with.
const LOCK_FILES: &[&str] = &[
    ".package-lock.json",
    "Cargo.lock",
    "Gemfile.lock",
    "Package.resolved",
    "Pipfile.lock",
    "Podfile.lock",
    "bun.lock",
    "bun.lockb",
    "composer.lock",
    "conan.lock",
    "go.sum",
    "gradle.lockfile",
    "mix.lock",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "packages.config",
    "packages.lock.json",
    "pnpm-lock.yaml",
    "poetry.lock",
    "pubspec.lock",
    "pylock.toml",
    "uv.lock",
    "yarn.lock",
];

const fn named(
    what: &'static str,
    ends: &'static [&'static str],
    is_one: fn(&str) -> bool,
) -> Unread {
    Unread {
        what,
        by: By::Names(ends, is_one),
    }
}

fn is_python(path: &str) -> bool {
    let is_file = [".egg-info", ".egg", ".whl"]
        .iter()
        .any(|end| ends_with(path.as_bytes(), end.as_bytes()));
    let is_in_folder = [
        ".dist-info/METADATA",
        ".egg-info/METADATA",
        ".egg-info/PKG-INFO",
        "EGG-INFO/PKG-INFO",
    ];
    is_file || is_in_folder.iter().any(|end| path.ends_with(end))
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// Ends of names, by their last letter: a million files differ from nearly all of them in it.
struct Ends {
    by_last: Vec<Vec<&'static [u8]>>,
}

impl Ends {
    fn new() -> Self {
        let mut by_last = vec![Vec::new(); 1 << u8::BITS];
        let ends = UNREAD.iter().flat_map(|unread| match unread.by {
            By::Names(ends, _) => ends,
            By::Paths(_) | By::Folders(_) => &[],
        });
        for end in ends {
            let last = end.bytes().last().unwrap_or_default();
            for letter in BTreeSet::from([last, last.to_ascii_uppercase()]) {
                if let Some(ends) = by_last.get_mut(usize::from(letter)) {
                    ends.push(end.as_bytes());
                }
            }
        }
        Self { by_last }
    }

    fn fit(&self, name: &[u8]) -> bool {
        let last = name
            .last()
            .and_then(|&last| self.by_last.get(usize::from(last)));
        last.is_some_and(|ends| ends.iter().any(|end| ends_with(name, end)))
    }
}

/// Whether a name ends like this, in capitals or not.
fn ends_with(name: &[u8], end: &[u8]) -> bool {
    let start = name.len().checked_sub(end.len());
    let tail = start.and_then(|start| name.get(start..));
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

/// Returns one gap for each kind of packages that is here and was not read.
pub(crate) fn look(tree: &Tree, limits: &Limits, skip: Skip<'_>) -> Vec<Gap> {
    let ends = Ends::new();
    let is_candidate = |name: &[u8], entry: &Entry| entry.kind == EntryKind::File && ends.fit(name);
    let (candidates, gap) = tree.select(is_candidate, limits);
    let gaps = UNREAD.iter().filter_map(|unread| match unread.by {
        By::Paths(paths) => {
            let is_file = |path: &&&str| {
                tree.find(path, limits)
                    .is_some_and(|entry| entry.kind == EntryKind::File)
            };
            Some(at(paths.iter().find(is_file)?, unread.what))
        }
        By::Folders(folders) => {
            let is_full = |path: &&&str| tree.is_full_folder(path, limits);
            Some(at(folders.iter().find(is_full)?, unread.what))
        }
        By::Names(ends, is_one) => {
            let found = candidates.iter().map(|(path, _)| path.as_str());
            let is_ours = |path: &&str| {
                let mut ends = ends.iter();
                ends.any(|end| ends_with(path.as_bytes(), end.as_bytes()))
                    && is_one(path)
                    && !skip(path)
            };
            counted(found.filter(is_ours), unread.what)
        }
    });
    gaps.chain(gap).collect()
}

fn at(path: &str, what: &str) -> Gap {
    let why = format!("{what} is here and was not read");
    let hides = "the packages in it and what is wrong with them";
    Gap::new(GapKind::Unread, path, why, hides)
}

fn counted<'a>(mut found: impl Iterator<Item = &'a str>, what: &str) -> Option<Gap> {
    let first = found.next()?;
    let why = match found.count() {
        0 => format!("1 {what} is here and was not read"),
        more => format!("{} {what}s are here and were not read", more + 1),
    };
    let hides = "what is wrong with language packages";
    Some(Gap::new(GapKind::Unread, first, why, hides))
}

#[cfg(test)]
mod tests {
    use model::Content;

    use super::*;

    /// Returns `place: why` of each gap.
    fn told(paths: &[&str]) -> Vec<String> {
        let mut tree = Tree::new();
        for path in paths {
            let kind = if path.ends_with('/') {
                EntryKind::Folder
            } else {
                EntryKind::File
            };
            let entry = Entry {
                kind,
                mode: 0o644,
                uid: 0,
                gid: 0,
                size: 1,
                has_capabilities: false,
                mtime: 0,
                content: Content::default(),
            };
            tree.insert(path.as_bytes(), entry, b"", &Limits::default())
                .unwrap();
        }
        look(&tree, &Limits::default(), &|_| false)
            .iter()
            .map(|gap| format!("{}: {}", gap.place, gap.why))
            .collect()
    }

    #[test]
    fn names_what_is_there_and_was_not_read() {
        let gaps = told(&[
            "var/lib/rpm/rpmdb.sqlite",
            "app/node_modules/a/package.json",
            "app/node_modules/b/package.json",
            "app/package.json",
            "x/METADATA",
            "opt/a.jar",
            "opt/lib/opkg/status",
            "app/pnpm-lock.yaml",
            "app/gradle.lockfile",
            "app/a.lock",
            "app/a.deps.json",
            "var/lib/pacman/local/a-1/desc",
        ]);
        let want = [
            "var/lib/rpm/rpmdb.sqlite: an rpm database is here and was not read",
            "opt/lib/opkg/status: an opkg package list is here and was not read",
            "app/node_modules/a/package.json: 3 npm packages are here and were not read",
            "opt/a.jar: 1 Java archive is here and was not read",
            "app/gradle.lockfile: 2 lock files are here and were not read",
            "app/a.deps.json: 1 .NET package list is here and was not read",
            "var/lib/pacman/local/a-1/desc: 1 pacman package is here and was not read",
        ];
        assert_eq!(gaps, want);
    }

    #[test]
    fn no_kind_of_packages_is_silent() {
        for (path, what) in [
            ("app/package.json", "1 npm package"),
            ("opt/app.JAR", "1 Java archive"),
            ("opt/app.War", "1 Java archive"),
            ("opt/plugin.hpi", "1 Java archive"),
            ("opt/a.phar", "1 PHP archive"),
            ("lib/a-1.egg", "1 Python package"),
            ("lib/a-1-py3-none-any.whl", "1 Python package"),
            ("lib/a-1.dist-info/METADATA", "1 Python package"),
            ("lib/a-1.egg-info/PKG-INFO", "1 Python package"),
            ("lib/a-1.egg/EGG-INFO/PKG-INFO", "1 Python package"),
            ("app/node_modules/.package-lock.json", "1 lock file"),
            ("app/Package.resolved", "1 lock file"),
            ("app/packages.config", "1 lock file"),
            ("app/pylock.toml", "1 lock file"),
            ("app/bun.lockb", "1 lock file"),
            ("opt/bitnami/redis/.spdx-redis.spdx", "1 SBOM"),
            ("usr/share/sbom.cdx.json", "1 SBOM"),
            ("var/lib/opkg/status", "an opkg package list"),
        ] {
            let want = format!("{path}: {what} is here and was not read");
            assert_eq!(told(&[path]), [want], "{path}");
        }
        for (path, folder, what) in [
            (
                "var/db/pkg/dev-libs/a-3/PF",
                "var/db/pkg",
                "a package database of Gentoo or BSD",
            ),
            (
                "var/db/xbps/pkgdb-0.38.plist",
                "var/db/xbps",
                "a package database of xbps",
            ),
            ("nix/store/x-a-3.0/lib/a", "nix/store", "a Nix store"),
            ("gnu/store/x-a-3.0/a", "gnu/store", "a Guix store"),
            (
                "var/lib/snapd/snaps/a_1.snap",
                "var/lib/snapd/snaps",
                "a folder of snaps",
            ),
            (
                "var/lib/flatpak/app/a/b",
                "var/lib/flatpak/app",
                "a folder of Flatpak applications",
            ),
            (
                "opt/homebrew/Cellar/a/1/b",
                "opt/homebrew/Cellar",
                "a cellar of Homebrew",
            ),
        ] {
            let want = format!("{folder}: {what} is here and was not read");
            assert_eq!(told(&[path]), [want], "{path}");
        }
    }

    #[test]
    fn other_files_are_none_of_them() {
        let gaps = told(&[
            "x/metadata",
            "x/FOOMETADATA",
            "x/ajar",
            "x/pack-package.json",
            "x/.lock",
            "x/a.lock",
            "x/desc",
            "nix/store/",
            "var/db/pkg/",
            "opt/a.jar/",
        ]);
        assert_eq!(gaps, Vec::<String>::new());
    }
}
