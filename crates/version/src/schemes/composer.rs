//! PHP packages: `v1.2.3-beta2`, `2010-01-02`, `1.x-dev`, `dev-main`.
//!
//! Source of truth: `VersionParser::normalize` of composer/semver, as in Composer 2.5, then PHP's
//! `version_compare`. Branches (`dev-main`) have no order: they are only equal to themselves.

use std::cmp::Ordering;

use super::{Row, Scheme};
use crate::{BadVersion, digits};

pub(crate) static ROW: Row = Row {
    name: "composer",
    title: "a Composer version",
    compare,
    ladder: "00.01.03.04 < 1.0-dev < 1.0-alpha < 1.0-alpha1 = 1.0a1 = 1.0-alpha.1 < 1.0-beta < \
        1.0-beta1 < 1.0b2 < 1.0-RC1 = 1.0rc1 < 1.0-RC2 < 1.0-RC10 < 1.0 = v1.0 = 1.0.0.0 = \
        1.0.0+foo = 1.0-stable = 1.0@dev < 1.0-p1 = 1.0-patch1 = 1.0pl1 < 1.0-pl2 < 1.0.1 < 1.1-dev \
        < 1.1 < 1.2.3.4 < 1.9 < 1.10 < 1.x-dev < 2.0.0-alpha2.1 < 2.0.0-beta.1 < 2.0.0-beta.11 < \
        2.0 < 2010-01-02 < 2010.01.02 < 20100102",
    bad: &[
        "",
        "a",
        "1.",
        "1..0",
        "2010-10-20-0.3.1",
        "1.0.0.0.0",
        "1.0-foo",
        "1.0 1",
        "1.0-0-0-0-0-0-0-0-0-0",
        "1.0\0",
        "1.0é",
    ],
};

/// A version in the form that is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Version {
    /// Numbers and words, in order.
    Parts(Vec<Part>),
    /// A branch, by name.
    Branch(String),
}

/// A part of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// A number, its digits.
    Number(String),
    /// What stands for a stability.
    Word(Stability),
}

/// How finished a version is; `None` of them stands between `Candidate` and `Patch`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stability {
    Dev,
    Alpha,
    Beta,
    Candidate,
    Patch,
}

fn compare(a: &str, b: &str) -> Result<Ordering, BadVersion> {
    let bad = |text| move |why| Scheme::Composer.bad(text, why);
    let (parsed_a, parsed_b) = (parse(a).map_err(bad(a))?, parse(b).map_err(bad(b))?);
    match (&parsed_a, &parsed_b) {
        (Version::Parts(a), Version::Parts(b)) => Ok(compare_parts(a, b)),
        _ if parsed_a == parsed_b => Ok(Ordering::Equal),
        (Version::Branch(_), _) => Err(Scheme::Composer.bad(a, "a branch has no order")),
        _ => Err(Scheme::Composer.bad(b, "a branch has no order")),
    }
}

/// Compares as PHP does: an end is newer than `RC` and older than a number.
pub(crate) fn compare_parts(a: &[Part], b: &[Part]) -> Ordering {
    let (mut a, mut b) = (a.iter(), b.iter());
    loop {
        let (a, b) = (a.next(), b.next());
        let order = match (a, b) {
            (None, None) => return Ordering::Equal,
            (Some(Part::Number(a)), Some(Part::Number(b))) => {
                digits::compare(a.as_bytes(), b.as_bytes())
            }
            (a, b) => weight(a).cmp(&weight(b)),
        };
        if order.is_ne() {
            return order;
        }
    }
}

fn weight(part: Option<&Part>) -> u8 {
    match part {
        Some(Part::Word(Stability::Dev)) => 0,
        Some(Part::Word(Stability::Alpha)) => 1,
        Some(Part::Word(Stability::Beta)) => 2,
        Some(Part::Word(Stability::Candidate)) => 3,
        None => 4,
        Some(Part::Number(_)) => 5,
        Some(Part::Word(Stability::Patch)) => 6,
    }
}

/// Reads a version.
///
/// # Errors
/// Why it is none.
pub(crate) fn parse(text: &str) -> Result<Version, &'static str> {
    let text = strip_alias(text.trim());
    let text = strip_flag(text);
    if matches!(text, "master" | "trunk" | "default") {
        return Ok(Version::Branch(text.to_owned()));
    }
    if let Some(branch) = strip_prefix_any_case(text, "dev-") {
        return Ok(Version::Branch(branch.to_owned()));
    }
    let text = match text.split_once('+') {
        Some((version, build)) if !build.is_empty() && !build.contains(char::is_whitespace) => {
            version
        }
        _ => text,
    };
    let lower = text.to_ascii_lowercase();
    let lower = lower.strip_prefix('v').unwrap_or(&lower);
    classic(lower)
        .or_else(|| dated(lower))
        .or_else(|| numeric_branch(lower))
        .map(Version::Parts)
        .ok_or("it has no form that Composer takes")
}

/// `1.0 as 2.0` is the former.
fn strip_alias(text: &str) -> &str {
    match text.split_once(" as ") {
        Some((version, alias)) if !alias.contains(char::is_whitespace) => version.trim_end(),
        _ => text,
    }
}

fn strip_flag(text: &str) -> &str {
    const FLAGS: [&str; 5] = ["stable", "rc", "beta", "alpha", "dev"];
    match text.rsplit_once('@') {
        Some((version, flag)) if FLAGS.contains(&&*flag.to_ascii_lowercase()) => version,
        _ => text,
    }
}

pub(crate) fn strip_prefix_any_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// One to four numbers, the first of at most five digits, and a stability.
fn classic(text: &str) -> Option<Vec<Part>> {
    let written = Written::read(text)?;
    let first = written.numbers.first()?;
    (first.len() <= 5).then(|| written.parts(4, None))
}

/// A version of the usual form, as it is written.
#[derive(Debug)]
pub(crate) struct Written<'a> {
    /// One to four numbers.
    pub numbers: Vec<&'a [u8]>,
    /// Whether a stability is named, be it `stable`.
    pub has_stability: bool,
    stability: Vec<Part>,
}

impl<'a> Written<'a> {
    /// Reads a version in lower case, without `v` and build metadata.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let (first, mut rest) = digits::split(text.as_bytes(), u8::is_ascii_digit);
        let mut numbers = vec![first];
        while let [b'.', b'0'..=b'9', ..] = rest
            && numbers.len() < 4
        {
            let (digits, behind) = digits::split(rest.get(1..)?, u8::is_ascii_digit);
            numbers.push(digits);
            rest = behind;
        }
        let stability = modifier(rest)?;
        (!first.is_empty()).then_some(Self {
            numbers,
            has_stability: !rest.is_empty(),
            stability,
        })
    }

    /// Returns the version, of its first `count` numbers: with `last` behind them, if it is given,
    /// else with its own stability.
    pub(crate) fn parts(&self, count: usize, last: Option<Stability>) -> Vec<Part> {
        let mut parts: Vec<Part> = self
            .numbers
            .iter()
            .take(count)
            .map(|digits| number(digits))
            .collect();
        parts.resize(4, number(b"0"));
        match last {
            Some(last) => parts.push(Part::Word(last)),
            None => parts.extend(self.stability.iter().cloned()),
        }
        parts
    }

    /// Returns the first development version with the number at `place` raised by one.
    pub(crate) fn next(&self, place: usize) -> Vec<Part> {
        let mut parts = self.parts(place, Some(Stability::Dev));
        let digits = self.numbers.get(place).copied().unwrap_or(b"0");
        if let Some(part) = parts.get_mut(place) {
            *part = number(&digits::next(digits));
        }
        parts
    }
}

/// A year, parts of two digits, and parts of up to three, with or without marks between them.
fn dated(text: &str) -> Option<Vec<Part>> {
    let (year, mut rest) = text.as_bytes().split_at_checked(4)?;
    if !year.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // Composer keeps digits that stand together as one number.
    let mut digits = vec![year.to_vec()];
    let mut pairs = 0;
    while let Some((mark, pair, behind)) = date_part(rest, 2)
        && pairs < 6
        && pair.len() == 2
    {
        push_digits(&mut digits, mark, pair);
        rest = behind;
        pairs += 1;
    }
    let mut tails = 0;
    while let Some((mark, tail, behind)) = date_part(rest, 3)
        && tails < 2
    {
        push_digits(&mut digits, mark, tail);
        rest = behind;
        tails += 1;
    }
    if pairs == 0 {
        return None;
    }
    let mut parts: Vec<Part> = digits.iter().map(|digits| number(digits)).collect();
    parts.extend(modifier(rest)?);
    Some(parts)
}

fn push_digits(numbers: &mut Vec<Vec<u8>>, has_mark: bool, digits: &[u8]) {
    match numbers.last_mut() {
        Some(last) if !has_mark => last.extend_from_slice(digits),
        _ => numbers.push(digits.to_vec()),
    }
}

/// Cuts off an optional mark and up to `most` digits.
fn date_part(text: &[u8], most: usize) -> Option<(bool, &[u8], &[u8])> {
    let has_mark = matches!(text.first(), Some(b'.' | b':' | b'-'));
    let text = text.get(usize::from(has_mark)..)?;
    let count = text
        .iter()
        .take(most)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let (digits, rest) = text.split_at_checked(count)?;
    (count > 0).then_some((has_mark, digits, rest))
}

/// `1.x-dev`: a branch with an order, newer than all its versions.
fn numeric_branch(text: &str) -> Option<Vec<Part>> {
    let name = text.strip_suffix("dev")?;
    let name = name.strip_suffix(['.', '-']).unwrap_or(name);
    let mut parts = Vec::new();
    for part in name.split('.') {
        let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let is_any = !parts.is_empty() && matches!(part, "x" | "*");
        match (is_number, is_any) {
            (true, _) => parts.push(number(part.as_bytes())),
            (_, true) => parts.push(number(b"9999999")),
            _ => return None,
        }
    }
    if parts.len() > 4 {
        return None;
    }
    parts.resize(4, number(b"9999999"));
    parts.push(Part::Word(Stability::Dev));
    Some(parts)
}

/// Reads a stability with its numbers, and `dev`; all may be missing.
pub(crate) fn modifier(text: &[u8]) -> Option<Vec<Part>> {
    const WORDS: [(&str, Option<Stability>); 9] = [
        ("stable", None),
        ("beta", Some(Stability::Beta)),
        ("b", Some(Stability::Beta)),
        ("rc", Some(Stability::Candidate)),
        ("alpha", Some(Stability::Alpha)),
        ("a", Some(Stability::Alpha)),
        ("patch", Some(Stability::Patch)),
        ("pl", Some(Stability::Patch)),
        ("p", Some(Stability::Patch)),
    ];
    let mut parts = Vec::new();
    let bare = match text.split_first() {
        Some((b'.' | b'_' | b'-', rest)) => rest,
        _ => text,
    };
    let word = WORDS
        .iter()
        .find(|(word, _)| bare.starts_with(word.as_bytes()));
    let mut rest = text;
    if let Some((word, stability)) = word {
        rest = bare.get(word.len()..)?;
        parts.extend(stability.map(Part::Word));
        while let Some((digits, behind)) = modifier_number(rest) {
            parts.push(number(digits));
            rest = behind;
        }
        if stability.is_none() {
            // `stable` stands for nothing, whatever follows.
            parts.clear();
        }
    }
    let dev = match rest.split_first() {
        Some((b'.' | b'-', dev)) => dev,
        _ => rest,
    };
    match dev {
        b"dev" if !matches!(word, Some((_, None))) => parts.push(Part::Word(Stability::Dev)),
        b"dev" => {}
        _ if rest.is_empty() => {}
        _ => return None,
    }
    Some(parts)
}

fn modifier_number(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let digits = match text.split_first() {
        Some((b'.' | b'-', rest)) => rest,
        _ => text,
    };
    let (digits, rest) = digits::split(digits, u8::is_ascii_digit);
    (!digits.is_empty()).then_some((digits, rest))
}

fn number(digits: &[u8]) -> Part {
    Part::Number(String::from_utf8_lossy(digits).into_owned())
}
