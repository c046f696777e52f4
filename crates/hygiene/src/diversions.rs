//! Files that a package moved aside for its own, by `dpkg-divert`: they belong to whose they were.
//!
//! Source of truth: dpkg's `lib/dpkg/db-fsys-divert.c`: three lines each, the name, where the file went, and
//! the package that wants it so, `:` for who runs the system.

use std::collections::BTreeMap;

use model::ImagePath;

/// Where it stands.
pub(crate) const PATH: &str = "var/lib/dpkg/diversions";

/// A file that lies somewhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Diverted {
    /// Where its package put it.
    pub(crate) from: ImagePath,
    /// The package whose own file lies there.
    pub(crate) by: String,
}

/// Returns what was moved, by where it lies now.
pub(crate) fn read(text: &str) -> BTreeMap<ImagePath, Diverted> {
    let mut lines = text.lines();
    let mut diverted = BTreeMap::new();
    while let (Some(from), Some(to), Some(by)) = (lines.next(), lines.next(), lines.next()) {
        let from = ImagePath::new(from.as_bytes());
        let by = by.to_owned();
        diverted.insert(ImagePath::new(to.as_bytes()), Diverted { from, by });
    }
    diverted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_lines_are_one() {
        let found = read("/usr/bin/su\n/usr/bin/su.real\nmy-su\n/bin/x\n/bin/x.distrib\n:\n/cut\n");
        let told: Vec<String> = found
            .iter()
            .map(|(to, it)| format!("{to} {} {}", it.from, it.by))
            .collect();
        assert_eq!(
            told,
            ["bin/x.distrib bin/x :", "usr/bin/su.real usr/bin/su my-su"]
        );
    }
}
