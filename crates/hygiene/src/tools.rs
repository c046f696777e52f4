//! Programs by what they are for: the table `data/tools.tsv`, and which of them an image has.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use model::{Entry, EntryKind};

use crate::input::Input;
use crate::search;
use crate::tables::{rows, words};

/// What programs are for, by their names; one may be for several things.
static TOOLS: LazyLock<BTreeMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in rows(include_str!("../data/tools.tsv")) {
        if let [kind, names] = row[..] {
            kinds.entry(kind).or_default().extend(words(names));
        }
    }
    kinds
});

/// Folders in which programs lie, wherever `PATH` leads.
pub(crate) const FOLDERS: [&str; 7] = [
    "usr/local/sbin",
    "usr/local/bin",
    "usr/sbin",
    "usr/bin",
    "sbin",
    "bin",
    "busybox",
];

/// Returns the names of a kind.
pub(crate) fn of(kind: &str) -> &'static [&'static str] {
    TOOLS.get(kind).map_or(&[], Vec::as_slice)
}

/// Whether a program of this name is of a kind; a version behind it does not count.
pub(crate) fn is(kind: &str, name: &str) -> bool {
    of(kind).contains(&name)
}

/// A program of the table that an image has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    /// Its path, the one in the first folder that has it.
    pub(crate) path: String,
    /// 0-based index of the layer that holds it.
    pub(crate) layer: usize,
}

/// Returns the programs of a kind that an image has and anybody may run, in the table's order.
pub(crate) fn find(input: &Input<'_>, kind: &str) -> Vec<Tool> {
    let usual = FOLDERS.map(str::to_owned).into_iter();
    let folders: Vec<String> = usual.chain(search::path_folders(input)).collect();
    let tool = |name: &&'static str| {
        let paths = folders.iter().map(|folder| format!("{folder}/{name}"));
        let mut found = paths.filter_map(|path| {
            let entry = input.tree.find(&path, input.limits)?;
            let is_program = entry.kind == EntryKind::File && entry.mode & 0o111 != 0;
            // that of busybox unpacks packages and archives; it installs and builds none
            let is_whole = matches!(kind, "package manager" | "compiler");
            let is_it = !is_whole || !is_many_in_one(input, &entry);
            (is_program && is_it).then_some(Tool {
                name,
                path,
                layer: usize::from(entry.content.layer),
            })
        });
        found.next()
    };
    of(kind).iter().filter_map(tool).collect()
}

/// Returns the name in the table of a program that builds others, wherever it lies: in any `bin`, with a
/// version behind its name and a target before it, or a part of GCC.
pub(crate) fn compiler(path: &[u8]) -> Option<&'static str> {
    let mut parts = path.rsplit(|&byte| byte == b'/');
    let name = str::from_utf8(parts.next()?).ok()?;
    let is_in_bin = parts.next() == Some(b"bin");
    let is_version = |c: char| c.is_ascii_digit() || c == '.';
    let bare = match name.trim_end_matches(is_version).strip_suffix('-') {
        Some(bare) => bare,
        None => name,
    };
    let bare = ["-gnu-", "-musl-"]
        .iter()
        .find_map(|target| bare.rsplit_once(target))
        .map_or(bare, |(_, bare)| bare);
    let known = of("compiler").iter().find(|known| **known == bare)?;
    (is_in_bin || known.starts_with("cc1")).then_some(known)
}

/// Whether a program is one of those that are many programs in one file, by links of either kind.
fn is_many_in_one(input: &Input<'_>, entry: &Entry) -> bool {
    FOLDERS.iter().any(|folder| {
        of("many in one").iter().any(|name| {
            let one = input.tree.find(&format!("{folder}/{name}"), input.limits);
            one.is_some_and(|one| one.content == entry.content)
        })
    })
}

/// Returns the names of tools.
pub(crate) fn names(tools: &[Tool]) -> impl Iterator<Item = &'static str> {
    tools.iter().map(|tool| tool.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compilers_lie_anywhere() {
        for (path, want) in [
            ("usr/local/go/bin/go", Some("go")),
            ("usr/lib/jvm/java-17-openjdk-amd64/bin/javac", Some("javac")),
            ("usr/bin/x86_64-linux-gnu-gcc-12", Some("gcc")),
            ("usr/lib/llvm-14/bin/clang", Some("clang")),
            ("usr/bin/clang-14", Some("clang")),
            ("usr/libexec/gcc/x86_64-linux-gnu/12/cc1", Some("cc1")),
            ("usr/bin/gcc-ar-12", None),
            ("usr/share/doc/gcc", None),
            ("opt/app/bin/server", None),
            ("m4", None),
        ] {
            assert_eq!(compiler(path.as_bytes()), want, "{path}");
        }
    }

    #[test]
    fn kinds_that_the_code_asks_for_are_in_the_table() {
        for kind in [
            "posix shell",
            "runs what it reads",
            "shell",
            "package manager",
            "language packages",
            "compiler",
            "downloader",
            "net tool",
            "debugger",
            "interpreter",
            "supervisor",
            "init",
            "many in one",
        ] {
            assert!(!of(kind).is_empty(), "{kind}");
        }
    }
}
