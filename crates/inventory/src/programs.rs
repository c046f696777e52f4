//! Programs that no package owns: what is linked into them is not listed anywhere.

use std::collections::BTreeSet;

use model::{Entry, EntryKind, Gap, GapKind, ImagePath, Limits, Package, Tree};

/// Bytes from which a program may have other packages linked in: the smallest Go program is larger.
const LARGE_BYTES: u64 = 512 << 10;

/// Folders that merged systems keep below `usr`, while their databases still name them without.
const MERGED: &[&str] = &["bin/", "lib/", "lib64/", "sbin/"];

/// Returns the programs that may be Go's or Rust's: executable, large, and no shared library.
///
/// The gap says that not all were looked at.
pub(crate) fn candidates(tree: &Tree, limits: &Limits) -> (Vec<ImagePath>, Option<Gap>) {
    let is_one = |name: &[u8], entry: &Entry| {
        entry.kind == EntryKind::File
            && entry.mode & 0o111 != 0
            && entry.size >= LARGE_BYTES
            && !name.ends_with(b".so")
            && !name.windows(4).any(|part| part == b".so.")
    };
    let (found, gap) = tree.select(is_one, limits);
    (found.into_iter().map(|(path, _)| path).collect(), gap)
}

/// Returns a gap for those that no package owns.
pub(crate) fn unowned(candidates: &[ImagePath], packages: &[Package]) -> Option<Gap> {
    let mut owned = BTreeSet::new();
    if !candidates.is_empty() {
        let files = packages.iter().flat_map(|package| &package.files);
        owned.extend(files.map(|file| unmerged(file.as_str())));
    }
    let mut unowned = candidates
        .iter()
        .filter(|path| !owned.contains(unmerged(path.as_str())));
    let first = unowned.next()?;
    let why = match unowned.count() {
        0 => "1 program that no package owns was not examined".to_owned(),
        more => format!(
            "{} programs that no package owns were not examined",
            more + 1
        ),
    };
    Some(Gap::new(
        GapKind::Unread,
        first.as_str(),
        why,
        "Go and Rust packages inside",
    ))
}

fn unmerged(path: &str) -> &str {
    let below = path.strip_prefix("usr/").unwrap_or(path);
    if MERGED.iter().any(|folder| below.starts_with(folder)) {
        below
    } else {
        path
    }
}

#[cfg(test)]
mod tests {
    use model::{Content, PackageFormat};

    use super::*;

    #[test]
    fn names_programs_that_no_package_owns() {
        let mut tree = Tree::new();
        for (path, mode, size) in [
            ("app/server", 0o755, 4_000_000),
            ("usr/bin/bash", 0o755, 1_200_000),
            ("usr/bin/small", 0o755, 1_000),
            ("usr/lib/libc.so.6", 0o755, 2_000_000),
            ("srv/data.bin", 0o644, 9_000_000),
            ("srv/tool", 0o755, 600_000),
        ] {
            let entry = Entry {
                kind: EntryKind::File,
                mode,
                uid: 0,
                gid: 0,
                size,
                has_capabilities: false,
                mtime: 0,
                content: Content::default(),
            };
            tree.insert(path.as_bytes(), entry, b"", &Limits::default())
                .unwrap();
        }
        let package = Package {
            name: "bash".to_owned(),
            version: "5".to_owned(),
            arch: String::new(),
            format: PackageFormat::Dpkg,
            path: ImagePath::default(),
            source_name: String::new(),
            source_version: String::new(),
            module: String::new(),
            build: None,
            licenses: Vec::new(),
            maintainer: String::new(),
            depends_on: Vec::new(),
            digest: String::new(),
            files: vec![ImagePath::new(b"bin/bash")],
            checksummed_files: 0,
            layer: 0,
        };
        let (found, limited) = candidates(&tree, &Limits::default());
        assert_eq!(limited, None);
        let gap = unowned(&found, &[package]).unwrap();
        assert_eq!(gap.place, "app/server");
        assert_eq!(gap.why, "2 programs that no package owns were not examined");
        assert!(unowned(&[], &[]).is_none());
    }
}
