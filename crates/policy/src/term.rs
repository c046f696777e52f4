//! The words of the `--fail-on` language: what each one asks, and of what.

use model::{GapKind, Severity};

use crate::facts::{Fact, Facts};

/// What an expression may hold, for help and errors.
pub(crate) const ALLOWED: &str = "allowed are kev, fixable, severity>=LEVEL, epss>=NUMBER, eol, unscanned and uncovered, joined by `,` (any) or `+` (all)";

/// One word of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Term {
    /// It asks about a finding.
    Finding(Trait),
    /// It asks about the whole report.
    Report(State),
}

/// What a finding may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trait {
    /// `kev`: known to be exploited.
    Kev,
    /// `fixable`: a fix is released.
    Fixable,
    /// `severity>=high`.
    Severity(Severity),
    /// `epss>=0.5`, in hundred-thousandths as [`model::Epss`] has it.
    Epss(u32),
}

/// What a report may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// `eol`: the distribution is past its end of life.
    Eol,
    /// `unscanned`: a part of the target was not read, or nothing was there to read.
    Unscanned,
    /// `uncovered`: the advisories cannot say something about what was read.
    Uncovered,
}

impl Term {
    /// Parses one word, without blanks around it; upper case is as good as lower.
    pub(crate) fn parse(word: &str) -> Result<Self, String> {
        let lower = word.to_ascii_lowercase();
        if let Some((name, value)) = lower.split_once(">=") {
            return match name.trim() {
                "severity" => severity(value.trim()),
                "epss" => epss(value.trim()),
                name => Err(format!("`{name}` cannot be compared; {ALLOWED}")),
            };
        }
        match lower.as_str() {
            "kev" => Ok(Self::Finding(Trait::Kev)),
            "fixable" => Ok(Self::Finding(Trait::Fixable)),
            "eol" => Ok(Self::Report(State::Eol)),
            "unscanned" => Ok(Self::Report(State::Unscanned)),
            "uncovered" => Ok(Self::Report(State::Uncovered)),
            "" => Err(format!("a word is missing; {ALLOWED}")),
            "severity" => Err("`severity` needs a level, such as severity>=high".to_owned()),
            "epss" => Err("`epss` needs a number, such as epss>=0.5".to_owned()),
            "secret" | "unsigned" => Err(format!(
                "`{lower}` is reserved: nothing looks for it yet, so it could never fail; {ALLOWED}"
            )),
            _ => Err(format!("`{word}` is not known; {ALLOWED}")),
        }
    }
}

fn severity(level: &str) -> Result<Term, String> {
    Ok(Term::Finding(Trait::Severity(level.parse()?)))
}

/// Parses a probability: `0.5`, `1`, `.05`. More than five decimals do not count.
fn epss(number: &str) -> Result<Term, String> {
    let bad = || format!("`{number}` is not a probability from 0 to 1, such as 0.5");
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if !is_number(whole) || !is_number(decimals) || (whole.is_empty() && decimals.is_empty()) {
        return Err(bad());
    }
    let five_decimals: String = decimals.chars().chain("00000".chars()).take(5).collect();
    let scaled: u32 = format!("{whole}{five_decimals}")
        .parse()
        .map_err(|_too_long| bad())?;
    if scaled > 100_000 {
        return Err(bad());
    }
    Ok(Term::Finding(Trait::Epss(scaled)))
}

impl Trait {
    /// Whether a finding is what the word asks for.
    pub(crate) fn is_of(self, finding: &Fact<'_>) -> bool {
        match self {
            Self::Kev => finding.is_exploited,
            Self::Fixable => finding.is_fixable,
            Self::Severity(least) => finding.severity >= least,
            Self::Epss(least) => finding.epss.is_some_and(|epss| epss.0 >= least),
        }
    }
}

impl State {
    /// Returns how the report is what the word asks for, in a sentence; `None` if it is not.
    pub(crate) fn of(self, facts: &Facts<'_>) -> Option<String> {
        match self {
            Self::Eol => facts.past_end.clone(),
            Self::Unscanned => gaps(facts, is_unscanned, "what was looked at"),
            Self::Uncovered => gaps(facts, is_uncovered, "what the advisories cover"),
        }
    }
}

fn gaps(facts: &Facts<'_>, is_meant: fn(GapKind) -> bool, what: &str) -> Option<String> {
    let count = facts.gaps.iter().filter(|gap| is_meant(gap.kind)).count();
    (count > 0).then(|| format!("{} in {what}", model::counted(count, "gap")))
}

/// What `--strict` asks for, and that there was nothing to read at all.
fn is_unscanned(kind: GapKind) -> bool {
    kind.is_unread_target() || kind == GapKind::Absent
}

/// Nobody could know, whatever was read. Old data and a filter's choice are something else.
const fn is_uncovered(kind: GapKind) -> bool {
    match kind {
        GapKind::Uncovered | GapKind::Damaged => true,
        GapKind::Unread
        | GapKind::Unparsed
        | GapKind::Uncompared
        | GapKind::Limited
        | GapKind::Absent
        | GapKind::Stale
        | GapKind::Hidden
        | GapKind::Unproved => false,
    }
}
