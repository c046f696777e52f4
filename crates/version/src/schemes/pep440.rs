//! Python packages: `[N!]N(.N)*[{a|b|rc}N][.postN][.devN][+local]`.
//!
//! Source of truth: PEP 440 and `packaging.version`. Texts that are none, as old packages have,
//! are refused: they can only be equal to themselves.

use std::cmp::Ordering;

use super::{Row, Scheme};
use crate::{BadVersion, digits};

pub(crate) static ROW: Row = Row {
    name: "pep440",
    title: "a PEP 440 version",
    compare,
    ladder: "1.0.dev0 = 1.0dev < 1.0.dev1 < 1.0.dev456 < 1.0a1.dev1 < 1.0a1 = 1.0-alpha1 = 1.0a-1 < \
        1.0a1.post1 < 1.0a2.dev456 < 1.0a12 < 1.0b1.dev456 < 1.0b2 < 1.0b2.post345.dev456 < \
        1.0b2.post345 < 1.0rc1.dev456 < 1.0c1 = 1.0rc1 = 1.0-pre1 = 1.0RC1 = 1.0.preview_1 < \
        1.0rc1+x < 1.0rc2 < 1 = 1.0 = 1.0.0 = v1.0 = 0!1.0 < 1.0+a < 1.0+abc.5 < 1.0+abc.7 < \
        1.0+local < 1.0+1 < 1.0+1.a = 1.0+1-A < 1.0+5 < 1.0+10 < 1.0post = 1.0.post0 < \
        1.0.post1.dev1 < 1.0.post1 = 1.0-1 < 1.0.rev2 < 1.0-r4 < 1.0.post456 < 1.0.1 < 1.0.15 < \
        1.1.dev1 < 1.1 < 1.9 < 1.10 < 18446744073709551616 < 18446744073709551617 < 1!0.1",
    bad: &[
        "",
        "a",
        "1.",
        "1..0",
        "2019-09-12",
        "0.2.0-n653",
        "1.0+",
        "1.0+a+b",
        "1.0+a..b",
        "1.0-",
        "!1",
        "1.0dev1a1",
        "1.0 1",
        "1.0\0",
        "1.0é",
    ],
};

/// A version, read. All texts are lower-case.
#[derive(Debug)]
pub(crate) struct Version {
    /// Empty for 0.
    pub epoch: Slice,
    /// Digits and dots.
    pub release: Slice,
    pub pre: Option<(Phase, Slice)>,
    pub post: Option<Slice>,
    pub dev: Option<Slice>,
    pub local: Option<Slice>,
    text: String,
}

/// A part of a version's text.
pub(crate) type Slice = std::ops::Range<usize>;

/// Which kind of prerelease it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    Alpha,
    Beta,
    Candidate,
}

fn compare(a: &str, b: &str) -> Result<Ordering, BadVersion> {
    let bad = |text| move || Scheme::Pep440.bad(text, "it does not follow PEP 440");
    let (a, b) = (parse(a).ok_or_else(bad(a))?, parse(b).ok_or_else(bad(b))?);
    Ok(compare_public(&a, &b).then_with(|| compare_local(&a, &b)))
}

/// Compares all but the local parts.
pub(crate) fn compare_public(a: &Version, b: &Version) -> Ordering {
    let optional =
        |a: Option<&Slice>, b: Option<&Slice>, get_a: &Version, get_b: &Version| match (a, b) {
            (Some(a), Some(b)) => digits::compare(get_a.part(a), get_b.part(b)),
            (a, b) => a.is_some().cmp(&b.is_some()),
        };
    digits::compare(a.part(&a.epoch), b.part(&b.epoch))
        .then_with(|| compare_releases(a, b))
        .then_with(|| compare_pre(a, b))
        .then_with(|| optional(a.post.as_ref(), b.post.as_ref(), a, b))
        // A development release is older than what it leads to.
        .then_with(|| match (&a.dev, &b.dev) {
            (Some(_), Some(_)) => optional(a.dev.as_ref(), b.dev.as_ref(), a, b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        })
}

/// Compares the numbers of the releases; missing ones are zero.
pub(crate) fn compare_releases(a: &Version, b: &Version) -> Ordering {
    let (mut a, mut b) = (a.numbers(), b.numbers());
    loop {
        let (next_a, next_b) = (a.next(), b.next());
        if next_a.is_none() && next_b.is_none() {
            return Ordering::Equal;
        }
        let order = digits::compare(next_a.unwrap_or_default(), next_b.unwrap_or_default());
        if order.is_ne() {
            return order;
        }
    }
}

fn compare_pre(a: &Version, b: &Version) -> Ordering {
    // Of one release: development releases, prereleases, all else.
    let rank = |version: &Version| match (&version.pre, &version.post, &version.dev) {
        (Some(_), _, _) => 1,
        (None, None, Some(_)) => 0,
        _ => 2,
    };
    let (Some((phase_a, number_a)), Some((phase_b, number_b))) = (&a.pre, &b.pre) else {
        return rank(a).cmp(&rank(b));
    };
    phase_a
        .cmp(phase_b)
        .then_with(|| digits::compare(a.part(number_a), b.part(number_b)))
}

/// Compares the local parts; none is the oldest.
pub(crate) fn compare_local(a: &Version, b: &Version) -> Ordering {
    let (Some(local_a), Some(local_b)) = (&a.local, &b.local) else {
        return a.local.is_some().cmp(&b.local.is_some());
    };
    let is_separator = |byte: &u8| !byte.is_ascii_alphanumeric();
    let (mut parts_a, mut parts_b) = (
        a.part(local_a).split(is_separator),
        b.part(local_b).split(is_separator),
    );
    loop {
        let order = match (parts_a.next(), parts_b.next()) {
            (None, None) => return Ordering::Equal,
            (Some(a), Some(b)) => {
                let is_number = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
                match (is_number(a), is_number(b)) {
                    (true, true) => digits::compare(a, b),
                    (false, false) => a.cmp(b),
                    (a, b) => a.cmp(&b),
                }
            }
            (a, b) => a.is_some().cmp(&b.is_some()),
        };
        if order.is_ne() {
            return order;
        }
    }
}

impl Version {
    /// Returns a part of the text.
    pub(crate) fn part(&self, slice: &Slice) -> &[u8] {
        self.text.as_bytes().get(slice.clone()).unwrap_or_default()
    }

    /// Whether it is nothing but a release, with an epoch at most.
    pub(crate) fn is_plain(&self) -> bool {
        let has_mark = self.pre.is_some() || self.post.is_some() || self.dev.is_some();
        !has_mark && self.local.is_none()
    }

    /// Returns the numbers of the release.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = &[u8]> {
        self.part(&self.release).split(|&byte| byte == b'.')
    }
}

/// Reads a version; `None` if it is none.
pub(crate) fn parse(text: &str) -> Option<Version> {
    let text = text.trim().to_ascii_lowercase();
    let mut cursor = Cursor {
        text: text.as_bytes(),
        place: 0,
    };
    cursor.skip_word(&["v"]);
    let mut release = cursor.release()?;
    let mut epoch = 0..0;
    if cursor.skip_word(&["!"]).is_some() {
        let is_number = text
            .get(release.clone())?
            .bytes()
            .all(|byte| byte.is_ascii_digit());
        epoch = is_number.then_some(release)?;
        release = cursor.release()?;
    }
    let pre = cursor.tag(&["alpha", "a", "beta", "b", "preview", "pre", "c", "rc"]);
    let pre = pre.map(|(word, number)| (phase(word), number));
    let post = cursor
        .dash_number()
        .or_else(|| Some(cursor.tag(&["post", "rev", "r"])?.1));
    let dev = cursor.tag(&["dev"]).map(|(_, number)| number);
    let local = cursor.local();
    if cursor.place != text.len() {
        return None;
    }
    Some(Version {
        epoch,
        release,
        pre,
        post,
        dev,
        local,
        text,
    })
}

fn phase(word: &str) -> Phase {
    match word {
        "alpha" | "a" => Phase::Alpha,
        "beta" | "b" => Phase::Beta,
        _ => Phase::Candidate,
    }
}

struct Cursor<'a> {
    text: &'a [u8],
    place: usize,
}

impl Cursor<'_> {
    fn rest(&self) -> &[u8] {
        self.text.get(self.place..).unwrap_or_default()
    }

    fn skip_word<'w>(&mut self, words: &[&'w str]) -> Option<&'w str> {
        let is_next = |word: &&&str| self.rest().starts_with(word.as_bytes());
        let word = words.iter().find(is_next).copied()?;
        self.place += word.len();
        Some(word)
    }

    fn skip_separator(&mut self) {
        self.skip_word(&["-", "_", "."]);
    }

    fn take(&mut self, wanted: impl Fn(&u8) -> bool) -> Slice {
        let start = self.place;
        self.place += digits::split(self.rest(), wanted).0.len();
        start..self.place
    }

    /// Reads numbers with dots between them.
    fn release(&mut self) -> Option<Slice> {
        let start = self.place;
        loop {
            if self.take(u8::is_ascii_digit).is_empty() {
                return None;
            }
            let is_more = matches!(self.rest(), [b'.', b'0'..=b'9', ..]);
            if !is_more {
                return Some(start..self.place);
            }
            self.place += 1;
        }
    }

    /// Reads a word with an optional number; separators may stand before and behind it.
    fn tag<'w>(&mut self, words: &[&'w str]) -> Option<(&'w str, Slice)> {
        let start = self.place;
        self.skip_separator();
        let Some(word) = self.skip_word(words) else {
            self.place = start;
            return None;
        };
        self.skip_separator();
        Some((word, self.take(u8::is_ascii_digit)))
    }

    /// Reads the `-1` that means `.post1`.
    fn dash_number(&mut self) -> Option<Slice> {
        if !matches!(self.rest(), [b'-', b'0'..=b'9', ..]) {
            return None;
        }
        self.place += 1;
        Some(self.take(u8::is_ascii_digit))
    }

    fn local(&mut self) -> Option<Slice> {
        self.skip_word(&["+"])?;
        let start = self.place;
        loop {
            if self.take(u8::is_ascii_alphanumeric).is_empty() {
                // Neither an empty part nor what follows it is read: the version is refused.
                self.place = start - 1;
                return None;
            }
            let end = self.place;
            self.skip_separator();
            if self.place == end {
                return Some(start..end);
            }
        }
    }
}
