//! What was decided, and why: the same texts for everybody who asks.

use jiff::civil::Date;

use super::Mode;

/// What comes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It is acceptable.
    Allow,
    /// It is let through with warnings.
    Warn,
    /// It is not acceptable.
    Deny,
}

impl Outcome {
    /// Returns its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}

/// Why something is not acceptable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The rule of the policy, or the case.
    pub rule: String,
    /// What comes of it.
    pub mode: Mode,
    /// The image as the pod writes it, or the workload.
    pub subject: String,
    /// Whether the subject is an image.
    pub is_image: bool,
    /// Ids of flaws or rules, the worst first.
    pub ids: Vec<String>,
    /// What is wrong.
    pub text: String,
    /// What to do about it.
    pub fix: String,
}

/// An exception that was used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Used {
    /// What did not count.
    pub id: String,
    /// Why.
    pub reason: String,
    /// Who knows.
    pub owner: String,
    /// The last day on which it holds.
    pub until: Date,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What comes of it.
    pub outcome: Outcome,
    /// Why, what denies first.
    pub reasons: Vec<Reason>,
    /// Exceptions that were used, sorted.
    pub used: Vec<Used>,
    /// By whose word the glass was broken, and why: it would be denied otherwise.
    pub broken_glass: Option<String>,
    /// The policy: `prod@a91fc0de`.
    pub policy: String,
}

/// Bytes of the line that says all: plugins show it whole.
const LINE_BYTES: usize = 1_000;
/// Characters of a warning: longer ones are cut by the API server once there are many.
const WARNING_CHARS: usize = 120;
/// Reasons of which each has a line of its own.
const MOST_RECORDS: usize = 50;
/// Warnings of one answer.
const MOST_WARNINGS: usize = 20;

impl Reason {
    /// Returns it in one line: what, which rule, why, and the way out.
    pub fn line(&self) -> String {
        plain(&format!(
            "{}: {}: {}; {}",
            self.subject, self.rule, self.text, self.fix
        ))
    }
}

impl Verdict {
    /// Returns the reasons that decide: those of the strongest mode.
    pub fn deciding(&self) -> impl Iterator<Item = &Reason> {
        let mode = match self.outcome {
            // what was let in by a broken glass was denied
            _ if self.broken_glass.is_some() => Mode::Enforce,
            Outcome::Deny => Mode::Enforce,
            Outcome::Warn => Mode::Warn,
            Outcome::Allow => Mode::Audit,
        };
        self.reasons
            .iter()
            .filter(move |reason| reason.mode == mode)
    }

    /// Returns the one line of at most 1,000 bytes that says what decides: the first reasons, then how
    /// many more there are, then the policy; empty if nothing is to say.
    pub fn line(&self) -> String {
        if self.outcome == Outcome::Allow {
            return String::new();
        }
        self.joined(self.deciding().count(), self.deciding().map(Reason::line))
    }

    /// Returns the same of all reasons, each with its mode: for those who look at what a policy would
    /// say before it decides. Empty if there are none.
    pub fn record(&self) -> String {
        if self.reasons.is_empty() {
            return String::new();
        }
        self.joined(self.reasons.len(), self.reasons.iter().map(recorded))
    }

    /// Returns all reasons with their modes, a line each; how many more there are is the last.
    pub fn records(&self) -> Vec<String> {
        let reasons = self.reasons.iter().take(MOST_RECORDS);
        let mut records: Vec<String> = reasons.map(|it| cut(&recorded(it), LINE_BYTES)).collect();
        let more = self.reasons.len().saturating_sub(records.len());
        if more > 0 {
            records.push(format!("and {more} more"));
        }
        records
    }

    /// Joins the first of so many reasons: only those that are told are worded, as there may be thousands.
    fn joined(&self, count: usize, reasons: impl Iterator<Item = String>) -> String {
        let policy = plain(&format!(" (policy {})", self.policy));
        let room = LINE_BYTES.saturating_sub(policy.len());
        let mut line = String::new();
        for (index, reason) in reasons.enumerate() {
            let left = count.saturating_sub(index);
            let more = format!(" | and {left} more");
            let separator = if line.is_empty() { "" } else { " | " };
            let is_last = left == 1;
            let reserve = if is_last { 0 } else { more.len() };
            let next = line
                .len()
                .saturating_add(separator.len())
                .saturating_add(reason.len())
                .saturating_add(reserve);
            if next <= room {
                line = line + separator + &reason;
            } else if line.is_empty() {
                line = cut(&reason, room.saturating_sub(more.len()));
            } else {
                line += &more;
                break;
            }
        }
        line + &policy
    }

    /// Returns the warnings: one a reason that warns or denies, each short and without line breaks.
    pub fn warnings(&self) -> Vec<String> {
        let told = self
            .reasons
            .iter()
            .filter(|reason| reason.mode >= Mode::Warn);
        let mut warnings: Vec<String> = told.map(|reason| short(&reason.line())).collect();
        warnings.dedup();
        let more = warnings.len().saturating_sub(MOST_WARNINGS);
        warnings.truncate(MOST_WARNINGS);
        if more > 0 {
            warnings.push(format!("seaworthy: {more} more"));
        }
        warnings
    }
}

fn recorded(reason: &Reason) -> String {
    format!("{}: {}", reason.mode.name(), reason.line())
}

fn short(line: &str) -> String {
    let prefix = "seaworthy: ";
    let room = WARNING_CHARS.saturating_sub(prefix.len());
    if line.chars().count() <= room {
        return format!("{prefix}{line}");
    }
    let kept: String = line.chars().take(room.saturating_sub(1)).collect();
    format!("{prefix}{kept}…")
}

/// Cuts a text to so many bytes, between characters.
fn cut(text: &str, bytes: usize) -> String {
    let mut end = bytes.saturating_sub('…'.len_utf8()).min(text.len());
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    match text.get(..end) {
        Some(kept) if kept.len() < text.len() => format!("{kept}…"),
        _ => text.to_owned(),
    }
}

/// Returns a text without characters that steer terminals or break lines: names come from strangers.
pub fn plain(text: &str) -> String {
    if !text.contains(steers) {
        return text.to_owned();
    }
    text.replace(steers, "\u{fffd}")
}

/// Whether a character steers terminals or breaks lines.
pub(super) fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
