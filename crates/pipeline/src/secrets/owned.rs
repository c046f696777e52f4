//! Files that are as their packages brought them: whatever is in them, everybody has it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Read};

use md5::{Digest as _, Md5};
use model::{ImagePath, Package};
use sha1::Sha1;

use super::Sums;
use super::track::Lying;

/// Bytes that are summed at once.
const PIECE: usize = 16 << 10;

/// Which files are as they were brought.
#[derive(Debug)]
pub(crate) struct Brought {
    sums: Sums,
}

impl Brought {
    pub(crate) const fn new(sums: Sums) -> Self {
        Self { sums }
    }

    /// Returns the checksums by path.
    pub(crate) const fn sums(&self) -> &Sums {
        &self.sums
    }

    /// Whether a database speaks of this file, and one of these checksums is what it says.
    pub(crate) fn is(&self, path: &ImagePath, digests: &[String]) -> bool {
        let known = names(path)
            .filter_map(|name| self.sums.get(&name))
            .flatten();
        known.into_iter().any(|sum| digests.contains(sum))
    }

    /// Whether a file must be read again to tell.
    pub(crate) fn must_know(&self, it: &Lying<'_>) -> bool {
        it.file.digests.is_empty() && names(&it.file.path).any(|name| self.sums.contains_key(&name))
    }
}

/// Returns the paths under which databases may know these files.
pub(crate) fn wanted<'a>(paths: impl Iterator<Item = &'a ImagePath>) -> BTreeSet<ImagePath> {
    paths.flat_map(names).collect()
}

/// A file of `/usr` may have been brought to the folder of the same name beside it, which is a link now.
fn names(path: &ImagePath) -> impl Iterator<Item = ImagePath> {
    let bare = path.as_str().strip_prefix("usr/");
    let bare = bare.map(|bare| ImagePath::new(bare.as_bytes()));
    [path.clone()].into_iter().chain(bare)
}

/// Returns the names of the packages that own these files.
pub(super) fn owners<'p>(
    packages: &'p [Package],
    paths: &BTreeSet<&ImagePath>,
) -> BTreeMap<ImagePath, &'p str> {
    let mut owners = BTreeMap::new();
    if paths.is_empty() {
        return owners;
    }
    let mut known: BTreeMap<ImagePath, &ImagePath> = BTreeMap::new();
    for path in paths {
        known.extend(names(path).map(|name| (name, *path)));
    }
    for package in packages {
        for path in package.files.iter().filter_map(|file| known.get(file)) {
            owners.entry((*path).clone()).or_insert(&*package.name);
        }
    }
    owners
}

/// Returns the checksums of a file as the databases of packages write them.
pub(crate) fn digests(bytes: &[u8]) -> Vec<String> {
    digests_of(bytes).unwrap_or_default()
}

/// Returns the same of one that is read, however long it is.
///
/// # Errors
/// Those of reading.
pub(crate) fn digests_of(mut source: impl Read) -> io::Result<Vec<String>> {
    let (mut md5, mut sha1) = (Md5::new(), Sha1::new());
    let mut buffer = [0; PIECE];
    loop {
        let count = source.read(&mut buffer)?;
        let bytes = buffer.get(..count).unwrap_or_default();
        if bytes.is_empty() {
            break;
        }
        md5.update(bytes);
        sha1.update(bytes);
    }
    let text = |name: &str, digest: &[u8]| {
        let mut text = format!("{name}:");
        for byte in digest {
            let _never = write!(text, "{byte:02x}");
        }
        text
    };
    Ok(vec![
        text("md5", &md5.finalize()),
        text("sha1", &sha1.finalize()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed by `md5sum` and `sha1sum`.
    #[test]
    fn checksums_are_those_of_any_other_program() {
        let want = [
            "md5:5d41402abc4b2a76b9719d911017c592",
            "sha1:aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d",
        ];
        assert_eq!(digests(b"hello"), want);
    }

    #[test]
    fn a_file_is_known_by_either_name() {
        let sums = Sums::from([(ImagePath::new(b"lib/x"), vec!["md5:1".to_owned()])]);
        let brought = Brought::new(sums);
        for (path, digest, want) in [
            ("lib/x", "md5:1", true),
            ("usr/lib/x", "md5:1", true),
            ("usr/lib/x", "md5:2", false),
            ("opt/lib/x", "md5:1", false),
        ] {
            let path = ImagePath::new(path.as_bytes());
            assert_eq!(
                brought.is(&path, &[digest.to_owned()]),
                want,
                "{path} {digest}"
            );
        }
    }
}
