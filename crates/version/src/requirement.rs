//! Requirements as advisories write them, in whichever order: `>= 1.0, < 2.1 || = 3.0`, `[1.0,2.0)`.
//!
//! Source of truth: the forms in Trivy's database (trivy.md §5, §6.1, feeds.md §3). Alternatives are apart
//! by `||`, what must hold together by commas or blanks. A version alone means that version. Every
//! version has its place in the order, prereleases too: `< 2.0` holds `2.0-rc1`, which has the flaw that
//! 2.0 mends.

use std::cmp::Ordering;

use crate::{BadVersion, Scheme, compare, digits};

/// Comparisons that a requirement may have: far more than any that was written.
const MOST: usize = 4_096;
/// Operators; longer ones stand before those that they begin with.
const OPERATORS: [&str; 13] = [
    "===", "~>", "~=", "==", "!=", ">=", "=>", "<=", "=<", ">", "<", "=", "^",
];

/// Whether a version meets a requirement.
///
/// # Errors
/// [`BadVersion`]: the version, or what it is compared with, is none of the scheme; or the requirement
/// cannot be read.
pub fn satisfies(scheme: Scheme, requirement: &str, version: &str) -> Result<bool, BadVersion> {
    // so that a bad version is one even where nothing is compared with it
    compare(scheme, version, version)?;
    let question = Question {
        scheme,
        requirement,
        version,
    };
    let mut holds = false;
    let mut left = MOST;
    for alternative in requirement.split("||") {
        holds |= question.alternative(alternative.trim(), &mut left)?;
    }
    Ok(holds)
}

#[derive(Clone, Copy)]
struct Question<'a> {
    scheme: Scheme,
    requirement: &'a str,
    version: &'a str,
}

impl Question<'_> {
    fn bad(self, why: &'static str) -> BadVersion {
        BadVersion::new("a requirement", self.requirement, why)
    }

    fn order(self, bound: &str) -> Result<Ordering, BadVersion> {
        compare(self.scheme, self.version, bound)
    }

    fn alternative(self, text: &str, left: &mut usize) -> Result<bool, BadVersion> {
        if text.starts_with(['[', '(']) {
            return self.intervals(text, left);
        }
        let mut words = text
            .split([',', ' ', '\t', '\n'])
            .filter(|it| !it.is_empty());
        let mut holds = true;
        let mut count = 0_usize;
        while let Some(word) = words.next() {
            *left = left
                .checked_sub(1)
                .ok_or_else(|| self.bad("it is too long"))?;
            count = count.saturating_add(1);
            let operator = OPERATORS.iter().find(|it| word.starts_with(**it));
            let operator = operator
                .copied()
                .or_else(|| word.starts_with('~').then_some("~"));
            let operator = operator.unwrap_or_default();
            let bound = word.strip_prefix(operator).unwrap_or_default();
            // an operator may stand apart from its version
            let bound = if bound.is_empty() {
                words.next()
            } else {
                Some(bound)
            };
            let bound = bound.ok_or_else(|| self.bad("no version follows an operator"))?;
            holds &= self.comparison(operator, bound)?;
        }
        if count == 0 {
            return Err(self.bad("a part of it is empty"));
        }
        Ok(holds)
    }

    fn comparison(self, operator: &str, bound: &str) -> Result<bool, BadVersion> {
        if bound == "*" {
            return Ok(operator != "!=");
        }
        let stem = [".*", ".x", ".X"]
            .iter()
            .find_map(|end| bound.strip_suffix(end));
        if let Some(stem) = stem {
            let is_inside = self.order(stem)?.is_ge() && self.is_below_next(stem, parts(stem))?;
            return match operator {
                "" | "=" | "==" => Ok(is_inside),
                "!=" => Ok(!is_inside),
                _ => Err(self.bad("only equality goes with a star")),
            };
        }
        let order = self.order(bound)?;
        Ok(match operator {
            "" | "=" | "==" | "===" => order.is_eq(),
            "!=" => order.is_ne(),
            ">" => order.is_gt(),
            "<" => order.is_lt(),
            ">=" | "=>" => order.is_ge(),
            "<=" | "=<" => order.is_le(),
            "^" => order.is_ge() && self.is_below_next(bound, first_that_counts(bound))?,
            // up to the next of the last but one
            "~>" | "~=" => {
                order.is_ge() && self.is_below_next(bound, parts(bound).saturating_sub(1).max(1))?
            }
            // up to the next of the second
            _ => order.is_ge() && self.is_below_next(bound, parts(bound).min(2))?,
        })
    }

    /// Whether the version is below the next one of the first `kept` numbers of a bound.
    fn is_below_next(self, bound: &str, kept: usize) -> Result<bool, BadVersion> {
        let numbers: Vec<&str> = numbers(bound).split('.').take(kept).collect();
        let Some((last, head)) = numbers.split_last() else {
            return Err(self.bad("a number is missing"));
        };
        let next = String::from_utf8_lossy(&digits::next(last.as_bytes())).into_owned();
        let upper: Vec<&str> = head.iter().copied().chain([next.as_str()]).collect();
        let mut upper = upper.join(".");
        if self.scheme == Scheme::Semver {
            // which wants three
            upper.extend(std::iter::repeat_n(".0", 3_usize.saturating_sub(kept)));
        }
        Ok(self.order(&upper)?.is_lt())
    }

    /// Intervals with commas between them, of which one must hold the version: `(,1.0],[1.2,)`.
    fn intervals(self, text: &str, left: &mut usize) -> Result<bool, BadVersion> {
        let mut holds = false;
        let mut rest = text;
        while !rest.is_empty() {
            *left = left
                .checked_sub(1)
                .ok_or_else(|| self.bad("it is too long"))?;
            let end = rest
                .find([']', ')'])
                .ok_or_else(|| self.bad("an interval has no end"))?;
            let (interval, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            let is_open_end = after.starts_with(')');
            let is_open_start = interval.starts_with('(');
            let inner = interval.strip_prefix(['[', '(']);
            let inner = inner.ok_or_else(|| self.bad("an interval has no start"))?;
            let (from, to) = inner.split_once(',').unwrap_or((inner, inner));
            holds |= self.is_within((from.trim(), is_open_start), (to.trim(), is_open_end))?;
            rest = after
                .get(1..)
                .unwrap_or_default()
                .trim_start_matches([',', ' ']);
        }
        Ok(holds)
    }

    /// Whether the version lies between two bounds, each with whether it is left out; an empty one is
    /// none.
    fn is_within(self, from: (&str, bool), to: (&str, bool)) -> Result<bool, BadVersion> {
        let lower = if from.0.is_empty() {
            None
        } else {
            Some(self.order(from.0)?)
        };
        let upper = if to.0.is_empty() {
            None
        } else {
            Some(self.order(to.0)?)
        };
        let is_above = lower.is_none_or(|it| it.is_gt() || (it.is_eq() && !from.1));
        let is_below = upper.is_none_or(|it| it.is_lt() || (it.is_eq() && !to.1));
        Ok(is_above && is_below)
    }
}

/// Returns the numbers with which a version starts, and the points between them.
fn numbers(version: &str) -> &str {
    let bare = version.strip_prefix('v').unwrap_or(version);
    let end = bare
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(bare.len());
    bare.get(..end).unwrap_or_default().trim_end_matches('.')
}

fn parts(version: &str) -> usize {
    numbers(version).split('.').count()
}

/// Returns the place behind the first number that is not zero.
fn first_that_counts(version: &str) -> usize {
    let zeros = numbers(version)
        .split('.')
        .take_while(|it| it.bytes().all(|b| b == b'0'));
    zeros.count().saturating_add(1).min(parts(version))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A requirement, versions that it holds, versions that it does not hold.
    type Case = (Scheme, &'static str, &'static str, &'static str);

    const CASES: &[Case] = &[
        (
            Scheme::Lenient,
            ">= 4.0.0, < 4.0.14",
            "4.0.0 4.0.13 4.0.14-rc1",
            "3.9 4.0.14",
        ),
        (
            Scheme::Lenient,
            "<1.2.0||>=1.2.2 <1.2.3",
            "1.1 1.2.2",
            "1.2.0 1.2.1 1.2.3",
        ),
        (
            Scheme::Lenient,
            "13.0.1",
            "13.0.1 v13.0.1.0",
            "13.0.1-rc1 13.0.2",
        ),
        (Scheme::Lenient, "= 1.0 || == 2.0", "1 2.0", "1.1"),
        (Scheme::Lenient, "< v2.8.0", "v2.7.1", "2.8.0"),
        (Scheme::Lenient, "^1.2.3", "1.2.3 1.9", "1.2.2 2.0"),
        (Scheme::Lenient, "^0.2.3", "0.2.9", "0.3.0"),
        (Scheme::Lenient, "~1.2.3", "1.2.9", "1.3"),
        (Scheme::Lenient, "~> 1.2", "1.2 1.9", "2.0"),
        (Scheme::Lenient, "!= 1.5", "1.4", "1.5"),
        (Scheme::Lenient, "*", "0 9", ""),
        (
            Scheme::Semver,
            ">=1.0.0 <1.2.0",
            "1.0.0 1.2.0-rc.1",
            "1.2.0",
        ),
        (Scheme::Semver, "~1.2.3", "1.2.9", "1.3.0"),
        (
            Scheme::Pep440,
            "<0.15.3",
            "0.15.2 0.15.3rc1",
            "0.15.3 0.15.3.post1",
        ),
        (Scheme::Pep440, "==1.0.*", "1.0 1.0.9", "1.1 0.9"),
        (Scheme::Pep440, "~=1.4.5", "1.4.5 1.4.9", "1.5"),
        (
            Scheme::Gem,
            "~> 4.2.5, >= 4.2.5.1",
            "4.2.5.1 4.2.9",
            "4.2.5 4.3",
        ),
        (
            Scheme::Maven,
            "[2.9.0,2.9.10.7)",
            "2.9.0 2.9.10.6",
            "2.8 2.9.10.7",
        ),
        (Scheme::Maven, "(,1.0],[1.2,)", "0.9 1.0 1.2 3", "1.1"),
        (Scheme::Maven, "[1.0]", "1.0.0", "1.1"),
        (
            Scheme::Maven,
            ">= 5.3.0, < 5.3.18",
            "5.3.17.RELEASE",
            "5.3.18.RELEASE",
        ),
        (
            Scheme::Bitnami,
            "< 1.2.3-4",
            "1.2.3 1.2.3-3",
            "1.2.3-4 1.2.3-5",
        ),
    ];

    #[test]
    fn requirements_hold_what_advisories_mean() {
        for (scheme, requirement, inside, outside) in CASES {
            for (versions, want) in [(inside, true), (outside, false)] {
                for version in versions.split(' ').filter(|it| !it.is_empty()) {
                    let got = satisfies(*scheme, requirement, version);
                    assert_eq!(got, Ok(want), "{requirement} {version}");
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        for requirement in [
            "", "||", "> 1 ||", ">=", "< ,", "abc", ">= x", "[1.0", "1.0]", "[1,2,3)", "> 1.*",
            "<< 1", "[1.0),x", ".*",
        ] {
            let got = satisfies(Scheme::Lenient, requirement, "1.0");
            assert!(got.is_err(), "{requirement}: {got:?}");
        }
        assert!(satisfies(Scheme::Lenient, "*", "not one").is_err());
        let long = ">1,".repeat(MOST + 1);
        assert!(satisfies(Scheme::Lenient, &long, "1.0").is_err());
    }
}
