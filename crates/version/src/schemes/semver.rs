//! Semantic versions 2.0, as npm and Cargo order them: `1.2.3-rc.1+build`.
//!
//! Source of truth: `semver` of npm, which agrees with Cargo's `cmp_precedence`. A leading `v` and
//! spaces around are taken, as npm takes them; numbers beyond 2^53, which npm refuses, are ordered.

use std::cmp::Ordering;

use super::{Row, Scheme};
use crate::{BadVersion, digits};

pub(crate) static ROW: Row = Row {
    name: "semver",
    title: "a semantic version",
    compare,
    ladder: "1.0.0-0 < 1.0.0-0.a < 1.0.0-1 < 1.0.0-2 < 1.0.0-10 < 1.0.0-- < 1.0.0--1 < 1.0.0-0a < \
        1.0.0-1a < 1.0.0-A < 1.0.0-SNAPSHOT < 1.0.0-Z < 1.0.0-a < 1.0.0-a.b < 1.0.0-a-b < \
        1.0.0-alpha < 1.0.0-alpha.1 < 1.0.0-alpha.9 < 1.0.0-alpha.10 < 1.0.0-alpha.beta < \
        1.0.0-alpha-1 < 1.0.0-alpha1 < 1.0.0-beta < 1.0.0-beta.2 < 1.0.0-beta.11 < 1.0.0-rc.1 = \
        1.0.0-rc.1+build.1 < 1.0.0-rc10 < 1.0.0-rc2 < 1.0.0 = 1.0.0+build = v1.0.0 = 1.0.0+001 < \
        1.0.1-alpha < 1.0.1 < 1.9.0 < 1.10.0 < 2.0.0-next.1 < 2.0.0 < 18446744073709551616.0.0 < \
        18446744073709551617.0.0",
    bad: &[
        "",
        "v",
        "1",
        "1.2",
        "1.2.3.4",
        "1.9.0b1",
        "01.0.0",
        "1.0.0-01",
        "1.0.0-",
        "1.0.0-a..b",
        "1.0.0+",
        "1.0.0+a+b",
        "1.0.0-é",
        "1.0.0\0",
        "1. 0.0",
        "1.-1.0",
        "x.1.0",
        "1.0.x",
    ],
};

/// The parts of a version that its order looks at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts<'a> {
    /// Major, minor and patch: digits, without leading zeros.
    pub numbers: [&'a [u8]; 3],
    /// What stands after the `-`; empty for a release.
    pub prerelease: &'a [u8],
}

fn compare(a: &str, b: &str) -> Result<Ordering, BadVersion> {
    let parse = |text| parse(text).map_err(|why| Scheme::Semver.bad(text, why));
    Ok(compare_parts(parse(a)?, parse(b)?))
}

/// Orders by precedence; build metadata has none.
pub(crate) fn compare_parts(a: Parts<'_>, b: Parts<'_>) -> Ordering {
    let numbers = a.numbers.into_iter().zip(b.numbers);
    let order = numbers
        .map(|(a, b)| digits::compare(a, b))
        .find(|order| order.is_ne());
    order.unwrap_or_else(|| compare_prereleases(a.prerelease, b.prerelease))
}

pub(crate) fn compare_prereleases(a: &[u8], b: &[u8]) -> Ordering {
    if a.is_empty() || b.is_empty() {
        return a.is_empty().cmp(&b.is_empty());
    }
    let is_dot = |byte: &u8| *byte == b'.';
    let (mut a, mut b) = (a.split(is_dot), b.split(is_dot));
    loop {
        let order = match (a.next(), b.next()) {
            (Some(a), Some(b)) => compare_identifiers(a, b),
            (None, None) => return Ordering::Equal,
            (a, b) => a.is_some().cmp(&b.is_some()),
        };
        if order.is_ne() {
            return order;
        }
    }
}

fn compare_identifiers(a: &[u8], b: &[u8]) -> Ordering {
    match (is_number(a), is_number(b)) {
        (true, true) => digits::compare(a, b),
        (false, false) => a.cmp(b),
        (a, b) => b.cmp(&a),
    }
}

/// Reads a whole version.
///
/// # Errors
/// Why it is none.
pub(crate) fn parse(text: &str) -> Result<Parts<'_>, &'static str> {
    parse_numbers(text, 3)
}

/// Reads a version of at least `least` numbers; missing ones are zero.
///
/// # Errors
/// Why it is none.
pub(crate) fn parse_numbers(text: &str, least: usize) -> Result<Parts<'_>, &'static str> {
    let text = text.trim_ascii();
    let text = text.strip_prefix('v').unwrap_or(text);
    let (core, prerelease) = split_tags(text)?;
    let mut numbers: [&[u8]; 3] = [b"0"; 3];
    let mut written = core.split('.');
    for (place, number) in numbers.iter_mut().enumerate() {
        match written.next() {
            Some(text) => *number = text.as_bytes(),
            None if place < least => return Err("it has too few numbers"),
            None => break,
        }
        check_number(number)?;
    }
    if written.next().is_some() {
        return Err("it has more than three numbers");
    }
    Ok(Parts {
        numbers,
        prerelease,
    })
}

/// Cuts the prerelease and the build metadata off, both checked; the latter is dropped.
pub(crate) fn split_tags(text: &str) -> Result<(&str, &[u8]), &'static str> {
    let (text, build) = match text.split_once('+') {
        Some((text, build)) => (text, Some(build)),
        None => (text, None),
    };
    let (core, prerelease) = match text.split_once('-') {
        Some((core, prerelease)) => (core, Some(prerelease)),
        None => (text, None),
    };
    if let Some(build) = build {
        check_identifiers(build.as_bytes())?;
    }
    let prerelease = prerelease.map(str::as_bytes);
    if let Some(prerelease) = prerelease {
        check_identifiers(prerelease)?;
        let mut numbers = prerelease
            .split(|&byte| byte == b'.')
            .filter(|part| is_number(part));
        numbers.try_for_each(check_number)?;
    }
    Ok((core, prerelease.unwrap_or_default()))
}

fn check_identifiers(tag: &[u8]) -> Result<(), &'static str> {
    for identifier in tag.split(|&byte| byte == b'.') {
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        if identifier.is_empty() || !identifier.iter().all(is_plain) {
            return Err(
                "an identifier after the numbers is empty or has another character than letters, digits and -",
            );
        }
    }
    Ok(())
}

pub(crate) fn check_number(number: &[u8]) -> Result<(), &'static str> {
    match number {
        _ if !is_number(number) => Err("one of its numbers is none"),
        [b'0', _, ..] => Err("a number starts with a zero"),
        _ => Ok(()),
    }
}

fn is_number(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}
