//! Versions of which only the look is known: any count of numbers, then perhaps a prerelease.
//!
//! Source of truth: `aquasecurity/go-version`, by which Trivy orders packages of all languages without
//! an order of their own (trivy.md §6.1). Missing numbers are zeros; a prerelease, with or without a
//! dash before it, is older; what follows a plus sign has no order.

use std::cmp::Ordering;

use super::{Row, Scheme};
use crate::{BadVersion, digits};

pub(crate) static ROW: Row = Row {
    name: "lenient",
    title: "a version of numbers",
    compare,
    ladder: "0.0.0-1 < 0 < 1.0-alpha < 1.0-alpha.1 < 1.0-alpha.beta < 1.0beta < 1.0-rc.2 < 1.0-rc.10 < \
        1 = v1.0 = 1.0.0.0 = 1.0.0+x = 01.0 < 1.0.0.0.1 < 1.0.1 < 1.2 < 1.10 < 18446744073709551616",
    bad: &[
        "", "v", "vv1", "1.", "1..0", ".1", "1.0-", "1.0-a..b", "1.0-a_b", "1.0 0", "1.0\0",
        "latest", "1.0-é",
    ],
};

fn compare(a: &str, b: &str) -> Result<Ordering, BadVersion> {
    let ((numbers_a, tag_a), (numbers_b, tag_b)) = (parse(a)?, parse(b)?);
    let (mut a, mut b) = (numbers_a.split('.'), numbers_b.split('.'));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ok(compare_tags(tag_a, tag_b)),
            (a, b) => digits::compare(a.unwrap_or("0").as_bytes(), b.unwrap_or("0").as_bytes()),
        };
        if order.is_ne() {
            return Ok(order);
        }
    }
}

/// As semantic versions: none is newer than any, numbers are older than words.
fn compare_tags(a: &str, b: &str) -> Ordering {
    if a.is_empty() || b.is_empty() {
        return a.is_empty().cmp(&b.is_empty());
    }
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (Some(a), Some(b)) => match (is_number(a), is_number(b)) {
                (true, true) => digits::compare(a.as_bytes(), b.as_bytes()),
                (false, false) => a.cmp(b),
                (a, b) => b.cmp(&a),
            },
            (a, b) => a.is_some().cmp(&b.is_some()),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// Splits a version into its numbers and its prerelease, which may be empty.
fn parse(text: &str) -> Result<(&str, &str), BadVersion> {
    let bad = |why| Err(Scheme::Lenient.bad(text, why));
    let bare = text.trim();
    let bare = bare.strip_prefix('v').unwrap_or(bare);
    let version = bare.split_once('+').map_or(bare, |(version, _)| version);
    let is_of_number = |c: char| c.is_ascii_digit() || c == '.';
    let end = version.find(|c| !is_of_number(c)).unwrap_or(version.len());
    let (numbers, rest) = version.split_at_checked(end).unwrap_or((version, ""));
    if numbers.split('.').any(str::is_empty) {
        return bad("it does not start with numbers");
    }
    let tag = rest.strip_prefix('-').unwrap_or(rest);
    let is_mark = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'~';
    let is_identifier = |part: &str| !part.is_empty() && part.bytes().all(is_mark);
    if !rest.is_empty() && !tag.split('.').all(is_identifier) {
        return bad("behind its numbers there is something else than letters, digits and -");
    }
    Ok((numbers, tag))
}
