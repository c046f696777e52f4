//! Debian packages: `[epoch:]upstream[-revision]`.
//!
//! Source of truth: `dpkg --compare-versions` 1.21. What that only warns of (a character that no
//! version may have, a version that starts with a letter) the rest of dpkg refuses, and so do we.

use std::cmp::Ordering;

use super::{Row, Scheme};
use crate::{BadVersion, digits};

pub(crate) static ROW: Row = Row {
    name: "dpkg",
    title: "a dpkg version",
    compare,
    ladder: "0~git20200101 < 0.0~git20200101 < 1.0~~ < 1.0~ < 1.0~rc1 < 1.0~rc1-1 < 1.0 = 1.0-0 = \
        0:1.0 = 1.00 = 01.0 < 1.0-1~bpo12+1 < 1.0-1 < 1.0-1a < 1.0-1build1 < 1.0-1ubuntu0.1 \
        < 1.0-1ubuntu1 < 1.0-1+b1 < 1.0-1+b9 < 1.0-1+b10 < 1.0-1+deb12u1 < 1.0-1+deb12u9 < \
        1.0-1+deb12u10 < 1.0-1.1~ < 1.0-1.1 < 1.0a = 1.0a0 < 1.0+ < 1.0+b1 < 1.0+git20200101 \
        < 1.0.0 < 1.2-3.4 < 1.2-3-4 < 1.2.3-1 < 1.2.3+dfsg-1 < 1.2.3+ds1~exp1-1 < \
        1.2.3+really1.2.2-1 < 18446744073709551616 < 18446744073709551617 < 1:0.1 < 1:1:1 < \
        2:0",
    bad: &[
        "",
        " ",
        "1 2",
        "1_0",
        "a1",
        "1:",
        ":1",
        "x:1",
        "1-",
        "1:-1",
        "1.0\0",
        "1.0é",
        "1.0-a:b",
        "2147483648:1",
    ],
};

struct Version<'a> {
    epoch: &'a [u8],
    upstream: &'a [u8],
    revision: &'a [u8],
}

fn compare(a: &str, b: &str) -> Result<Ordering, BadVersion> {
    let (a, b) = (parse(a)?, parse(b)?);
    Ok(digits::compare(a.epoch, b.epoch)
        .then_with(|| compare_part(a.upstream, b.upstream))
        .then_with(|| compare_part(a.revision, b.revision)))
}

fn parse(text: &str) -> Result<Version<'_>, BadVersion> {
    let bad = |why| Err(Scheme::Dpkg.bad(text, why));
    let rest = text.trim_matches([' ', '\t']).as_bytes();
    let (epoch, rest) = match cut(rest, rest.iter().position(|&byte| byte == b':')) {
        Some(([], _)) => return bad("its epoch is empty"),
        Some((epoch, _)) if !epoch.iter().all(u8::is_ascii_digit) => {
            return bad("its epoch is not a number");
        }
        // The largest `int`, which is what dpkg keeps an epoch in.
        Some((epoch, _)) if digits::compare(epoch, b"2147483647").is_gt() => {
            return bad("its epoch is too big");
        }
        Some(parts) => parts,
        None => (&[][..], rest),
    };
    let (upstream, revision) = match cut(rest, rest.iter().rposition(|&byte| byte == b'-')) {
        Some((_, [])) => return bad("its revision is empty"),
        Some(parts) => parts,
        None => (rest, &[][..]),
    };
    if !upstream.first().is_some_and(u8::is_ascii_digit) {
        return bad("it does not start with a digit");
    }
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'~');
    if !upstream
        .iter()
        .all(|byte| is_plain(byte) || matches!(byte, b'-' | b':'))
    {
        return bad("it has a character other than letters, digits and . + ~ - :");
    }
    if !revision.iter().all(is_plain) {
        return bad("its revision has a character other than letters, digits and . + ~");
    }
    Ok(Version {
        epoch,
        upstream,
        revision,
    })
}

/// Splits around the byte at `place`.
fn cut(text: &[u8], place: Option<usize>) -> Option<(&[u8], &[u8])> {
    let (before, after) = text.split_at_checked(place?)?;
    Some((before, after.split_first()?.1))
}

/// Compares upstream versions or revisions: text and number by turns, an absent number being zero.
fn compare_part(mut a: &[u8], mut b: &[u8]) -> Ordering {
    while !(a.is_empty() && b.is_empty()) {
        let (text_a, rest_a) = digits::split(a, |byte| !byte.is_ascii_digit());
        let (text_b, rest_b) = digits::split(b, |byte| !byte.is_ascii_digit());
        let (number_a, rest_a) = digits::split(rest_a, u8::is_ascii_digit);
        let (number_b, rest_b) = digits::split(rest_b, u8::is_ascii_digit);
        let order = compare_text(text_a, text_b).then_with(|| digits::compare(number_a, number_b));
        if order.is_ne() {
            return order;
        }
        (a, b) = (rest_a, rest_b);
    }
    Ordering::Equal
}

fn compare_text(a: &[u8], b: &[u8]) -> Ordering {
    // The end weighs 1, between a tilde and the letters.
    let end = [1_u16];
    let weights = |text| <[u8]>::iter(text).map(|&byte| weight(byte)).chain(end);
    weights(a).cmp(weights(b))
}

/// Tilde, (the end,) letters, all else.
fn weight(byte: u8) -> u16 {
    match byte {
        b'~' => 0,
        byte if byte.is_ascii_alphabetic() => u16::from(byte),
        byte => u16::from(byte) + 256,
    }
}
