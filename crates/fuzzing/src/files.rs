//! Files of an image, layer by layer, for what reads package databases.
//!
//! An input is files with `\n%%` between them. The rest of that line is the path of the file that
//! follows; `+` before a path begins another layer, `->` behind it a link, and an empty path is the
//! target's own file, which the first file is, too.
//!
//! ```text
//! Package: a
//! Version: 1
//! %%+
//! Package: a
//! Version: 2
//! %%var/lib/dpkg/info/a.list
//! /bin/a
//! ```

use std::collections::BTreeMap;

use inventory::{Inventory, Watch};
use model::{Content, Entry, EntryKind, Limits, Manner, Tree};

use crate::{limits, tree};

/// Reads what `input` installs; its first file stands at `path`.
///
/// # Panics
/// If the inventory is not sorted, not within its limits, or not the same again.
pub(crate) fn check(path: &str, input: &[u8]) {
    let limits = limits::small();
    let (trees, contents) = layers(path, input, &limits);
    for manner in [Manner::Own, Manner::Trivy] {
        check_inventory(manner, &trees, &contents, &limits);
    }
}

fn check_inventory(
    manner: Manner,
    trees: &[Tree],
    contents: &BTreeMap<Content, &[u8]>,
    limits: &Limits,
) {
    let inventory = read(manner, trees, contents, limits);
    check_packages(&inventory, trees.len(), limits);
    assert!(inventory.gaps.is_sorted(), "gaps stand in order");
    for gap in &inventory.gaps {
        assert!(!gap.why.is_empty() && !gap.hides.is_empty(), "{gap:?}");
    }
    let again = read(manner, trees, contents, limits);
    assert_eq!(
        format!("{inventory:?}"),
        format!("{again:?}"),
        "the same again"
    );
}

fn check_packages(inventory: &Inventory, layers: usize, limits: &Limits) {
    assert!(inventory.packages.is_sorted(), "packages stand in order");
    assert!(inventory.packages.len() <= limits.packages);
    let files = inventory.packages.iter().map(|package| package.files.len());
    assert!(files.sum::<usize>() <= limits.owned_files);
    for package in &inventory.packages {
        assert!(
            !package.name.is_empty() && !package.version.is_empty(),
            "{package:?}"
        );
        assert!(package.layer < layers, "{package:?}");
        assert!(
            package.checksummed_files <= package.files.len(),
            "{package:?}"
        );
        for file in &package.files {
            assert!(
                file.as_str()
                    .split('/')
                    .all(|part| !matches!(part, "" | "." | ".."))
            );
        }
    }
}

fn read(
    manner: Manner,
    trees: &[Tree],
    contents: &BTreeMap<Content, &[u8]>,
    limits: &Limits,
) -> Inventory {
    let mut watch = Watch::new(limits, &|_| false).in_manner(manner);
    for (layer, tree) in trees.iter().enumerate() {
        watch.look(tree, layer);
    }
    if let Some(top) = trees.last() {
        watch.finish(top);
    }
    let needed = watch.needed();
    assert!(needed.is_sorted(), "each once, in order");
    let wanted = needed
        .into_iter()
        .filter_map(|at| Some((at, *contents.get(&at)?)));
    let wanted: BTreeMap<Content, &[u8]> = wanted.collect();
    inventory::read(watch, &wanted, limits)
}

/// Returns the merged tree after each layer, and the content of every file.
fn layers<'a>(
    own: &'a str,
    input: &'a [u8],
    limits: &Limits,
) -> (Vec<Tree>, BTreeMap<Content, &'a [u8]>) {
    let mut contents = BTreeMap::new();
    let mut layers = vec![Tree::new()];
    for (number, (path, bytes)) in (0..).zip(split(input)) {
        let path = match path.strip_prefix(b"+") {
            Some(path) => {
                layers.push(Tree::new());
                path
            }
            None => path,
        };
        let (path, target) = match path.windows(2).position(|pair| pair == b"->") {
            Some(at) => (path.get(..at).unwrap_or_default(), path.get(at + 2..)),
            None => (path, None),
        };
        let path = if path.is_empty() {
            own.as_bytes()
        } else {
            path
        };
        let content = Content {
            layer: u16::try_from(layers.len() - 1).unwrap_or(0),
            entry: number,
        };
        let entry = entry(target.is_some(), bytes.len(), content);
        if let Some(tree) = layers.last_mut()
            && tree
                .insert(path, entry, target.unwrap_or_default(), limits)
                .is_ok()
        {
            contents.insert(content, bytes);
        }
    }
    (merged(layers, limits), contents)
}

fn merged(layers: Vec<Tree>, limits: &Limits) -> Vec<Tree> {
    let mut layers = layers.into_iter();
    let mut merged: Vec<Tree> = layers
        .next()
        .map(|lowest| lowest.into_base(limits))
        .into_iter()
        .collect();
    for (number, upper) in (1..).zip(layers) {
        let mut tree = merged.last().cloned().unwrap_or_default();
        let _ = tree.apply(&upper, number, limits);
        merged.push(tree);
    }
    if let Some(top) = merged.last() {
        tree::check(top, limits);
    }
    merged
}

fn entry(is_link: bool, size: usize, content: Content) -> Entry {
    Entry {
        kind: if is_link {
            EntryKind::Symlink
        } else {
            EntryKind::File
        },
        mode: 0o644,
        uid: 0,
        gid: 0,
        size: u64::try_from(size).unwrap_or(0),
        has_capabilities: false,
        mtime: 0,
        content,
    }
}

/// Returns path and content of each file; at most sixteen, so that one input stays cheap.
fn split(input: &[u8]) -> Vec<(&[u8], &[u8])> {
    const BETWEEN: &[u8] = b"\n%%";
    let mut files = Vec::new();
    let (mut path, mut rest) = (&[][..], input);
    while files.len() < 16 {
        let found = rest
            .windows(BETWEEN.len())
            .position(|window| window == BETWEEN);
        let (bytes, behind) = rest
            .split_at_checked(found.map_or(rest.len(), |at| at + 1))
            .unwrap_or((rest, &[]));
        files.push((path, bytes));
        let Some(line) = behind.strip_prefix(b"%%") else {
            break;
        };
        let end = line
            .iter()
            .position(|&byte| byte == b'\n')
            .unwrap_or(line.len());
        path = line.get(..end).unwrap_or_default();
        rest = line.get(end + 1..).unwrap_or_default();
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_stand_behind_their_paths() {
        let input = b"a\n%%x/y\nb\nc\n%%+\n\n%%l->t\n";
        let want: [(&[u8], &[u8]); 4] = [
            (b"", b"a\n"),
            (b"x/y", b"b\nc\n"),
            (b"+", b"\n"),
            (b"l->t", b""),
        ];
        assert_eq!(split(input), want);
    }
}
