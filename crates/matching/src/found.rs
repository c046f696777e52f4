//! Makes findings.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::{
    Advisory, Affected, DataSource, Finding, Group, Package, Part, Rating, Severity, Status,
};

use crate::severity::{self, Hearing};

/// A flaw that a package has.
#[derive(Debug)]
pub(crate) struct Flaw<'a> {
    pub(crate) name: &'a str,
    /// Its other ids.
    pub(crate) aliases: &'a BTreeSet<&'a str>,
    /// Those that say that the package has it: not those whose fix it holds.
    pub(crate) advisories: &'a [&'a Advisory],
    /// The version that holds the fix; empty if there is none.
    pub(crate) fixed: String,
    pub(crate) status: Status,
}

/// Whose word it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word<'a> {
    /// Trivy's id of the publisher, by which severities are chosen.
    pub(crate) publisher: &'a str,
    /// Whose name a severity has that the advisory itself gives, if not the publisher's.
    pub(crate) speaker: Option<&'static str>,
    pub(crate) source: Option<&'a Arc<DataSource>>,
    pub(crate) part: Part,
    pub(crate) group: Option<Group>,
}

/// Findings whose severity and ratings are not known yet.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) findings: Vec<Finding>,
    /// What the advisories of each of them say of its severity.
    pub(crate) own_words: Vec<Option<OwnWord>>,
}

/// The severity that an advisory itself gives.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OwnWord {
    severity: Severity,
    /// Whose name it has, if not that of the finding's publisher.
    speaker: Option<&'static str>,
}

impl Found {
    /// Adds a flaw of a package.
    pub(crate) fn push(
        &mut self,
        (index, package): (usize, &Package),
        flaw: Flaw<'_>,
        word: Word<'_>,
    ) {
        let advisories = flaw.advisories;
        let severity = advisories.iter().filter_map(|it| it.severity).max();
        self.own_words.push(severity.map(|severity| OwnWord {
            severity,
            speaker: word.speaker,
        }));
        let aliases = flaw.aliases.iter();
        self.findings.push(Finding {
            id: flaw.name.to_owned(),
            aliases: aliases.map(|&id| id.to_owned()).collect(),
            vendor_ids: vendor_ids(advisories),
            package: index,
            installed: package.version.clone(),
            fixed_for_some: if flaw.fixed.is_empty() {
                for_some(advisories)
            } else {
                String::new()
            },
            fixed: flaw.fixed,
            status: flaw.status,
            severity: Severity::default(),
            is_severity_estimated: false,
            is_severity_of_package: false,
            severity_source: String::new(),
            ratings: Vec::new(),
            kev: None,
            epss: None,
            publisher: word.publisher.to_owned(),
            source: word.source.cloned(),
            since: advisories.iter().filter_map(|it| it.date).min(),
            details: None,
            part: word.part,
            group: word.group,
        });
    }

    pub(crate) const fn len(&self) -> usize {
        self.findings.len()
    }

    /// Leaves out all but the first `count`.
    pub(crate) fn truncate(&mut self, count: usize) {
        self.findings.truncate(count);
        self.own_words.truncate(count);
    }

    /// Adds all of another one.
    pub(crate) fn append(&mut self, mut other: Self) {
        if self.findings.is_empty() {
            *self = other;
            return;
        }
        self.findings.append(&mut other.findings);
        self.own_words.append(&mut other.own_words);
    }
}

/// Returns the version of a fix that not everybody gets: the advisory names it, and counts as one without a fix.
fn for_some(advisories: &[&Advisory]) -> String {
    let mut fixes = advisories.iter().filter_map(|it| match &it.affected {
        Affected::Below(fixed) => Some(fixed),
        Affected::Every
        | Affected::Never
        | Affected::Ranges(_)
        | Affected::Requirements { .. }
        | Affected::Versions(_) => None,
    });
    fixes.next().cloned().unwrap_or_default()
}

/// Returns the publisher's own ids as it gives them; of several advisories each once, sorted.
fn vendor_ids(advisories: &[&Advisory]) -> Vec<String> {
    if let [one] = advisories {
        return one.vendor_ids.clone();
    }
    let all = advisories.iter().flat_map(|it| &it.vendor_ids);
    let all: BTreeSet<&String> = all.collect();
    all.into_iter().cloned().collect()
}

/// Publishers whose advisories Trivy believes about severities; what others have beside an advisory it passes
/// over.
const BELIEVED: [&str; 3] = ["debian", "echo", "redhat"];

/// Chooses the severity of a finding from everybody's word on its flaw; `hearing` says in which data.
pub(crate) fn rate(
    finding: &mut Finding,
    own: Option<OwnWord>,
    (mut ratings, hearing): (Vec<Arc<Rating>>, Hearing),
) {
    let is_believed = |own: &OwnWord| {
        let publisher = finding.publisher.as_str();
        hearing == Hearing::Own || own.speaker.is_some() || BELIEVED.contains(&publisher)
    };
    let own = own.filter(is_believed);
    finding.is_severity_of_package = own.is_some();
    let speaker = own.and_then(|own| own.speaker);
    let first = speaker.unwrap_or(&finding.publisher);
    if let Some(own) = own {
        add_own_word(&mut ratings, first, own.severity);
    }
    if own.is_some_and(|own| own.severity == Severity::Unknown) && !first.is_empty() {
        // who says of the package that nobody knows says it in place of all others
        first.clone_into(&mut finding.severity_source);
    } else if let Some(chosen) = severity::choose(&ratings, (first, hearing), &finding.id) {
        finding.severity = chosen.severity;
        finding.is_severity_estimated = chosen.estimated;
        finding.severity_source.clone_from(&chosen.source);
    }
    finding.ratings = ratings;
}

/// Puts the publisher's word for this package in place of its word for the flaw.
fn add_own_word(ratings: &mut Vec<Arc<Rating>>, publisher: &str, severity: Severity) {
    let mut own = ratings
        .iter_mut()
        .filter(|it| it.source == publisher)
        .peekable();
    if own.peek().is_some() {
        own.for_each(|rating| Arc::make_mut(rating).severity = severity);
    } else {
        ratings.push(Arc::new(Rating {
            source: publisher.to_owned(),
            severity,
            score: None,
            vector: None,
            estimated: false,
        }));
    }
    ratings.sort();
}
