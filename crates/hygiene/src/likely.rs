//! Whether a path may fit one of many patterns, told by its last name and its folder: of fifty thousand
//! paths few may, and only these are held against the patterns themselves.
//!
//! A path that fits is always a likely one; not every likely one fits.

use std::collections::BTreeSet;

use crate::starts::Starts;

/// What the paths that fit some patterns have.
#[derive(Debug, Default)]
pub(crate) struct Likely {
    /// Last names.
    names: Words,
    /// What follows the last point of the last name.
    endings: Words,
    /// What stands in the last name, and which letters that has.
    parts: Vec<(Letters, String)>,
    /// Names of the folder.
    folders: Words,
    /// Beginnings of the folder's path.
    starts: Starts<()>,
    /// Whether there is a pattern of which nothing of that is known.
    is_any: bool,
}

/// What stands for other text in a pattern without sets and braces; a pattern with the last one is as good
/// as none.
const WILD: [char; 3] = ['*', '?', '\\'];

impl Likely {
    /// Looks at patterns as `globset` knows them: `*` stays within a folder.
    pub(crate) fn new<'p>(patterns: impl Iterator<Item = &'p str>) -> Self {
        let mut asked = Asked::default();
        for pattern in patterns {
            for plain in without_braces(pattern) {
                asked.add(&without_sets(&plain));
            }
        }
        let with_letters = |part: String| (Letters::of(&part), part);
        Self {
            names: Words::new(asked.names),
            endings: Words::new(asked.endings),
            parts: asked.parts.into_iter().map(with_letters).collect(),
            folders: Words::new(asked.folders),
            starts: Starts::new(asked.starts.into_iter().map(|start| (start, ()))),
            is_any: asked.is_any,
        }
    }

    /// Whether all paths in a folder, which ends with a slash, may fit.
    pub(crate) fn is_folder(&self, folder: &str) -> bool {
        let mut names = folder.rsplit('/');
        let _behind_the_slash = names.next();
        self.is_any
            || self.folders.have(names.next().unwrap_or_default())
            || self.starts.of(folder.as_bytes()).is_some()
    }

    /// Whether a path with this last name may fit.
    pub(crate) fn is_name(&self, name: &str) -> bool {
        let point = name.bytes().rposition(|byte| byte == b'.');
        let ending = point.and_then(|point| name.get(point + 1..));
        let letters = Letters::of(name);
        let has_part =
            |(needed, part): &(_, String)| letters.have(*needed) && name.contains(part.as_str());
        self.names.have(name)
            || ending.is_some_and(|ending| self.endings.have(ending))
            || self.parts.iter().any(has_part)
    }
}

/// What patterns ask for.
#[derive(Debug, Default)]
struct Asked {
    names: BTreeSet<String>,
    endings: BTreeSet<String>,
    parts: BTreeSet<String>,
    folders: BTreeSet<String>,
    starts: BTreeSet<String>,
    is_any: bool,
}

impl Asked {
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
}

/// Words; that something is none of them is mostly told by its first byte and its length.
#[derive(Debug, Default)]
struct Words {
    words: BTreeSet<String>,
    /// By first byte, the lengths of its words, a bit each.
    lengths: Vec<u64>,
}

impl Words {
    fn new(words: BTreeSet<String>) -> Self {
        let mut lengths = vec![0; 256];
        for word in &words {
            if let Some(lengths) = first(word).and_then(|first| lengths.get_mut(first)) {
                *lengths |= Self::length(word);
            }
        }
        Self { words, lengths }
    }

    /// Returns the bit of a length; long words share one.
    fn length(word: &str) -> u64 {
        1 << word.len().min(63)
    }

    fn have(&self, word: &str) -> bool {
        let lengths = first(word).and_then(|first| self.lengths.get(first));
        lengths.is_some_and(|lengths| lengths & Self::length(word) != 0)
            && self.words.contains(word)
    }
}

/// Returns the first byte of a word.
fn first(word: &str) -> Option<usize> {
    word.bytes().next().map(usize::from)
}

/// Which letters a text has, a bit for four of them: what has a part, has the part's letters.
#[derive(Debug, Clone, Copy)]
struct Letters(u64);

impl Letters {
    fn of(text: &str) -> Self {
        let bit = |byte: u8| 1_u64 << (byte % 64);
        Self(text.bytes().fold(0, |all, byte| all | bit(byte)))
    }

    const fn have(self, needed: Self) -> bool {
        self.0 & needed.0 == needed.0
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
    use crate::folder::name_start;

    fn is(likely: &Likely, path: &str) -> bool {
        let (folder, name) = path.split_at(name_start(path.as_bytes()));
        likely.is_folder(folder) || likely.is_name(name)
    }

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
            assert_eq!(is(&likely, path), want, "{path}");
        }
        for pattern in ["**/*", "**/[ab]", "**/\\*"] {
            assert!(is(&Likely::new([pattern].into_iter()), "a"), "{pattern}");
        }
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
