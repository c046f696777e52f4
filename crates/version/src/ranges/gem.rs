//! Requirements of Ruby gems: `>= 1.0, < 2.0`, `~> 1.2.3`.
//!
//! Source of truth: `Gem::Requirement` of `rubygems` 3.3. `~> 1.2.3` holds what is at least 1.2.3 and
//! whose release is below 1.3.

use super::{RangeLanguage, Row};
use crate::schemes::gem::{self, Segment};
use crate::{BadVersion, Scheme, digits};

pub(crate) static ROW: Row = Row {
    name: "gem-req",
    title: "a gem requirement",
    matches,
    examples: &[
        (
            "~> 1.2.3",
            "1.2.3 1.2.10 1.2.4.rc1",
            "1.2.3.rc1 1.3 1.3.0.rc1",
        ),
        ("~> 1", "1 1.9", "2 2.0.a"),
        ("~> 1.0.a", "1.0.b 1.9", "0.9 2.0"),
        (">= 1.0, < 2.0", "1.0 1.9 2.0.a", "0.9 2.0 1.0.a"),
        ("1.0", "1 1.0.0", "1.0.a 1.1"),
        ("= 1.0", "1", "1.1"),
        ("!= 1.0", "1.1", "1.0"),
        ("> 1.0.a", "1.0", "1.0.a"),
        ("<= 1.9", "1.9", "1.10"),
        ("~> 9.9", "9.9 9.10", "10.0"),
    ],
    bad: &[
        "",
        ",",
        ">= ",
        "~ 1.0",
        "^1.0",
        ">= 1.0 < 2.0",
        "== 1",
        ">= a",
        "1.0\0",
    ],
};

fn matches(range: &str, version: &str) -> Result<bool, BadVersion> {
    let segments = gem::parse(version).map_err(|why| Scheme::Gem.bad(version, why))?;
    let mut is_inside = true;
    for text in range.split(',') {
        let (op, bound) = split_op(text.trim());
        let bound = gem::parse(bound).map_err(|why| RangeLanguage::Gem.bad(range, why))?;
        is_inside &= holds(op, &segments, &bound);
    }
    Ok(is_inside)
}

fn split_op(text: &str) -> (&str, &str) {
    const OPS: [&str; 7] = ["~>", ">=", "<=", "!=", ">", "<", "="];
    let op = OPS.iter().find(|op| text.starts_with(**op)).copied();
    let op = op.unwrap_or_default();
    (op, text.strip_prefix(op).unwrap_or_default())
}

fn holds(op: &str, version: &[Segment<'_>], bound: &[Segment<'_>]) -> bool {
    let order = gem::compare_segments(version, bound);
    match op {
        ">=" => order.is_ge(),
        "<=" => order.is_le(),
        "!=" => order.is_ne(),
        ">" => order.is_gt(),
        "<" => order.is_lt(),
        "~>" => order.is_ge() && is_below_next(release(version), release(bound)),
        _ => order.is_eq(),
    }
}

/// Leaves out all from the first word on.
fn release<'s, 'a>(segments: &'s [Segment<'a>]) -> &'s [Segment<'a>] {
    let end = segments.iter().position(|segment| gem::is_word(segment));
    segments
        .get(..end.unwrap_or(segments.len()))
        .unwrap_or_default()
}

/// Whether a version is below what follows the bound without its last number.
fn is_below_next(version: &[Segment<'_>], bound: &[Segment<'_>]) -> bool {
    let kept = if bound.len() > 1 {
        bound.len() - 1
    } else {
        bound.len()
    };
    let Some((last, head)) = bound.get(..kept).and_then(<[_]>::split_last) else {
        return false;
    };
    let next = digits::next(last);
    let upper: Vec<Segment<'_>> = head.iter().copied().chain([&*next]).collect();
    gem::compare_segments(version, &upper).is_lt()
}
