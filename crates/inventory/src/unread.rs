//! Package formats that no reader knows: their presence is a gap, never silence.

use model::{Entry, EntryKind, Gap, GapKind, Limits, Tree};

use crate::watch::Skip;

/// A kind of packages that is recognised and not read.
struct Unread {
    /// What people call them.
    what: &'static str,
    /// Paths at which a database of them stands; empty if they are known by name.
    paths: &'static [&'static str],
    /// Whether a file of this name and path is one of them.
    is_one: fn(&str) -> bool,
    /// Last parts of names that are worth a closer look: cheap to ask of a million files.
    ends: &'static [&'static [u8]],
}

const UNREAD: &[Unread] = &[
    Unread {
        what: "rpm database",
        paths: &[
            "var/lib/rpm/Packages",
            "var/lib/rpm/Packages.db",
            "var/lib/rpm/rpmdb.sqlite",
            "usr/lib/sysimage/rpm/Packages",
            "usr/lib/sysimage/rpm/Packages.db",
            "usr/lib/sysimage/rpm/rpmdb.sqlite",
            "usr/share/rpm/rpmdb.sqlite",
            "var/lib/rpmmanifest/container-manifest-2",
        ],
        is_one: |_| false,
        ends: &[],
    },
    Unread {
        what: "opkg package list",
        paths: &["usr/lib/opkg/status", "opt/lib/opkg/status"],
        is_one: |_| false,
        ends: &[],
    },
    named(
        "Python package",
        &[b"METADATA", b"PKG-INFO", b".egg-info"],
        |path| {
            path.ends_with(".dist-info/METADATA")
                || path.ends_with(".egg-info/PKG-INFO")
                || path.ends_with(".egg-info")
        },
    ),
    named("npm package", &[b"package.json"], |path| {
        path.contains("node_modules/")
    }),
    named(
        "Java archive",
        &[b".jar", b".war", b".ear", b".par"],
        |_| true,
    ),
    named("Ruby gem", &[b".gemspec"], |path| {
        path.contains("/specifications/")
    }),
    named("Composer package list", &[b"installed.json"], |path| {
        path.ends_with("composer/installed.json")
    }),
    named(
        "lock file",
        &[
            b".lock",
            b".lockfile",
            b"go.sum",
            b"lock.json",
            b"lock.yaml",
            b"shrinkwrap.json",
        ],
        |path| {
            let name = path.rsplit('/').next().unwrap_or_default();
            LOCK_FILES.contains(&name)
        },
    ),
    named(".NET package list", &[b".deps.json"], |_| true),
    named("pacman package", &[b"desc"], |path| {
        path.starts_with("var/lib/pacman/local/")
    }),
    named("Conda package", &[b".json"], |path| {
        path.contains("conda-meta/")
    }),
];

/// Lists of packages that an application was built with.
const LOCK_FILES: &[&str] = &[
    "Cargo.lock",
    "Gemfile.lock",
    "Pipfile.lock",
    "Podfile.lock",
    "bun.lock",
    "composer.lock",
    "go.sum",
    "gradle.lockfile",
    "mix.lock",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "packages.lock.json",
    "pnpm-lock.yaml",
    "poetry.lock",
    "pubspec.lock",
    "uv.lock",
    "yarn.lock",
];

const fn named(
    what: &'static str,
    ends: &'static [&'static [u8]],
    is_one: fn(&str) -> bool,
) -> Unread {
    Unread {
        what,
        paths: &[],
        is_one,
        ends,
    }
}

/// Returns one gap for each kind of packages that is here and was not read.
pub(crate) fn look(tree: &Tree, limits: &Limits, skip: Skip<'_>) -> Vec<Gap> {
    let is_one = |name: &[u8], entry: &Entry| {
        entry.kind == EntryKind::File
            && UNREAD
                .iter()
                .flat_map(|unread| unread.ends)
                // their last bytes differ more often than not: far cheaper for a million files
                .any(|end| name.last() == end.last() && name.ends_with(end))
    };
    let (candidates, gap) = tree.select(is_one, limits);
    let gaps = UNREAD.iter().filter_map(|unread| {
        let at_a_path = unread.paths.iter().find(|path| {
            tree.find(path, limits)
                .is_some_and(|entry| entry.kind == EntryKind::File)
        });
        if let Some(path) = at_a_path {
            let why = format!("an {} is here and was not read", unread.what);
            let hides = "the packages in it and what is wrong with them";
            return Some(Gap::new(GapKind::Unread, *path, why, hides));
        }
        let mut found = candidates.iter().filter(|(path, _)| {
            let path = path.as_str();
            unread.ends.iter().any(|end| path.as_bytes().ends_with(end))
                && (unread.is_one)(path)
                && !skip(path)
        });
        let (first, _) = found.next()?;
        let count = found.count() + 1;
        let plural = if count == 1 {
            " is here and was"
        } else {
            "s are here and were"
        };
        let why = format!("{count} {}{plural} not read", unread.what);
        let hides = "what is wrong with language packages";
        Some(Gap::new(GapKind::Unread, first.as_str(), why, hides))
    });
    gaps.chain(gap).collect()
}

#[cfg(test)]
mod tests {
    use model::Content;

    use super::*;

    #[test]
    fn names_what_is_there_and_was_not_read() {
        let mut tree = Tree::new();
        let file = Entry {
            kind: EntryKind::File,
            mode: 0o644,
            uid: 0,
            gid: 0,
            size: 1,
            mtime: 0,
            content: Content::default(),
        };
        for path in [
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
        ] {
            tree.insert(path.as_bytes(), file, b"", &Limits::default())
                .unwrap();
        }
        let gaps = look(&tree, &Limits::default(), &|_| false);
        let texts: Vec<_> = gaps
            .iter()
            .map(|gap| format!("{}: {}", gap.place, gap.why))
            .collect();
        let want = [
            "var/lib/rpm/rpmdb.sqlite: an rpm database is here and was not read",
            "opt/lib/opkg/status: an opkg package list is here and was not read",
            "app/node_modules/a/package.json: 2 npm packages are here and were not read",
            "opt/a.jar: 1 Java archive is here and was not read",
            "app/gradle.lockfile: 2 lock files are here and were not read",
            "app/a.deps.json: 1 .NET package list is here and was not read",
            "var/lib/pacman/local/a-1/desc: 1 pacman package is here and was not read",
        ];
        assert_eq!(texts, want);
    }
}
