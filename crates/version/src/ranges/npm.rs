//! Ranges of npm: `^1.2.3 || >=2.0.0 <2.1`, `1.x`, `1.2 - 2.3`.
//!
//! Source of truth: `semver` 7.8 of npm with `includePrerelease`: `<1.2.3` holds `1.2.3-rc.1`. That is
//! how advisories are meant and how Trivy reads them.

use super::{RangeLanguage, Row};
use crate::schemes::semver::{self, Parts};
use crate::{BadVersion, Scheme, digits};

pub(crate) static ROW: Row = Row {
    name: "npm-range",
    title: "an npm range",
    matches,
    examples: &[
        ("<1.2.3", "1.2.2 1.2.3-rc.1 0.0.0-0", "1.2.3 1.2.3+x"),
        (
            "^1.2.3 || >= 3 <3.1",
            "1.2.3 1.9.0-a 3.0.0-0 3.0.9",
            "1.2.3-a 2.0.0-0 3.1.0-0",
        ),
        ("^0.2.3", "0.2.3 0.2.9", "0.2.3-a 0.3.0-0"),
        ("^0.0.3", "0.0.3", "0.0.4-0 0.0.3-a"),
        ("^0", "0.0.0-0 0.9.0", "1.0.0-0"),
        ("~1.2", "1.2.0-0 1.2.9", "1.3.0-0"),
        ("~> 1.2.3", "1.2.3 1.2.9", "1.2.3-a 1.3.0-0"),
        ("1.x", "1.0.0-0 1.9.9", "2.0.0-0 0.9.9"),
        (">1.2", "1.3.0-0 2.0.0", "1.2.9"),
        ("<=1", "1.9.9 0.0.0", "2.0.0-0"),
        ("1.2 - 2.3.4", "1.2.0-0 2.3.4", "2.3.5-0 1.1.9"),
        ("1.2.3 - 2", "1.2.3-0 2.9.9", "3.0.0-0"),
        ("=v1.2.3", "1.2.3 1.2.3+b", "1.2.4"),
        ("^1.x.3", "1.0.0-0", "2.0.0-0"),
        ("", "0.0.0-0 9.9.9", ""),
        ("*", "0.0.0-0 9.9.9", ""),
        (">*", "", "1.0.0 0.0.0-0"),
        (
            ">=99999999999999999999.0.0",
            "99999999999999999999.0.0",
            "1.0.0",
        ),
    ],
    bad: &[
        "!=1.2.3",
        ">= 1.0.0 , < 2.0.0",
        "x.1",
        "1.x.3",
        "==1.2.3",
        "latest",
        "01.2.3",
        "1.2.3.4",
        "1.2.3-",
        ">=1.0.0<2.0.0",
        "1.0.0\0",
        "- 1",
    ],
};

fn matches(range: &str, version: &str) -> Result<bool, BadVersion> {
    let parts = semver::parse(version).map_err(|why| Scheme::Semver.bad(version, why))?;
    let mut is_inside = false;
    for set in range.split("||") {
        let bounds = read_set(set).ok_or_else(|| {
            RangeLanguage::Npm.bad(range, "a part of it is no comparison with a version")
        })?;
        is_inside |= bounds.iter().all(|bound| bound.holds(parts));
    }
    Ok(is_inside)
}

/// A comparison with a version.
#[derive(Debug)]
struct Bound {
    op: Op,
    numbers: [Vec<u8>; 3],
    prerelease: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Bound {
    fn holds(&self, version: Parts<'_>) -> bool {
        let [major, minor, patch] = &self.numbers;
        let bound = Parts {
            numbers: [major, minor, patch],
            prerelease: &self.prerelease,
        };
        let order = semver::compare_parts(version, bound);
        match self.op {
            Op::Equal => order.is_eq(),
            Op::Less => order.is_lt(),
            Op::LessOrEqual => order.is_le(),
            Op::Greater => order.is_gt(),
            Op::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// A version of which parts may be missing or `x`.
#[derive(Debug)]
struct Partial<'a> {
    /// Major, minor, patch, up to the first that is missing.
    numbers: Vec<&'a [u8]>,
    prerelease: &'a [u8],
    /// What stood before it and was skipped: `v` or `=`.
    prefix: &'a str,
    /// Whether a number stands behind an `x`.
    is_mixed: bool,
}

/// Reads comparisons that must all hold.
fn read_set(text: &str) -> Option<Vec<Bound>> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if let [from, "-", to] = words.as_slice() {
        return Some(
            [hyphen_from(&partial(from)?), hyphen_to(&partial(to)?)]
                .into_iter()
                .flatten()
                .collect(),
        );
    }
    let mut bounds = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let (op, rest) = split_op(word);
        // An operator may stand apart from its version.
        let rest = if rest.is_empty() { words.next()? } else { rest };
        comparison(op, &partial(rest)?, &mut bounds)?;
    }
    Some(bounds)
}

fn split_op(word: &str) -> (&str, &str) {
    const OPS: [&str; 8] = ["~>", "~", "^", ">=", "<=", ">", "<", "="];
    let op = OPS.iter().find(|op| word.starts_with(**op));
    op.map_or(("", word), |op| {
        (*op, word.strip_prefix(*op).unwrap_or_default())
    })
}

fn partial(text: &str) -> Option<Partial<'_>> {
    let bare = text.trim_start_matches(['v', '=']);
    let prefix = text.strip_suffix(bare)?;
    let (core, prerelease) = semver::split_tags(bare).ok()?;
    let has_tags = core.len() < bare.len();
    let parts: Vec<&str> = core.split('.').collect();
    if parts.len() > 3 || (has_tags && parts.len() < 3) {
        return None;
    }
    let is_any = |part: &&str| matches!(*part, "x" | "X" | "*");
    let count = parts.iter().position(is_any).unwrap_or(parts.len());
    let (numbers, rest) = parts.split_at_checked(count)?;
    let is_good = |part: &&str| semver::check_number(part.as_bytes()).is_ok();
    if !parts.iter().all(|part| is_any(part) || is_good(part)) {
        return None;
    }
    Some(Partial {
        numbers: numbers.iter().map(|part| part.as_bytes()).collect(),
        prerelease,
        prefix,
        is_mixed: !rest.iter().all(is_any),
    })
}

fn comparison(op: &str, version: &Partial<'_>, bounds: &mut Vec<Bound>) -> Option<()> {
    match op {
        "^" => {
            // Up to the next change of the first number that is not zero.
            let is_zero = |number: &&[u8]| *number == b"0";
            let zeros = version
                .numbers
                .iter()
                .take_while(|number| is_zero(number))
                .count();
            let last = version.numbers.len().saturating_sub(1);
            span(version, zeros.min(last), bounds);
        }
        "~" | "~>" => span(
            version,
            1.min(version.numbers.len().saturating_sub(1)),
            bounds,
        ),
        _ if version.is_mixed => return None,
        _ if version.numbers.len() == 3 => {
            if !matches!(version.prefix, "" | "v") {
                return None;
            }
            bounds.push(version.bound(plain_op(op)));
        }
        "" | "=" => span(version, version.numbers.len().saturating_sub(1), bounds),
        ">" | "<" if version.numbers.is_empty() => bounds.push(nothing()),
        _ if version.numbers.is_empty() => {}
        ">" => bounds.push(version.next(version.numbers.len() - 1, Op::GreaterOrEqual)),
        "<=" => bounds.push(version.next(version.numbers.len() - 1, Op::Less)),
        op => bounds.push(version.bound(plain_op(op))),
    }
    Some(())
}

fn plain_op(op: &str) -> Op {
    match op {
        ">" => Op::Greater,
        ">=" => Op::GreaterOrEqual,
        "<" => Op::Less,
        "<=" => Op::LessOrEqual,
        _ => Op::Equal,
    }
}

/// From the version up to the next change of the number at `place`.
fn span(version: &Partial<'_>, place: usize, bounds: &mut Vec<Bound>) {
    if !version.numbers.is_empty() {
        bounds.push(version.bound(Op::GreaterOrEqual));
        bounds.push(version.next(place, Op::Less));
    }
}

fn hyphen_from(version: &Partial<'_>) -> Option<Bound> {
    let mut bound = version.bound(Op::GreaterOrEqual);
    if bound.prerelease.is_empty() {
        bound.prerelease = b"0".to_vec();
    }
    (!version.numbers.is_empty()).then_some(bound)
}

fn hyphen_to(version: &Partial<'_>) -> Option<Bound> {
    if !version.prerelease.is_empty() && version.numbers.len() == 3 {
        return Some(version.bound(Op::LessOrEqual));
    }
    let last = version.numbers.len().checked_sub(1)?;
    Some(version.next(last, Op::Less))
}

/// Before all versions there is none.
fn nothing() -> Bound {
    Bound {
        op: Op::Less,
        numbers: [b"0".to_vec(), b"0".to_vec(), b"0".to_vec()],
        prerelease: b"0".to_vec(),
    }
}

impl Partial<'_> {
    fn number(&self, place: usize) -> Vec<u8> {
        self.numbers
            .get(place)
            .map_or(b"0".to_vec(), |number| number.to_vec())
    }

    /// Compares with the version; where parts of it are missing, with its first prerelease.
    fn bound(&self, op: Op) -> Bound {
        let is_whole = self.numbers.len() == 3;
        let prerelease = if is_whole { self.prerelease } else { b"0" };
        Bound {
            op,
            numbers: [self.number(0), self.number(1), self.number(2)],
            prerelease: prerelease.to_vec(),
        }
    }

    /// Compares with the first prerelease of the next version that changes the number at `place`.
    fn next(&self, place: usize, op: Op) -> Bound {
        let number = |at: usize| match at.cmp(&place) {
            std::cmp::Ordering::Less => self.number(at),
            std::cmp::Ordering::Equal => digits::next(&self.number(at)),
            std::cmp::Ordering::Greater => b"0".to_vec(),
        };
        Bound {
            op,
            numbers: [number(0), number(1), number(2)],
            prerelease: b"0".to_vec(),
        }
    }
}
