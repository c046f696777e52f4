//! The gate: an expression of what is not acceptable, and the reasons why a report is not.
//!
//! ```text
//! kev,severity>=high+fixable,epss>=0.5
//! ```
//! reads: fail if a finding is exploited, or if one is at least HIGH and has a fix, or if one is
//! at least half likely to be exploited. Words joined by `+` must hold together, of one finding;
//! `eol`, `unscanned` and `uncovered` hold of the whole report.
//!
//! Source of truth: ux.md §2.

use std::cmp::Reverse;
use std::fmt;
use std::str::FromStr;

use model::counted;

use crate::facts::{Fact, Facts};
use crate::term::{State, Term, Trait};

/// Ids that a reason names; the rest are counted.
const IDS: usize = 5;

/// What is not acceptable; parsed from the text of `--fail-on`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    clauses: Vec<Clause>,
}

/// What must hold together for the gate to fail.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Clause {
    text: String,
    traits: Vec<Trait>,
    states: Vec<State>,
}

/// A text is no expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadExpression {
    /// The text.
    pub text: String,
    /// What is wrong with it, and what is allowed.
    pub why: String,
}

impl fmt::Display for BadExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not an expression: {}", self.text, self.why)
    }
}

impl std::error::Error for BadExpression {}

impl FromStr for Expression {
    type Err = BadExpression;

    /// Parses clauses between commas; blanks around words do not count.
    fn from_str(text: &str) -> Result<Self, BadExpression> {
        let clauses = text.split(',').map(Clause::parse).collect::<Result<_, _>>();
        match clauses {
            Ok(clauses) => Ok(Self { clauses }),
            Err(why) => Err(BadExpression {
                text: text.to_owned(),
                why,
            }),
        }
    }
}

impl Clause {
    fn parse(text: &str) -> Result<Self, String> {
        let mut clause = Self {
            text: text.trim().to_owned(),
            traits: Vec::new(),
            states: Vec::new(),
        };
        for word in text.split('+') {
            match Term::parse(word.trim())? {
                Term::Finding(of_finding) => clause.traits.push(of_finding),
                Term::Report(of_report) => clause.states.push(of_report),
            }
        }
        Ok(clause)
    }
}

/// Why the gate fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The part of the expression that holds: `severity>=high+fixable`.
    pub clause: String,
    /// How it holds, with counts and up to five ids: `7 findings: CVE-… and 2 more`.
    pub text: String,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.clause, self.text)
    }
}

/// Returns why facts fail, in the order of the expression; nothing if the gate lets it pass.
///
/// Texts may hold words of an image or a feed: make them safe before they are shown.
pub fn fails(expression: &Expression, facts: &Facts<'_>) -> Vec<Reason> {
    let clauses = expression.clauses.iter();
    clauses.filter_map(|clause| clause.judge(facts)).collect()
}

impl Clause {
    fn judge(&self, facts: &Facts<'_>) -> Option<Reason> {
        let mut texts = Vec::new();
        for state in &self.states {
            texts.push(state.of(facts)?);
        }
        if !self.traits.is_empty() {
            texts.push(self.findings(facts)?);
        }
        Some(Reason {
            clause: self.text.clone(),
            text: texts.join("; "),
        })
    }

    /// Returns the findings that have all traits, in a sentence; `None` if there are none.
    fn findings(&self, facts: &Facts<'_>) -> Option<String> {
        let has_all = |finding: &&Fact<'_>| self.traits.iter().all(|of| of.is_of(finding));
        let mut found: Vec<&Fact<'_>> = facts.found.iter().filter(has_all).collect();
        if found.is_empty() {
            return None;
        }
        let count = found.len();
        found.sort_by_key(|finding| worst_first(finding));
        let mut ids: Vec<&str> = found.iter().map(|finding| finding.id).collect();
        // One problem of several packages stands together, because the id is part of the order.
        ids.dedup();
        let more = match ids.len().saturating_sub(IDS) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        ids.truncate(IDS);
        let findings = counted(count, "finding");
        Some(format!("{findings}: {}{more}", ids.join(", ")))
    }
}

fn worst_first<'a>(finding: &Fact<'a>) -> impl Ord + use<'a> {
    (
        Reverse(finding.is_exploited),
        Reverse(finding.severity),
        Reverse(finding.epss),
        finding.id,
    )
}

#[cfg(test)]
mod tests;
