//! Ruby packages: numbers and words, `1.2.0.rc1`.
//!
//! Source of truth: `Gem::Version` of `rubygems` 3.3. A `-` stands for `.pre.`, so the platform of a
//! gem (`-x86_64-linux`) must be cut off before.

use std::cmp::Ordering;

use super::{Row, Scheme};
use crate::{BadVersion, digits};

pub(crate) static ROW: Row = Row {
    name: "gem",
    title: "a gem version",
    compare,
    ladder: "0.a < 0 = 0.0 < 0.23.0.gfm.10 < 0.23.0.gfm.11 < 0.23.9 < 1.A = 1.0.A < 1.0.RC1 < 1.a = \
        1.0.a < 1.0.a.1 = 1.0.a1 < 1.0.a2 < 1.0.a10 < 1.0.b1 < 1.0.beta < 1.0.beta.1 = 1.0.beta1 < \
        1.0-rc1 = 1.0.pre.rc1 < 1.0.pre < 1.0.pre1 = 1.0-1 < 1.0.rc.1 = 1.0.rc1 = 1.0.0.rc1 < \
        1.0.rc2 < 1.0.rc10 < 1.0.z < 1 = 1.0 = 1.0.0 = 01 < 1.0.1.a < 1.0.1 < 1.9 < 1.10 < \
        2.0.0.alpha < 2.0.0 < 2.0.0.1 < 5.2.4.3 < 5.2.4.3.1 < 5.2.4.10 < 18446744073709551616 < \
        18446744073709551617",
    bad: &[
        "",
        "a",
        "1.",
        "1..0",
        ".1",
        "1_0",
        "1.0-x86_64-linux",
        "1.0+1",
        "1 0",
        "1.0-",
        "1.0\0",
        "1.0é",
    ],
};

/// A run of digits or of letters.
pub(crate) type Segment<'a> = &'a [u8];

fn compare(a: &str, b: &str) -> Result<Ordering, BadVersion> {
    let bad = |text| move |why| Scheme::Gem.bad(text, why);
    let (a, b) = (parse(a).map_err(bad(a))?, parse(b).map_err(bad(b))?);
    Ok(compare_segments(&a, &b))
}

/// Compares place by place; what is missing is zero, and words are older than numbers.
pub(crate) fn compare_segments(a: &[Segment<'_>], b: &[Segment<'_>]) -> Ordering {
    let (a, b) = (canonical(a), canonical(b));
    let longest = a.len().max(b.len());
    let padded = |segments: Vec<_>| segments.into_iter().chain(std::iter::repeat(&b"0"[..]));
    let mut pairs = padded(a).zip(padded(b)).take(longest);
    let order = pairs.find_map(|(a, b)| {
        let order = match (is_word(a), is_word(b)) {
            (true, true) => a.cmp(b),
            (false, false) => digits::compare(a, b),
            (a, b) => b.cmp(&a),
        };
        order.is_ne().then_some(order)
    });
    order.unwrap_or(Ordering::Equal)
}

/// Leaves out the zeros at the end of the release, and those at the end of all.
fn canonical<'a>(segments: &[Segment<'a>]) -> Vec<Segment<'a>> {
    let first_word = segments.iter().position(|segment| is_word(segment));
    let (release, rest) = segments.split_at(first_word.unwrap_or(segments.len()));
    [without_zeros(release), without_zeros(rest)].concat()
}

fn without_zeros<'s, 'a>(segments: &'s [Segment<'a>]) -> &'s [Segment<'a>] {
    let is_zero = |segment: &Segment<'_>| segment.iter().all(|&byte| byte == b'0');
    let end = segments.iter().rposition(|segment| !is_zero(segment));
    segments
        .get(..end.map_or(0, |last| last + 1))
        .unwrap_or_default()
}

pub(crate) fn is_word(segment: Segment<'_>) -> bool {
    segment.first().is_some_and(u8::is_ascii_alphabetic)
}

/// Reads a version.
///
/// # Errors
/// Why it is none.
pub(crate) fn parse(text: &str) -> Result<Vec<Segment<'_>>, &'static str> {
    let text = text.trim();
    let (release, rest) = match text.split_once('-') {
        Some((release, rest)) => (release, Some(rest)),
        None => (text, None),
    };
    let mut segments = Vec::new();
    let mut parts = release.split('.');
    if !parts
        .next()
        .is_some_and(|first| is_all(first, u8::is_ascii_digit))
    {
        return Err("it does not start with a number");
    }
    if !parts.all(|part| is_all(part, u8::is_ascii_alphanumeric)) {
        return Err("a part is empty or has another character than letters and digits");
    }
    split_runs(release, &mut segments);
    if let Some(rest) = rest {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        if !rest.split('.').all(|part| is_all(part, is_part)) {
            return Err("a part is empty or has another character than letters, digits and -");
        }
        for part in rest.split('-') {
            segments.push(b"pre");
            split_runs(part, &mut segments);
        }
    }
    Ok(segments)
}

fn is_all(text: &str, wanted: impl Fn(&u8) -> bool) -> bool {
    !text.is_empty() && text.as_bytes().iter().all(wanted)
}

fn split_runs<'a>(text: &'a str, segments: &mut Vec<Segment<'a>>) {
    for mut part in text.as_bytes().split(|byte| !byte.is_ascii_alphanumeric()) {
        while let Some(first) = part.first() {
            let is_digit = first.is_ascii_digit();
            let (segment, rest) = digits::split(part, |byte| byte.is_ascii_digit() == is_digit);
            segments.push(segment);
            part = rest;
        }
    }
}
