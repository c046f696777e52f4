//! Licences of Debian's packages: what `usr/share/doc/NAME/copyright` names, as a field of its own or as
//! the path of a common licence.
//!
//! ```text
//! License: GPL-2+ or Artistic        →   GPL-2.0-or-later, Artistic
//! see /usr/share/common-licenses/GPL-3.        →   GPL-3.0-only
//! ```
//! Source of truth: Debian's machine-readable copyright format 1.0; which lines count is Trivy's reading,
//! which reports must share. A file with the text of a licence alone names none.

use std::collections::BTreeSet;

use crate::licence;

pub(crate) const FOLDER: &str = "usr/share/doc";
pub(crate) const NAME: &str = "copyright";

const FIELD: &[u8] = b"License:";
const COMMON: &[u8] = b"/usr/share/common-licenses/";
/// Words that stand between licences.
const BETWEEN: [&str; 2] = ["or", "and"];
/// Licences of one file; the longest one of a distribution names some sixty.
const MOST: usize = 1_000;

/// Whether a file of this path names licences of a package.
pub(crate) fn covers(path: &str) -> bool {
    let package = path
        .strip_prefix(FOLDER)
        .and_then(|it| it.strip_prefix('/'));
    let package = package.and_then(|it| it.strip_suffix(NAME)?.strip_suffix('/'));
    package.is_some_and(|name| !name.is_empty() && !name.contains('/'))
}

/// Returns the lines that name licences: a hundredth of most files.
pub(crate) fn excerpt(bytes: &[u8]) -> Vec<u8> {
    let lines = bytes.split_inclusive(|&byte| byte == b'\n');
    lines
        .filter(|line| tells(line))
        .flatten()
        .copied()
        .collect()
}

fn tells(line: &[u8]) -> bool {
    line.starts_with(FIELD) || line.windows(COMMON.len()).any(|it| it == COMMON)
}

/// Returns the licences, each once, in their order; the first [`MOST`] of them.
pub(crate) fn licences(bytes: &[u8]) -> Vec<String> {
    let lines = bytes.split(|&byte| byte == b'\n').filter(|it| tells(it));
    let names = lines.flat_map(|line| {
        let line = String::from_utf8_lossy(line);
        match line.strip_prefix("License:") {
            Some(field) => split(field.trim()),
            None => common(&line).into_iter().collect(),
        }
    });
    let mut seen = BTreeSet::new();
    let names = names.map(|name| licence::of_name(&name));
    let first = names.filter(|name| seen.insert(name.clone()));
    first.take(MOST).collect()
}

/// Returns the name of the common licence that a line points to.
fn common(line: &str) -> Option<String> {
    let (_, name) = line.split_once("/usr/share/common-licenses/")?;
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '+' | '-');
    let end = name.find(|c| !is_of_name(c)).unwrap_or(name.len());
    // a sentence may end behind it
    let name = name.get(..end)?;
    let name = name.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '+');
    (!name.is_empty()).then(|| name.to_owned())
}

/// Returns the licences of a field: `A or B`, `A, B and C`; `version 2` and `or later` belong to the one
/// before.
fn split(field: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in parts(field) {
        let first = part.split_whitespace().next().unwrap_or_default();
        match (names.last_mut(), first.to_ascii_lowercase().as_str()) {
            (Some(last), "ver" | "version") => last.extend([", ", part]),
            (Some(last), "later") => last.extend([" or ", part]),
            _ => names.push(part.to_owned()),
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// Cuts a text at commas and at ` or ` and ` and `, where `_` may stand for a blank.
fn parts(field: &str) -> Vec<&str> {
    let is_blank = |c: char| matches!(c, ' ' | '_');
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(rest) = field.get(at..).filter(|rest| !rest.is_empty()) {
        let here = field.get(start..at).unwrap_or_default();
        let word = BETWEEN.iter().find(|word| {
            let after = rest.strip_prefix(**word);
            here.ends_with(is_blank) && after.is_some_and(|after| after.starts_with(is_blank))
        });
        let step = word.map_or(1, |word| word.len() + 1);
        if word.is_some() || rest.starts_with(',') {
            parts.push(here.trim_end_matches(is_blank).trim_end_matches(','));
            start = at + step;
            at = start;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    parts.push(field.get(start..).unwrap_or_default());
    let parts = parts.into_iter().map(|part| part.trim_matches(' '));
    parts.filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_are_named_in_fields_and_by_their_files() {
        for (text, want) in [
            ("License: GPL-2+\n", &["GPL-2.0-or-later"][..]),
            (
                "License: GPL-1+ or Artistic, and Expat\n free text\n",
                &["GPL-1.0-or-later", "Artistic-2.0", "MIT"],
            ),
            (
                "License: GPLv2+\n  see /usr/share/common-licenses/GPL-2, and\n",
                &["GPL-2.0-or-later", "GPL-2.0-only"],
            ),
            (
                "`/usr/share/common-licenses/LGPL-2.1'\n'/usr/share/common-licenses/GPL-3'.\n",
                &["LGPL-2.1-only", "GPL-3.0-only"],
            ),
            (
                "License: Apache License, Version 2.0\n",
                &["Apache License, Version 2.0"],
            ),
            (
                "License: GFDL-NIV-1.3+\nLicense: public-domain\n",
                &["GFDL-1.3-no-invariants-or-later", "public-domain"],
            ),
            (
                "License: GPL-2+ with distribution exception\n",
                &["GPL-2.0-or-later WITH distribution-exception"],
            ),
            (
                "License: The main library is licensed under GNU Lesser\nLicense: CC0 license\n",
                &["LGPL-2.1-only", "CC0-1.0"],
            ),
            ("License: BSD_or_MIT\n", &["BSD-3-Clause", "MIT"]),
            ("License:\n License: X\nmy License: Y\n", &[]),
            ("the floor, the sand\n", &[]),
            ("", &[]),
        ] {
            assert_eq!(licences(text.as_bytes()), want, "{text}");
            assert_eq!(licences(&excerpt(text.as_bytes())), want, "{text}");
        }
        for (path, want) in [
            ("usr/share/doc/apt/copyright", true),
            ("usr/share/doc/copyright", false),
            ("usr/share/doc/a/b/copyright", false),
            ("usr/share/doc//copyright", false),
            ("usr/share/doc/apt/copyright.gz", false),
        ] {
            assert_eq!(covers(path), want, "{path}");
        }
    }
}
