//! .NET packages: one to four numbers and a prerelease, `1.2.3.4-rc.1`.
//!
//! Source of truth: the rules of NuGet's documentation ("Package versioning"); no tool was at hand to
//! compare with. As semantic versions, but letters of both cases are equal and zeros may lead.

use std::cmp::Ordering;

use super::{Row, Scheme};
use crate::{BadVersion, digits};

pub(crate) static ROW: Row = Row {
    name: "nuget",
    title: "a NuGet version",
    compare,
    ladder: "1.0.0-1 < 1.0.0-a < 1.0.0-ALPHA = 1.0.0-alpha < 1.0.0-alpha.1 < 1.0.0-beta < \
        1.0.0-rc.2 < 1.0.0-rc.11 < 1.0.0 = 1 = 1.0 = 1.0.0.0 = 1.0.0+x < 1.0.0.1 < 1.0.1 < 1.2 = \
        01.2 < 1.10.0 < 18446744073709551616.0",
    bad: &[
        "",
        "v1",
        "1.",
        "1..0",
        "1.2.3.4.5",
        "1.0-",
        "1.0-a..b",
        "1.0-a_b",
        "1.0+",
        "1.0 0",
        "1.0\0",
        "1.0-é",
    ],
};

fn compare(a: &str, b: &str) -> Result<Ordering, BadVersion> {
    let ((numbers_a, prerelease_a), (numbers_b, prerelease_b)) = (parse(a)?, parse(b)?);
    let padded = |text| {
        str::split(text, '.')
            .map(str::as_bytes)
            .chain([&b"0"[..]; 3])
            .take(4)
    };
    let mut numbers = padded(numbers_a).zip(padded(numbers_b));
    let order = numbers.find_map(|(a, b)| Some(digits::compare(a, b)).filter(|it| it.is_ne()));
    Ok(order.unwrap_or_else(|| compare_prereleases(prerelease_a, prerelease_b)))
}

fn compare_prereleases(a: &str, b: &str) -> Ordering {
    if a.is_empty() || b.is_empty() {
        return a.is_empty().cmp(&b.is_empty());
    }
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (Some(a), Some(b)) => compare_identifiers(a.as_bytes(), b.as_bytes()),
            (a, b) => a.is_some().cmp(&b.is_some()),
        };
        if order.is_ne() {
            return order;
        }
    }
}

fn compare_identifiers(a: &[u8], b: &[u8]) -> Ordering {
    let is_number = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
    let lower = |text| <[u8]>::iter(text).map(u8::to_ascii_lowercase);
    match (is_number(a), is_number(b)) {
        (true, true) => digits::compare(a, b),
        (false, false) => lower(a).cmp(lower(b)),
        (a, b) => b.cmp(&a),
    }
}

/// Splits a version into its numbers and its prerelease, which may be empty.
fn parse(text: &str) -> Result<(&str, &str), BadVersion> {
    let bad = |why| Err(Scheme::Nuget.bad(text, why));
    let (version, build) = match text.trim().split_once('+') {
        Some((version, build)) => (version, Some(build)),
        None => (text.trim(), None),
    };
    let (numbers, prerelease) = match version.split_once('-') {
        Some((numbers, prerelease)) => (numbers, Some(prerelease)),
        None => (version, None),
    };
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !numbers.split('.').all(is_digits) || numbers.split('.').count() > 4 {
        return bad("it does not start with one to four numbers");
    }
    let is_mark = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_identifier = |part: &str| !part.is_empty() && part.bytes().all(is_mark);
    if !prerelease
        .into_iter()
        .chain(build)
        .flat_map(|tag| tag.split('.'))
        .all(is_identifier)
    {
        return bad(
            "an identifier behind the numbers is empty or has another character than letters, digits and -",
        );
    }
    Ok((numbers, prerelease.unwrap_or_default()))
}
