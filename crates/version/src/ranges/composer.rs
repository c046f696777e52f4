//! Constraints of Composer: `^1.0 || ~2.3.4`, `>=1.0,<1.1`, `1.0.*`, `1.0 - 2.0`.
//!
//! Source of truth: `VersionParser::parseConstraints` of composer/semver, as in Composer 2.5. Bounds
//! begin at the first development version: `<1.0` holds no `1.0-beta`.

use std::cmp::Ordering;

use super::{RangeLanguage, Row};
use crate::schemes::composer::{self, Part, Stability, Version, Written};
use crate::{BadVersion, Scheme};

pub(crate) static ROW: Row = Row {
    name: "composer-constraint",
    title: "a Composer constraint",
    matches,
    examples: &[
        ("<1.0", "0.9", "1.0-beta 1.0-dev 1.0"),
        (">=1.0", "1.0 1.0-dev 9999999-dev", "0.9 dev-main"),
        ("^1.0", "1.0-dev 1.9", "2.0-dev 0.9"),
        ("^0.3", "0.3.9", "0.4-dev"),
        ("^0.0.3", "0.0.3.9", "0.0.4"),
        ("^1.0-RC1", "1.0-RC1 1.9", "1.0-beta1"),
        ("~1.2", "1.2 1.9", "2.0-dev 1.1"),
        ("~1.2.3", "1.2.9", "1.3-dev"),
        ("~1", "1.0 1.9", "2.0"),
        ("1.0.*", "1.0-dev 1.0.9", "1.1-dev"),
        ("1.0 - 2.0", "1.0-dev 2.0.9", "2.1-dev"),
        ("1.0.0 - 2.1.0", "2.1.0", "2.1.1"),
        ("<1.0 || >=2.0", "0.9 2.0-dev", "1.5"),
        ("> 1.0-alpha1 <1.1", "1.0-alpha2", "1.0-alpha1 1.1-dev"),
        ("1.0@dev", "1.0", "1.0-dev"),
        (">=1.0@beta", "1.0-beta", "1.0-alpha"),
        ("!=1.0", "1.1 dev-main", "1.0"),
        ("<>1.0", "1.1", "1.0"),
        ("*", "0.1 dev-main", ""),
        ("dev-master", "dev-master", "dev-main 1.0"),
        ("1.0.x-dev", "1.0.x-dev", "1.0"),
    ],
    bad: &[
        "",
        "||",
        "1.0 ||",
        ">=",
        "~>1.0",
        "^x",
        "1.0,,2.0",
        "1.0 -",
        "foo",
        "^1.0.0.0.0",
        "1.0\0",
    ],
};

fn matches(range: &str, version: &str) -> Result<bool, BadVersion> {
    let parsed = composer::parse(version).map_err(|why| Scheme::Composer.bad(version, why))?;
    let mut is_inside = false;
    let mut alternatives = range.split('|').peekable();
    while let Some(text) = alternatives.next() {
        if text.is_empty() && alternatives.peek().is_some() && range.contains("||") {
            // Between the two bars of a `||`.
            continue;
        }
        let all = read_all(text)
            .ok_or_else(|| RangeLanguage::Composer.bad(range, "a part of it is no constraint"))?;
        is_inside |= all.iter().all(|constraint| constraint.holds(&parsed));
    }
    Ok(is_inside)
}

/// A comparison with a version.
#[derive(Debug)]
struct Constraint {
    op: Op,
    version: Version,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Constraint {
    const fn new(op: Op, parts: Vec<Part>) -> Self {
        Self {
            op,
            version: Version::Parts(parts),
        }
    }

    /// A branch is only equal to itself, and unlike all else.
    fn holds(&self, version: &Version) -> bool {
        let (Version::Parts(a), Version::Parts(b)) = (version, &self.version) else {
            return match self.op {
                Op::Unequal => *version != self.version,
                Op::Equal => *version == self.version,
                Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual => false,
            };
        };
        let order = composer::compare_parts(a, b);
        match self.op {
            Op::Equal => order == Ordering::Equal,
            Op::Unequal => order.is_ne(),
            Op::Less => order.is_lt(),
            Op::LessOrEqual => order.is_le(),
            Op::Greater => order.is_gt(),
            Op::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// Reads constraints that must all hold: with commas or spaces between them.
fn read_all(text: &str) -> Option<Vec<Constraint>> {
    let mut constraints = Vec::new();
    for text in text.split(',') {
        let mut words = text.split_whitespace().peekable();
        words.peek()?;
        while let Some(word) = words.next() {
            match words.peek() {
                Some(&"-") => {
                    words.next();
                    hyphen(word, words.next()?, &mut constraints)?;
                }
                Some(&"as") => {
                    words.next();
                    words.next()?;
                    read(word, &mut constraints)?;
                }
                Some(next) if is_op(word) => {
                    let joined = format!("{word}{next}");
                    words.next();
                    read(&joined, &mut constraints)?;
                }
                _ => read(word, &mut constraints)?,
            }
        }
    }
    Some(constraints)
}

fn is_op(word: &str) -> bool {
    word.bytes().all(|byte| b"<>=!~^".contains(&byte))
}

fn read(word: &str, constraints: &mut Vec<Constraint>) -> Option<()> {
    let (word, flag) = split_flag(word);
    let lower = word.to_ascii_lowercase();
    if lower.split('.').all(|part| matches!(part, "x" | "*")) {
        return Some(());
    }
    if let Some(bare) = lower.strip_prefix('^') {
        let written = Written::read(version_text(bare))?;
        constraints.push(lower_bound(&written));
        // Up to the next change of the first number that is not zero.
        let zeros = written
            .numbers
            .iter()
            .take(2)
            .take_while(|number| **number == b"0")
            .count();
        constraints.push(Constraint::new(
            Op::Less,
            written.next(zeros.min(written.numbers.len() - 1)),
        ));
        return Some(());
    }
    if let Some(bare) = lower.strip_prefix('~') {
        let written = Written::read(version_text(bare))?;
        constraints.push(lower_bound(&written));
        let place = written.numbers.len().saturating_sub(2);
        constraints.push(Constraint::new(Op::Less, written.next(place)));
        return Some(());
    }
    if let Some(prefix) = wildcard(&lower) {
        let written = Written::read(prefix)?;
        constraints.push(Constraint::new(
            Op::GreaterOrEqual,
            written.parts(4, Some(Stability::Dev)),
        ));
        constraints.push(Constraint::new(
            Op::Less,
            written.next(written.numbers.len() - 1),
        ));
        return Some(());
    }
    constraints.push(basic(word, flag)?);
    Some(())
}

/// Cuts off `@beta`; one without a version means any version.
fn split_flag(word: &str) -> (&str, Option<Stability>) {
    let Some((version, flag)) = word.rsplit_once('@') else {
        return (word, None);
    };
    let version = if version.is_empty() { "*" } else { version };
    match &*flag.to_ascii_lowercase() {
        "dev" => (version, Some(Stability::Dev)),
        "alpha" => (version, Some(Stability::Alpha)),
        "beta" => (version, Some(Stability::Beta)),
        "rc" => (version, Some(Stability::Candidate)),
        "stable" => (version, None),
        _ => (word, None),
    }
}

/// Leaves out the `v` and the build metadata.
fn version_text(text: &str) -> &str {
    let text = text.strip_prefix('v').unwrap_or(text);
    text.split_once('+').map_or(text, |(version, _)| version)
}

fn lower_bound(written: &Written<'_>) -> Constraint {
    let last = (!written.has_stability).then_some(Stability::Dev);
    Constraint::new(Op::GreaterOrEqual, written.parts(4, last))
}

/// Returns the one to three numbers before `.*`.
fn wildcard(text: &str) -> Option<&str> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let prefix = text.trim_end_matches(['.', 'x', '*']);
    let tail = text.strip_prefix(prefix)?;
    let is_tail = tail.len() > 1
        && tail
            .split('.')
            .skip(1)
            .all(|part| matches!(part, "x" | "*"));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_good = tail.starts_with('.') && is_tail && prefix.split('.').all(is_number);
    (is_good && prefix.split('.').count() <= 3).then_some(prefix)
}

fn hyphen(from: &str, to: &str, constraints: &mut Vec<Constraint>) -> Option<()> {
    let (from, to) = (from.to_ascii_lowercase(), to.to_ascii_lowercase());
    let from = Written::read(version_text(&from))?;
    let has_build = to.contains('+');
    let to = Written::read(version_text(&to))?;
    constraints.push(lower_bound(&from));
    let upper = if to.numbers.len() > 2 || to.has_stability || has_build {
        Constraint::new(Op::LessOrEqual, to.parts(4, None))
    } else {
        Constraint::new(Op::Less, to.next(to.numbers.len() - 1))
    };
    constraints.push(upper);
    Some(())
}

fn basic(word: &str, flag: Option<Stability>) -> Option<Constraint> {
    const OPS: [(&str, Op); 8] = [
        ("<>", Op::Unequal),
        ("!=", Op::Unequal),
        (">=", Op::GreaterOrEqual),
        ("<=", Op::LessOrEqual),
        ("==", Op::Equal),
        (">", Op::Greater),
        ("<", Op::Less),
        ("=", Op::Equal),
    ];
    let found = OPS.iter().find(|(text, _)| word.starts_with(text));
    let (text, op) = found.map_or(("", Op::Equal), |(text, op)| (*text, *op));
    let bound = word.strip_prefix(text)?;
    let mut version = composer::parse(bound).ok()?;
    if let Version::Parts(parts) = &mut version {
        let is_stable = !parts
            .iter()
            .any(|part| matches!(part, Part::Word(it) if *it != Stability::Patch));
        match flag {
            Some(flag) if op != Op::Equal && is_stable => parts.push(Part::Word(flag)),
            _ if matches!(op, Op::Less | Op::GreaterOrEqual) && !has_stability(bound) => {
                parts.push(Part::Word(Stability::Dev));
            }
            _ => {}
        }
    }
    Some(Constraint { op, version })
}

/// Whether a stability is named behind a `-`. As in Composer, `RC` does not count.
fn has_stability(bound: &str) -> bool {
    let lower = bound.to_ascii_lowercase();
    // A stability has at most a few hyphens itself.
    let mut places = lower.rmatch_indices('-').take(4);
    places.any(|(place, _)| {
        let behind = lower.get(place + 1..).unwrap_or_default();
        !behind.contains("rc") && composer::modifier(behind.as_bytes()).is_some()
    })
}
