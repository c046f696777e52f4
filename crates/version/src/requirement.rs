//! Requirements as advisories write them, in whichever order: `>= 1.0, < 2.1 || = 3.0`, `[1.0,2.0)`.
//!
//! Source of truth: the forms in Trivy's database (trivy.md §5, §6.1, feeds.md §3). Alternatives are apart
//! by `||`, what must hold together by commas or blanks. A version alone means that version. What one
//! comparison holds, the ecosystem's own language says where it has one ([`RangeLanguage`]); elsewhere every
//! version has its place in the order, prereleases too: `< 2.0` holds `2.0-rc1`, which has the flaw that
//! 2.0 mends.

use std::cmp::Ordering;

use crate::ranges::{self, RangeLanguage};
use crate::{BadVersion, Scheme, compare, digits, matches};

/// Comparisons that a requirement may have: far more than any that was written.
const MOST: usize = 4_096;
/// Operators; longer ones stand before those that they begin with.
const OPERATORS: [&str; 14] = [
    "===", "~>", "~=", "==", "!=", ">=", "=>", "<=", "=<", ">", "<", "=", "^", "~",
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

/// The languages in which ecosystems write their comparisons, by the order of their versions.
const LANGUAGES: [(Scheme, RangeLanguage); 3] = [
    (Scheme::Gem, RangeLanguage::Gem),
    (Scheme::Pep440, RangeLanguage::Pep440),
    (Scheme::Semver, RangeLanguage::Npm),
];

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
            return ranges::maven::holds(self.scheme, text, self.version);
        }
        // `1.2 - 2.3` is one comparison
        if self.scheme == Scheme::Semver && text.contains(" - ") {
            return matches(RangeLanguage::Npm, text, self.version);
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
            let operator = operator.copied().unwrap_or_default();
            let bound = word.strip_prefix(operator).unwrap_or_default();
            // an operator may stand apart from its version
            let bound = if bound.is_empty() {
                words.next()
            } else {
                Some(bound)
            };
            let bound = bound.ok_or_else(|| self.bad("no version follows an operator"))?;
            holds &= self.comparison(spelled(operator), bound)?;
        }
        if count == 0 {
            return Err(self.bad("a part of it is empty"));
        }
        Ok(holds)
    }

    fn comparison(self, operator: &str, bound: &str) -> Result<bool, BadVersion> {
        let mut languages = LANGUAGES.iter();
        let own = languages.find(|(scheme, _)| *scheme == self.scheme);
        match own.map(|(_, language)| *language) {
            Some(RangeLanguage::Npm) if operator == "!=" => Ok(!self.comparison("=", bound)?),
            Some(RangeLanguage::Pep440) if bound == "*" && operator == "=" => Ok(true),
            Some(RangeLanguage::Pep440) if operator == "=" => {
                matches(RangeLanguage::Pep440, &format!("=={bound}"), self.version)
            }
            Some(language) => matches(language, &format!("{operator}{bound}"), self.version),
            None => self.ordered(operator, bound),
        }
    }

    /// Compares by the order alone.
    fn ordered(self, operator: &str, bound: &str) -> Result<bool, BadVersion> {
        if bound == "*" {
            return Ok(operator != "!=");
        }
        let stem = [".*", ".x", ".X"]
            .iter()
            .find_map(|end| bound.strip_suffix(end));
        if let Some(stem) = stem {
            let is_inside = self.order(stem)?.is_ge() && self.is_below_next(stem, parts(stem))?;
            return match operator {
                "=" => Ok(is_inside),
                "!=" => Ok(!is_inside),
                _ => Err(self.bad("only equality goes with a star")),
            };
        }
        let order = self.order(bound)?;
        Ok(match operator {
            "=" | "===" => order.is_eq(),
            "!=" => order.is_ne(),
            ">" => order.is_gt(),
            "<" => order.is_lt(),
            ">=" => order.is_ge(),
            "<=" => order.is_le(),
            "^" => order.is_ge() && self.is_below_next(bound, first_that_counts(bound))?,
            // up to the next of the last but one
            "~>" | "~=" => {
                order.is_ge() && self.is_below_next(bound, parts(bound).saturating_sub(1).max(1))?
            }
            // up to the next of the second
            _ => order.is_ge() && self.is_below_next(bound, parts(bound).min(2))?,
        })
    }

    /// Whether the release of the version is below the next one of the first `kept` numbers of a bound:
    /// a prerelease of what comes next is beyond, too.
    fn is_below_next(self, bound: &str, kept: usize) -> Result<bool, BadVersion> {
        let kept: Vec<&str> = numbers(bound).split('.').take(kept).collect();
        let Some((last, head)) = kept.split_last() else {
            return Err(self.bad("a number is missing"));
        };
        let next = String::from_utf8_lossy(&digits::next(last.as_bytes())).into_owned();
        let upper: Vec<&str> = head.iter().copied().chain([next.as_str()]).collect();
        Ok(compare(self.scheme, numbers(self.version), &upper.join("."))?.is_lt())
    }
}

/// Returns the usual spelling of an operator; none means equal.
fn spelled(operator: &str) -> &str {
    match operator {
        "" | "==" => "=",
        "=>" => ">=",
        "=<" => "<=",
        operator => operator,
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
        (Scheme::Lenient, "^1.2.3", "1.2.3 1.9", "1.2.2 2.0 2.0-rc1"),
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
        (Scheme::Semver, "~1.2.3", "1.2.9", "1.3.0 1.3.0-rc.1"),
        (Scheme::Semver, ">= 1.0 , < 2", "1.0.0 1.9.9", "2.0.0"),
        (Scheme::Semver, "1.x || 1.2.3 - 2", "1.0.0 2.5.0", "3.0.0"),
        (Scheme::Semver, "^1.2.3", "1.9.0", "2.0.0-rc.1"),
        (Scheme::Semver, "!=1.2.3", "1.2.4", "1.2.3"),
        (Scheme::Semver, "==1.2.3", "1.2.3", "1.2.4"),
        (
            Scheme::Pep440,
            "<0.15.3",
            "0.15.2",
            "0.15.3rc1 0.15.3 0.15.3.post1",
        ),
        (Scheme::Pep440, "<= 2.5.1", "2.5.1 2.5.1+cu121", "2.5.2"),
        (Scheme::Pep440, "= 1.0", "1.0 1.0+x", "1.0.1"),
        (Scheme::Pep440, "1.0", "1.0.0", "1.1"),
        (Scheme::Pep440, ">= 1.0 < 2", "1.5", "2.0"),
        (Scheme::Pep440, "*", "0 9", ""),
        (Scheme::Pep440, "==1.0.*", "1.0 1.0.9", "1.1 0.9"),
        (Scheme::Pep440, "~=1.4.5", "1.4.5 1.4.9", "1.5"),
        (
            Scheme::Gem,
            "~> 4.2.5, >= 4.2.5.1",
            "4.2.5.1 4.2.9",
            "4.2.5 4.3 4.3.0.rc1",
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
