//! The score card of an image: how it does in each of the practices that people are taught.

use serde::{Deserialize, Serialize};

use crate::{Flaw, Gap, Report, Severity, counted};

/// The practice of having no secret in the image: one that was found weighs more than any flaw.
pub const SECRETS: &str = "secrets";
/// The practice of having nothing in the image that is known to be wrong.
pub const VULNERABILITIES: &str = "vulnerabilities";

/// Practices that an image passes because there is nothing in it.
const SAYS_NOTHING: [&str; 3] = ["persistent", SECRETS, VULNERABILITIES];

/// How an image does in one practice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The practice: `modular`.
    pub practice: String,
    /// How it does.
    pub grade: Grade,
    /// The one reason.
    pub reason: String,
    /// Flaws that it is weighed by, the worst first.
    pub flaws: Vec<Flaw>,
    /// Grade and reason if none of them counts.
    pub otherwise: (Grade, String),
}

impl Mark {
    /// Makes one from the flaws of its practice, the worst first; [`Report::weigh`] gives the grade.
    pub fn new(practice: &str, flaws: Vec<Flaw>, otherwise: (Grade, String)) -> Self {
        Self {
            practice: practice.to_owned(),
            grade: otherwise.0,
            reason: otherwise.1.clone(),
            flaws,
            otherwise,
        }
    }

    /// Grades by the worst flaw that is not waived.
    fn weigh(&mut self) {
        let counts = |flaw: &&Flaw| flaw.waived.is_none();
        let worst = self.flaws.iter().find(counts);
        let graded = worst.and_then(|flaw| Some((Grade::of(flaw.severity)?, &flaw.message)));
        let (grade, reason) = graded.unwrap_or((self.otherwise.0, &self.otherwise.1));
        (self.grade, self.reason) = (grade, reason.clone());
    }

    /// Says how many things do not count, where nothing else gave the grade.
    fn tell_waived(&mut self, others: usize) {
        let is_waived = |flaw: &&Flaw| flaw.waived.is_some() && Grade::of(flaw.severity).is_some();
        let flaws = self.flaws.iter().filter(is_waived).count();
        let count = flaws.saturating_add(others);
        if count == 0 || (self.grade, &self.reason) != (self.otherwise.0, &self.otherwise.1) {
            return;
        }
        // what is waived is in the image all the same
        let is_nothing = self.grade == Grade::Pass && SAYS_NOTHING.contains(&&*self.practice);
        self.reason = if is_nothing {
            format!("nothing but what is ignored: {count}")
        } else {
            format!("{}; {count} ignored", self.reason)
        };
    }
}

/// How something does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Well.
    Pass,
    /// It could be better, or it is not known.
    Warn,
    /// Badly.
    Fail,
}

impl Grade {
    /// Returns the grade of something that is this bad; `None` if it is only worth knowing.
    const fn of(severity: Severity) -> Option<Self> {
        match severity {
            Severity::Critical | Severity::High => Some(Self::Fail),
            Severity::Medium | Severity::Low => Some(Self::Warn),
            Severity::Unknown => None,
        }
    }

    /// Returns the word that reports use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

impl Report {
    /// Grades the practices by what counts now: again whenever something was waived.
    pub fn weigh(&mut self) {
        let secrets = self.secrets();
        let vulnerabilities = self.vulnerabilities();
        let unseen = self.gaps.iter().find(|gap| gap.may_hide_secrets());
        let Some(hygiene) = &mut self.hygiene else {
            return;
        };
        for mark in &mut hygiene.card {
            mark.weigh();
            let found = match &*mark.practice {
                SECRETS => secrets.clone(),
                VULNERABILITIES => vulnerabilities.clone(),
                _ => None,
            };
            mark.tell_waived(match &*mark.practice {
                SECRETS => self.waived_leaks.len(),
                VULNERABILITIES => self.waived.len(),
                _ => 0,
            });
            if let Some(found) = found {
                (mark.grade, mark.reason) = found;
            } else if let (SECRETS, Grade::Pass, Some(gap)) = (&*mark.practice, mark.grade, unseen)
            {
                mark.grade = Grade::Warn;
                mark.reason = format!("{}, but {}", mark.reason, told(gap));
            }
        }
    }

    fn secrets(&self) -> Option<(Grade, String)> {
        let leaks = self.leaks.as_deref()?;
        let first = leaks.first()?;
        let count = counted(leaks.len(), "secret");
        Some((
            Grade::Fail,
            format!("{count}, the first in {}", first.place),
        ))
    }

    fn vulnerabilities(&self) -> Option<(Grade, String)> {
        let all = self.findings.len();
        let count = |severity| {
            let findings = self.findings.iter();
            findings.filter(|it| it.severity == severity).count()
        };
        match (count(Severity::Critical), count(Severity::High)) {
            _ if all == 0 => None,
            (0, 0) => Some((Grade::Warn, format!("{all}, none critical or high"))),
            (critical, high) => {
                let reason = format!("{critical} critical and {high} high of {all}");
                Some((Grade::Fail, reason))
            }
        }
    }
}

/// Says where something was not looked at, and why.
fn told(gap: &Gap) -> String {
    let place = gap.place.as_str();
    let separator = if place.is_empty() { "" } else { ": " };
    format!("{place}{separator}{}", gap.why)
}

#[cfg(test)]
mod tests {
    use crate::{Evidence, Part, Waiver};

    use super::*;

    #[test]
    fn what_is_waived_is_not_denied() {
        let otherwise = (Grade::Pass, "none was found".to_owned());
        let mut mark = Mark::new(SECRETS, Vec::new(), otherwise);
        mark.tell_waived(0);
        assert_eq!(mark.reason, "none was found");
        mark.tell_waived(2);
        assert_eq!(mark.reason, "nothing but what is ignored: 2");
    }

    #[test]
    fn what_is_waived_weighs_nothing() {
        let flaw = |severity, is_waived: bool| Flaw {
            rule: "FUN-MULTI".to_owned(),
            title: String::new(),
            severity,
            message: severity.to_string(),
            concern: String::new(),
            fix: String::new(),
            controls: Vec::new(),
            evidence: Evidence::default(),
            part: Part::Unknown,
            waived: is_waived.then(|| Waiver {
                reason: "known".to_owned(),
                place: String::new(),
            }),
        };
        for (flaws, want) in [
            (vec![], (Grade::Pass, "good")),
            (vec![flaw(Severity::High, false)], (Grade::Fail, "HIGH")),
            (
                vec![flaw(Severity::High, true)],
                (Grade::Pass, "good; 1 ignored"),
            ),
            (vec![flaw(Severity::INFO, true)], (Grade::Pass, "good")),
            (
                vec![flaw(Severity::High, true), flaw(Severity::Low, false)],
                (Grade::Warn, "LOW"),
            ),
            (vec![flaw(Severity::INFO, false)], (Grade::Pass, "good")),
        ] {
            let mut mark = Mark::new("modular", flaws, (Grade::Pass, "good".to_owned()));
            mark.weigh();
            mark.tell_waived(0);
            assert_eq!((mark.grade, &*mark.reason), want);
        }
    }
}
