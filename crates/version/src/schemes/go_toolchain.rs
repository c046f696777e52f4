//! Releases of Go itself: `go1.20.1`, `go1.21rc2`.
//!
//! Source of truth: `go/version` of Go 1.26. From 1.21 on `go1.21` is a language version, which is
//! older than its release candidates. What stands behind a `-` is a vendor's mark without order.

use std::cmp::Ordering;

use super::{Row, Scheme};
use crate::{BadVersion, digits};

pub(crate) static ROW: Row = Row {
    name: "go-toolchain",
    title: "a Go release",
    compare,
    ladder: "go1 = go1.0 = go1.0.0 < go1.1 < go1.4.2 < go1.9 < go1.10beta1 < go1.10 < go1.20beta2 < \
        go1.20rc1 < go1.20 = go1.20.0 < go1.20.1 < go1.21 = go1.21-custom < go1.21rc < go1.21rc0 < \
        go1.21rc1 < go1.21rc2 < go1.21.0 < go1.21.1-foo < go1.21.9 < go1.21.13 < go1.22.3 < go2",
    bad: &[
        "",
        "go",
        "1.21",
        "go1.",
        "go1.21.",
        "go01.2",
        "go1.021",
        "go1.21.0rc1",
        "go1.21RC1",
        "go1.21rc01",
        "go1.2.3.4",
        "go1\0",
    ],
};

struct Release<'a> {
    major: &'a [u8],
    minor: &'a [u8],
    /// Empty if there is none.
    patch: &'a [u8],
    /// `beta`, `rc`; empty if there is none.
    kind: &'a [u8],
    /// Number of the prerelease; empty if there is none.
    number: &'a [u8],
}

fn compare(a: &str, b: &str) -> Result<Ordering, BadVersion> {
    let (a, b) = (parse(a)?, parse(b)?);
    let patch = compare_optional(a.patch, b.patch);
    Ok(digits::compare(a.major, b.major)
        .then_with(|| digits::compare(a.minor, b.minor))
        // Before 1.21, whose patch is always there, a prerelease is older than the release.
        .then_with(|| patch.then_with(|| a.kind.cmp(b.kind)))
        .then_with(|| compare_optional(a.number, b.number)))
}

/// Compares numbers of which none is older than zero.
fn compare_optional(a: &[u8], b: &[u8]) -> Ordering {
    b.is_empty()
        .cmp(&a.is_empty())
        .then_with(|| digits::compare(a, b))
}

fn parse(text: &str) -> Result<Release<'_>, BadVersion> {
    let (text_read, _vendor) = text.split_once('-').unwrap_or((text, ""));
    let rest = text_read.strip_prefix("go").map(str::as_bytes);
    rest.and_then(release)
        .ok_or_else(|| Scheme::GoToolchain.bad(text, "it is not like `go1.20.1` or `go1.21rc2`"))
}

fn release(text: &[u8]) -> Option<Release<'_>> {
    let (major, rest) = number(text)?;
    let mut release = Release {
        major,
        minor: b"0",
        patch: b"0",
        kind: b"",
        number: b"",
    };
    if rest.is_empty() {
        return Some(release);
    }
    let (minor, rest) = number(rest.strip_prefix(b".")?)?;
    release.minor = minor;
    if let Some(rest) = rest.strip_prefix(b".") {
        let (patch, rest) = number(rest)?;
        release.patch = patch;
        return rest.is_empty().then_some(release);
    }
    if !rest.is_empty() || digits::compare(minor, b"21").is_ge() {
        release.patch = b"";
    }
    let (kind, rest) = digits::split(rest, u8::is_ascii_lowercase);
    release.kind = kind;
    if rest.is_empty() {
        return Some(release);
    }
    let (number, rest) = number(rest)?;
    release.number = number;
    (rest.is_empty() && !kind.is_empty()).then_some(release)
}

/// Cuts off a number without leading zeros.
fn number(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (number, rest) = digits::split(text, u8::is_ascii_digit);
    let is_good = number == b"0" || (!number.is_empty() && !number.starts_with(b"0"));
    is_good.then_some((number, rest))
}
