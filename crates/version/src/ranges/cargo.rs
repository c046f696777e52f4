//! Requirements of Cargo: `>=1.2, <1.5`, `^0.2`, `~1.2.3`, `1.*`.
//!
//! Source of truth: the `semver` crate 1.0. A prerelease matches only where a comparison names a
//! prerelease of the same three numbers.

use std::cmp::Ordering;

use super::{RangeLanguage, Row};
use crate::schemes::semver::{self, Parts};
use crate::{BadVersion, Scheme, digits};

pub(crate) static ROW: Row = Row {
    name: "cargo-req",
    title: "a Cargo requirement",
    matches,
    examples: &[
        ("^1.2.3", "1.2.3 1.9.0", "1.2.2 2.0.0 1.3.0-a"),
        ("1.2.3", "1.2.3 1.9.0", "2.0.0"),
        ("^0.2.3", "0.2.9", "0.3.0 0.2.2"),
        ("^0.0.3", "0.0.3", "0.0.4"),
        ("^0.0", "0.0.9", "0.1.0"),
        ("^0", "0.9.9", "1.0.0"),
        ("~1.2", "1.2.9", "1.3.0"),
        ("~1", "1.9.0", "2.0.0"),
        ("1.*", "1.9.0", "2.0.0"),
        ("*", "0.0.0 9.0.0", "1.0.0-a"),
        (">1.2", "1.3.0", "1.2.9"),
        ("<=1.2", "1.2.9 1.0.0", "1.3.0"),
        ("=1.2", "1.2.9", "1.3.0"),
        (
            ">= 1.0.0-rc.1, < 2.0.0",
            "1.0.0-rc.2 1.9.0",
            "1.0.0-a 1.1.0-a 2.0.0",
        ),
    ],
    bad: &[
        "", "1.2,", "x.1", "1.*.3", "1.2.3.4", "01", "1.2-a", ">", "== 1", "1 2", "*, 1", "1.2.3\0",
    ],
};

fn matches(range: &str, version: &str) -> Result<bool, BadVersion> {
    let parts = semver::parse(version).map_err(|why| Scheme::Semver.bad(version, why))?;
    let bad = || RangeLanguage::Cargo.bad(range, "a part of it is no comparison with a version");
    if matches!(range.trim(), "*" | "x" | "X") {
        return Ok(parts.prerelease.is_empty());
    }
    let (mut is_inside, mut is_named) = (true, parts.prerelease.is_empty());
    for text in range.split(',') {
        let comparison = read(text).ok_or_else(bad)?;
        is_inside &= comparison.holds(parts);
        is_named |= comparison.names(parts);
    }
    Ok(is_inside && is_named)
}

/// A comparison with a version of which numbers may be missing.
#[derive(Debug)]
struct Comparison<'a> {
    op: &'a str,
    numbers: Vec<&'a [u8]>,
    prerelease: &'a [u8],
}

fn read(text: &str) -> Option<Comparison<'_>> {
    const OPS: [&str; 7] = [">=", "<=", ">", "<", "=", "~", "^"];
    let text = text.trim();
    let op = OPS.iter().find(|op| text.starts_with(**op)).copied();
    let version = text.strip_prefix(op.unwrap_or_default())?.trim_start();
    let (core, prerelease) = semver::split_tags(version).ok()?;
    let parts: Vec<&str> = core.split('.').collect();
    let is_any = |part: &&str| matches!(*part, "*" | "x" | "X");
    let count = parts.iter().position(&is_any).unwrap_or(parts.len());
    let (numbers, wild) = parts.split_at_checked(count)?;
    let is_number = |part: &&str| semver::check_number(part.as_bytes()).is_ok();
    let is_good = (1..=3).contains(&parts.len())
        && !numbers.is_empty()
        && numbers.iter().all(is_number)
        && wild.iter().all(is_any)
        && (core.len() == version.len() || numbers.len() == 3);
    let op = op.unwrap_or(if wild.is_empty() { "^" } else { "=" });
    is_good.then(|| Comparison {
        op,
        numbers: numbers.iter().map(|part| part.as_bytes()).collect(),
        prerelease,
    })
}

impl Comparison<'_> {
    fn holds(&self, version: Parts<'_>) -> bool {
        let order = self.compare(version);
        let is_short = self.numbers.len() < 3;
        if is_short && order.is_eq() && !version.prerelease.is_empty() {
            // A prerelease is none of `=1.2`, nor at least or at most that; `^1.2` does not look.
            return self.op == "^";
        }
        match self.op {
            "=" => order.is_eq(),
            ">" => order.is_gt(),
            ">=" => order.is_ge(),
            "<" => order.is_lt(),
            "<=" => order.is_le(),
            "~" => order.is_ge() && self.shares(version, self.numbers.len().min(2)),
            _ => order.is_ge() && self.shares(version, self.caret_place() + 1),
        }
    }

    /// Compares a version with the numbers that are written, and with the prerelease.
    fn compare(&self, version: Parts<'_>) -> Ordering {
        let pairs = version.numbers.into_iter().zip(&self.numbers);
        let order = pairs
            .map(|(a, b)| digits::compare(a, b))
            .find(|order| order.is_ne());
        order.unwrap_or_else(|| match self.numbers.len() {
            3 => semver::compare_prereleases(version.prerelease, self.prerelease),
            _ => Ordering::Equal,
        })
    }

    /// Whether the first `count` numbers are equal.
    fn shares(&self, version: Parts<'_>, count: usize) -> bool {
        let mut pairs = version.numbers.into_iter().zip(&self.numbers).take(count);
        pairs.all(|(a, b)| digits::compare(a, b).is_eq())
    }

    /// Place of the first number that is not zero, or of the last one.
    fn caret_place(&self) -> usize {
        let first = self.numbers.iter().position(|number| *number != b"0");
        first.unwrap_or(self.numbers.len() - 1)
    }

    /// Whether it names a prerelease of the same three numbers.
    fn names(&self, version: Parts<'_>) -> bool {
        !self.prerelease.is_empty() && self.numbers.len() == 3 && self.shares(version, 3)
    }
}
