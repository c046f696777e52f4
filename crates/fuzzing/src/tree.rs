//! What holds for every tree of files, whatever layers made it.

use std::collections::BTreeMap;

use model::{Entry, EntryKind, Limits, Tree};

/// Walks the tree and looks every path up.
///
/// # Panics
/// If paths are not clean, sorted and unique, or one cannot be found again.
pub(crate) fn check(tree: &Tree, limits: &Limits) {
    let mut seen: BTreeMap<Vec<Vec<u8>>, EntryKind> = BTreeMap::new();
    tree.walk(|path, entry, target| {
        let parts: Vec<Vec<u8>> = path
            .split(|&byte| byte == b'/')
            .map(<[u8]>::to_vec)
            .collect();
        assert!(parts.iter().all(|part| is_name(part)), "{path:?} is clean");
        if let Some((_, folder)) = parts.split_last()
            && !folder.is_empty()
        {
            assert_eq!(
                seen.get(folder),
                Some(&EntryKind::Folder),
                "{path:?} lies in a folder"
            );
        }
        if let Some((last, _)) = seen.last_key_value() {
            assert!(*last < parts, "{path:?} stands in order");
        }
        let is_link = matches!(entry.kind, EntryKind::Symlink | EntryKind::HardLink);
        assert!(is_link || target.is_empty(), "{path:?} leads nowhere");
        assert!(
            is_found(tree, path, *entry, limits),
            "{path:?} is found again"
        );
        seen.insert(parts, entry.kind);
    });
    assert_eq!(tree.len(), seen.len() + 1, "every entry and the root");
    assert!(tree.len() <= limits.tree_entries);
    let (named, gap) = tree.select(|_, _| true, limits);
    assert!(gap.is_some() || named.len() == tree.len());
    assert!(named.is_sorted_by(|a, b| a.0 <= b.0));
    for (path, _) in named {
        let _ = (
            tree.find(path.as_str(), limits),
            tree.list(path.as_str(), limits),
        );
    }
}

fn is_name(part: &[u8]) -> bool {
    !matches!(part, b"" | b"." | b"..")
}

fn is_found(tree: &Tree, path: &[u8], entry: Entry, limits: &Limits) -> bool {
    let Ok(path) = std::str::from_utf8(path) else {
        return true;
    };
    tree.entry(path, limits) == Some(entry)
}
