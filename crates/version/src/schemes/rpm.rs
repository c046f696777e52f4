//! RPM packages: `[epoch:]version[-release]`.
//!
//! Source of truth: `rpm.vercmp` of rpm 4.18. rpm itself orders any text; we refuse what cannot be
//! a version, so that damaged data gives no verdict.

use std::cmp::Ordering;

use super::{Row, Scheme};
use crate::{BadVersion, digits};

pub(crate) static ROW: Row = Row {
    name: "rpm",
    title: "an rpm version",
    compare,
    ladder: "A-1 < a-1 < 1.a-1 < 1.0~~-1 < 1.0~-1 < 1.0~^-1 < 1.0~rc1-1 < 1.0-0.1.rc1 < 1.0-1 = \
        0:1.0-1 = 1..0-1 = 1_0-1 = 1.0é-1 < 1.0-1.el8 < 1.0-1.el9 < 1.0-1.el9_1 < \
        1.0-1.el9_1.2 < 1.0-1.fc39 < 1.0-1.fc40 < 1.0-2 < 1.0^-1 < 1.0^^-1 < 1.0^git1-1 < \
        1.0^20200101-1 < 1.0.a-1 = 1.0a-1 < 1.0b-1 < 1.0.1-1 < 1.01-1 = 1.1-1 = 1.001-1 < \
        1.9-1 < 1.10 < 1.10-0 < 1.10-1 < 2a-1 < 2.0-1 < 2.0.1-1 < 5.14.0-70.el9 < \
        5.14.0-611.9.1.el9_7 < 5.14.0-611.54.6.el9_7 < 18446744073709551616 < \
        18446744073709551617 < 1:0.9-1 < 1:1.0-1",
    bad: &["", "1:", "-1", "1:-1", "1 0-1", "1.0\0-1", "1.0\n-1"],
};

struct Parts<'a> {
    epoch: &'a [u8],
    version: &'a [u8],
    release: Option<&'a [u8]>,
}

fn compare(a: &str, b: &str) -> Result<Ordering, BadVersion> {
    let (a, b) = (parse(a)?, parse(b)?);
    Ok(digits::compare(a.epoch, b.epoch)
        .then_with(|| compare_part(a.version, b.version))
        .then_with(|| match (a.release, b.release) {
            (Some(a), Some(b)) => compare_part(a, b),
            (a, b) => a.is_some().cmp(&b.is_some()),
        }))
}

fn parse(text: &str) -> Result<Parts<'_>, BadVersion> {
    let (epoch, rest) = digits::split(text.as_bytes(), u8::is_ascii_digit);
    let (epoch, rest) = match rest.split_first() {
        Some((b':', rest)) => (epoch, rest),
        _ => (&[][..], text.as_bytes()),
    };
    let (version, release) = match rest.iter().rposition(|&byte| byte == b'-') {
        Some(hyphen) => {
            let (version, release) = rest.split_at_checked(hyphen).unwrap_or((rest, &[]));
            (version, release.split_first().map(|(_, release)| release))
        }
        None => (rest, None),
    };
    if version.is_empty() {
        return Err(Scheme::Rpm.bad(text, "it is empty"));
    }
    if text.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
        return Err(Scheme::Rpm.bad(text, "it has a space or a control character"));
    }
    Ok(Parts {
        epoch,
        version,
        release,
    })
}

/// Compares two versions or two releases, as `rpmvercmp` does.
fn compare_part(mut a: &[u8], mut b: &[u8]) -> Ordering {
    let is_separator = |byte: &u8| !byte.is_ascii_alphanumeric() && !b"~^".contains(byte);
    loop {
        a = digits::split(a, is_separator).1;
        b = digits::split(b, is_separator).1;
        let (Some((&head_a, tail_a)), Some((&head_b, tail_b))) = (a.split_first(), b.split_first())
        else {
            return weight(a.first()).cmp(&weight(b.first()));
        };
        let is_mark = |byte| matches!(byte, b'~' | b'^');
        if is_mark(head_a) || is_mark(head_b) {
            if head_a != head_b {
                return weight(Some(&head_a)).cmp(&weight(Some(&head_b)));
            }
            (a, b) = (tail_a, tail_b);
            continue;
        }
        let is_number = head_a.is_ascii_digit();
        if is_number != head_b.is_ascii_digit() {
            return is_number.cmp(&head_b.is_ascii_digit());
        }
        let (segment_a, rest_a) = segment(a, is_number);
        let (segment_b, rest_b) = segment(b, is_number);
        let order = if is_number {
            digits::compare(segment_a, segment_b)
        } else {
            segment_a.cmp(segment_b)
        };
        if order.is_ne() {
            return order;
        }
        (a, b) = (rest_a, rest_b);
    }
}

/// Cuts off a run of digits or of letters.
fn segment(text: &[u8], is_number: bool) -> (&[u8], &[u8]) {
    if is_number {
        digits::split(text, u8::is_ascii_digit)
    } else {
        digits::split(text, u8::is_ascii_alphabetic)
    }
}

/// `~` is older than the end, `^` newer than the end but older than any further segment.
fn weight(next: Option<&u8>) -> u8 {
    match next {
        Some(b'~') => 0,
        None => 1,
        Some(b'^') => 2,
        Some(_) => 3,
    }
}
