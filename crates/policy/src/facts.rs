//! What the gate asks about: the same of an image and of manifests.

use model::{Epss, Finding, Flaw, Gap, Judgement, Leak, Misconfiguration, Report, Severity};

/// What the gate asks about.
#[derive(Debug)]
pub struct Facts<'a> {
    pub(crate) found: Vec<Fact<'a>>,
    /// That the distribution gets no fixes any more, in a sentence.
    pub(crate) past_end: Option<String>,
    pub(crate) gaps: &'a [Gap],
}

/// What the gate asks about one finding.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fact<'a> {
    pub(crate) id: &'a str,
    pub(crate) severity: Severity,
    pub(crate) is_exploited: bool,
    /// A fix is released; of a manifest, there is an edit.
    pub(crate) is_fixable: bool,
    pub(crate) epss: Option<Epss>,
    /// Whether it alone is reason enough to fail where nobody says what is.
    pub(crate) is_grave: bool,
}

impl<'a> Facts<'a> {
    /// Returns how many findings count: of the flaws of an image, those from MEDIUM on.
    pub fn findings(&self) -> usize {
        self.found.iter().filter(|fact| fact.is_grave).count()
    }

    /// Returns what was not looked at.
    pub const fn gaps(&self) -> &'a [Gap] {
        self.gaps
    }
}

impl<'a> From<&'a Report> for Facts<'a> {
    fn from(report: &'a Report) -> Self {
        Self {
            found: report
                .findings
                .iter()
                .map(Fact::from)
                .chain(report.leaks.iter().flatten().map(Fact::from))
                .chain(flaws(report))
                .collect(),
            past_end: past_end(report),
            gaps: &report.gaps,
        }
    }
}

/// What is waived is no finding.
fn flaws(report: &Report) -> impl Iterator<Item = Fact<'_>> {
    let flaws = report.hygiene.iter().flat_map(|hygiene| &hygiene.flaws);
    flaws.filter(|flaw| flaw.waived.is_none()).map(Fact::from)
}

impl<'a> From<&'a Judgement> for Facts<'a> {
    /// What is waived is no finding.
    fn from(judgement: &'a Judgement) -> Self {
        let counting = judgement.found.iter().filter(|what| what.waived.is_none());
        Self {
            found: counting.map(Fact::from).collect(),
            past_end: None,
            gaps: &judgement.gaps,
        }
    }
}

impl<'a> From<&'a Finding> for Fact<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            id: &finding.id,
            severity: finding.severity,
            is_exploited: finding.kev.is_some(),
            is_fixable: !finding.fixed.is_empty(),
            epss: finding.epss,
            is_grave: true,
        }
    }
}

impl<'a> From<&'a Leak> for Fact<'a> {
    /// That nobody publishes a fix for a secret does not make it unfixable: who has it can rotate it.
    fn from(leak: &'a Leak) -> Self {
        Self {
            id: &leak.secret.rule,
            severity: leak.secret.severity,
            is_exploited: false,
            is_fixable: true,
            epss: None,
            is_grave: true,
        }
    }
}

impl<'a> From<&'a Flaw> for Fact<'a> {
    /// Whoever builds the image can mend it.
    fn from(flaw: &'a Flaw) -> Self {
        Self {
            id: &flaw.rule,
            severity: flaw.severity,
            is_exploited: false,
            is_fixable: true,
            epss: None,
            is_grave: flaw.severity >= Severity::Medium,
        }
    }
}

impl<'a> From<&'a Misconfiguration> for Fact<'a> {
    fn from(what: &'a Misconfiguration) -> Self {
        Self {
            id: what.rule.id,
            severity: what.severity,
            is_exploited: false,
            is_fixable: what.edit.is_some(),
            epss: None,
            is_grave: true,
        }
    }
}

fn past_end(report: &Report) -> Option<String> {
    let eol = report.eol.as_ref().filter(|eol| eol.is_past)?;
    let os = match &report.os {
        Some(os) => format!("{} {}", os.family, os.version),
        None => "the distribution".to_owned(),
    };
    let (date, source) = (eol.date, &eol.source);
    Some(format!(
        "{os} has had no fixes since {date} (says {source})"
    ))
}
