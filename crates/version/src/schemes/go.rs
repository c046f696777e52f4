//! Versions of Go modules: semantic versions, with or without the `v`, also short ones.
//!
//! Source of truth: `golang.org/x/mod/semver`. Pseudo-versions are prereleases; `+incompatible` is
//! build metadata, which has no order. One between a fix and its tag is older than the tag.

use std::cmp::Ordering;

use super::{Row, Scheme, semver};
use crate::BadVersion;

pub(crate) static ROW: Row = Row {
    name: "go",
    title: "a Go module version",
    compare,
    ladder: "0.0.0-1 < 0.0.0-20200101000000-abcdefabcdef < 0.0.0-20200101000001-000000000000 < \
        0.0.0 = 0 = v0 = v0.0 < 0.1.0-0.20200101000000-abcdefabcdef < 0.1.0 < \
        0.1.1-0.20200101000000-abcdefabcdef < 1.2.3-pre < 1.2.3-pre.0.20200101000000-abcdefabcdef \
        < 1.2.3 < 1.2.4-0.20200101000000-abcdefabcdef < 1.20.0-0 < 1.20.0-rc.1 < 1.20.0 = v1.20 < \
        2.0.0+incompatible = 2.0.0 < 20.10.7+incompatible < 20.10.16+incompatible",
    bad: &[
        "",
        "v",
        "vv1.0.0",
        "1.2-rc.1",
        "1+incompatible",
        "v1.2.3.4",
        "01.0.0",
        "1.0.0-01",
        "(devel)",
        "1.0.0\0",
    ],
};

fn compare(a: &str, b: &str) -> Result<Ordering, BadVersion> {
    let parse = |text| parse(text).map_err(|why| Scheme::Go.bad(text, why));
    Ok(semver::compare_parts(parse(a)?, parse(b)?))
}

fn parse(text: &str) -> Result<semver::Parts<'_>, &'static str> {
    let digits = text.strip_prefix('v').unwrap_or(text);
    let is_short = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    semver::parse_numbers(text, if is_short { 1 } else { 3 })
}
