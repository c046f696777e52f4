//! Ranges of Maven: `[1.0,2.0)`, `(,1.0],[1.2,)`, `[1.0]`.
//!
//! Source of truth: `VersionRange` of maven-artifact 3.8.7. There a bare version is a wish that any
//! version meets; that is no set of versions, and so it is refused.

use super::{RangeLanguage, Row};
use crate::{BadVersion, Scheme, compare};

pub(crate) static ROW: Row = Row {
    name: "maven-range",
    title: "a Maven range",
    matches,
    examples: &[
        ("[1.0,2.0)", "1.0 1 1.9 2.0-rc1", "0.9 2.0 1.0-alpha"),
        ("(,1.0],[1.2,)", "0.1 1.0 1.2 9", "1.1"),
        ("[1.0]", "1.0.0", "1.0.1"),
        ("(1.0,)", "1.0.1", "1.0"),
        ("( , 1.0 )", "0.9", "1.0"),
        ("(,)", "0 9", ""),
    ],
    bad: &[
        "",
        "1.0",
        "[1.0",
        "1.0]",
        "(1.0)",
        "[2.0,1.0]",
        "[1.0,1.0)",
        "[1,2],[1.5,3]",
        "[1,2]x",
        "[1,2,3]",
        "[]",
        "[1 0,2]",
        "[1,\0]",
    ],
};

fn matches(range: &str, version: &str) -> Result<bool, BadVersion> {
    holds(Scheme::Maven, range, version)
}

/// Whether intervals hold a version, in any order: advisories of other ecosystems are written so, too.
pub(crate) fn holds(scheme: Scheme, range: &str, version: &str) -> Result<bool, BadVersion> {
    compare(scheme, version, version)?;
    let bad = |why| RangeLanguage::Maven.bad(range, why);
    let order = |a: &str, b: &str| compare(scheme, a, b).map_err(|error| bad(error.why));
    let intervals = intervals(range).ok_or_else(|| bad("it is no list of intervals"))?;
    let mut is_inside = false;
    for interval in &intervals {
        if let (Some(lower), Some(upper)) = (interval.lower, interval.upper)
            && (order(lower, upper)?.is_gt() || (lower == upper && !interval.is_single))
        {
            return Err(bad("the ends of an interval are in the wrong order"));
        }
        let above = interval
            .lower
            .map(|lower| order(version, lower))
            .transpose()?;
        let below = interval
            .upper
            .map(|upper| order(version, upper))
            .transpose()?;
        is_inside |= above.is_none_or(|it| it.is_gt() || (interval.has_lower && it.is_eq()))
            && below.is_none_or(|it| it.is_lt() || (interval.has_upper && it.is_eq()));
    }
    for (before, behind) in intervals.iter().zip(intervals.iter().skip(1)) {
        let (Some(end), Some(start)) = (before.upper, behind.lower) else {
            return Err(bad("an interval without an end stands between others"));
        };
        if order(start, end)?.is_lt() {
            return Err(bad("two intervals overlap"));
        }
    }
    Ok(is_inside)
}

/// One interval.
struct Interval<'a> {
    lower: Option<&'a str>,
    upper: Option<&'a str>,
    has_lower: bool,
    has_upper: bool,
    /// Whether it is one version in brackets.
    is_single: bool,
}

fn intervals(range: &str) -> Option<Vec<Interval<'_>>> {
    let mut intervals = Vec::new();
    let mut rest = range.trim();
    loop {
        let interval;
        (interval, rest) = cut(rest)?;
        intervals.push(interval);
        if rest.is_empty() {
            return Some(intervals);
        }
        rest = rest.strip_prefix(',')?.trim_start();
    }
}

/// Cuts an interval off.
fn cut(text: &str) -> Option<(Interval<'_>, &str)> {
    let has_lower = text.starts_with('[');
    let inner = text.strip_prefix(['[', '('])?;
    let (inner, rest) = inner.split_at_checked(inner.find([']', ')'])?)?;
    let has_upper = rest.starts_with(']');
    let rest = rest.strip_prefix([']', ')'])?.trim_start();
    let ends = inner.split_once(',');
    let (lower, upper) = ends.unwrap_or((inner, inner));
    let is_single = ends.is_none();
    let (lower, upper) = (given(lower), given(upper));
    let is_point = has_lower && has_upper && lower.is_some();
    let is_good = (!is_single || is_point) && !upper.is_some_and(|upper| upper.contains(','));
    let interval = Interval {
        lower,
        upper,
        has_lower,
        has_upper,
        is_single,
    };
    is_good.then_some((interval, rest))
}

fn given(version: &str) -> Option<&str> {
    Some(version.trim()).filter(|version| !version.is_empty())
}
