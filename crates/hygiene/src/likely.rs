//! Whether a path may fit one of many patterns, told by its last name and its beginning: of fifty
//! thousand paths few may, and only these are held against the patterns themselves.
//!
//! A path that fits is always a likely one; not every likely one fits.

use std::collections::BTreeSet;
use std::ops::Bound;

/// What the paths that fit some patterns have.
#[derive(Debug, Default)]
pub(crate) struct Likely {
    /// Last names.
    names: BTreeSet<String>,
    /// What follows the last point of the last name.
    endings: BTreeSet<String>,
    /// What stands in the last name.
    parts: BTreeSet<String>,
    /// Names of the folder.
    folders: BTreeSet<String>,
    /// Beginnings of the whole path, none the beginning of another.
    starts: BTreeSet<String>,
    /// Whether there is a pattern of which nothing of that is known.
    is_any: bool,
}

/// What stands for other text in a pattern without sets and braces; a pattern with the last one is as good
/// as none.
const WILD: [char; 3] = ['*', '?', '\\'];

impl Likely {
    /// Looks at patterns as `globset` knows them: `*` stays within a folder.
    pub(crate) fn new<'p>(patterns: impl Iterator<Item = &'p str>) -> Self {
        let mut likely = Self::default();
        for pattern in patterns {
            for plain in without_braces(pattern) {
                likely.add(&without_sets(&plain));
            }
        }
        let all = std::mem::take(&mut likely.starts);
        let is_longer = |start: &String| {
            let mut shorter = all.iter().filter(|other| *other != start);
            shorter.any(|other| start.starts_with(other.as_str()))
        };
        likely.starts = all.iter().filter(|it| !is_longer(it)).cloned().collect();
        likely
    }

    /// Adds a pattern without braces and sets.
    fn add(&mut self, pattern: &str) {
        let (before, name) = pattern.rsplit_once('/').unwrap_or(("", pattern));
        let folder = before.rsplit('/').next().unwrap_or_default();
        let start = pattern.split(WILD).next().unwrap_or_default();
        let longest = name.split(WILD).max_by_key(|part| part.len());
        let ending = name.split(WILD).next_back().and_then(|rest| {
            let (_, ending) = rest.rsplit_once('.')?;
            Some(ending)
        });
        let is_plain = |text: &str| !text.is_empty() && !text.contains(WILD);
        let (set, text) = match (ending, longest) {
            _ if pattern.contains('\\') => {
                self.is_any = true;
                return;
            }
            _ if is_plain(name) => (&mut self.names, name),
            (Some(ending), _) if !ending.is_empty() => (&mut self.endings, ending),
            (_, Some(part)) if !part.is_empty() => (&mut self.parts, part),
            _ if !start.is_empty() => (&mut self.starts, start),
            _ if name == "*" && is_plain(folder) => (&mut self.folders, folder),
            _ => {
                self.is_any = true;
                return;
            }
        };
        set.insert(text.to_owned());
    }

    /// Whether a path may fit.
    pub(crate) fn is(&self, path: &str) -> bool {
        let (before, name) = path.rsplit_once('/').unwrap_or(("", path));
        let folder = before.rsplit('/').next().unwrap_or_default();
        let ending = name.rsplit_once('.').map(|(_, ending)| ending);
        self.is_any
            || self.names.contains(name)
            || ending.is_some_and(|ending| self.endings.contains(ending))
            || self.folders.contains(folder)
            || self.parts.iter().any(|part| name.contains(part.as_str()))
            || self.starts_so(path)
    }

    fn starts_so(&self, path: &str) -> bool {
        // all between a beginning of the path and the path begin so, too, and there is none
        let mut upto = self
            .starts
            .range::<str, _>((Bound::Unbounded, Bound::Included(path)));
        let nearest = upto.next_back();
        nearest.is_some_and(|start| path.starts_with(start.as_str()))
    }
}

/// Writes `*` for each set of characters: it fits more.
fn without_sets(pattern: &str) -> String {
    let mut parts = pattern.split('[');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push('*');
        plain.push_str(part.split_once(']').map_or("", |(_, rest)| rest));
    }
    plain
}

/// Writes a pattern out for each choice that its braces give.
fn without_braces(pattern: &str) -> Vec<String> {
    let choice = pattern.split_once('{').and_then(|(before, rest)| {
        let (choices, after) = rest.split_once('}')?;
        Some((before, choices, after))
    });
    let Some((before, choices, after)) = choice else {
        return vec![pattern.to_owned()];
    };
    let written = choices.split(',').map(|it| format!("{before}{it}{after}"));
    written.flat_map(|it| without_braces(&it)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likely_paths_are_told_by_what_patterns_ask() {
        let patterns = [
            "**/core",
            "**/*.mv.db",
            "**/log.*",
            "**/core.[0-9]*",
            "**/appendonlydir/*",
            "usr/share/{doc,man}/**",
            "etc/{a,b/c}/*",
            "**/{x,y}*z",
        ];
        let likely = Likely::new(patterns.into_iter());
        for (path, want) in [
            ("core", true),
            ("a/core", true),
            ("a/core/x", false),
            ("a/x.db", true),
            ("a/x.dbx", false),
            ("a/log.1", true),
            ("a/blog", false),
            ("core.7", true),
            ("appendonlydir/x", true),
            ("appendonlydir/x/y", false),
            ("usr/share/doc/x/y", true),
            ("usr/share/docs", false),
            ("usr/share/doc", false),
            ("etc/a/x", true),
            ("etc/b/x", false),
            ("etc/b/c/x", true),
            ("xyz", true),
            ("", false),
        ] {
            assert_eq!(likely.is(path), want, "{path}");
        }
        assert!(Likely::new(["**/*"].into_iter()).is("whatever"));
        assert!(Likely::new(["**/[ab]"].into_iter()).is("a"));
        assert!(Likely::new(["**/\\*"].into_iter()).is("*"));
    }

    #[test]
    fn braces_are_written_out() {
        for (pattern, want) in [
            ("a", &["a"][..]),
            ("{a,b/*}/c{,d}", &["a/c", "a/cd", "b/*/c", "b/*/cd"]),
            ("a{b", &["a{b"]),
        ] {
            assert_eq!(without_braces(pattern), want, "{pattern}");
        }
    }
}
