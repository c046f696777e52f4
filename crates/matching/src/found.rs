//! Makes findings.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::{DataSource, Finding, Group, Package, Part, Rating, Severity, Status};

use crate::enrichment::{Enrichment, Enrichments};
use crate::gaps::Gaps;
use crate::problem::Problem;
use crate::severity;

/// A flaw that a package has.
#[derive(Debug)]
pub(crate) struct Flaw<'a> {
    pub(crate) name: &'a str,
    pub(crate) problem: &'a Problem<'a>,
    /// The version that holds the fix; empty if there is none.
    pub(crate) fixed: String,
    pub(crate) status: Status,
}

/// Whose word it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word<'a> {
    /// Trivy's id of the publisher, by which severities are chosen.
    pub(crate) publisher: &'a str,
    /// Whose name a severity has that the advisory itself gives; mostly the publisher's.
    pub(crate) speaker: &'a str,
    pub(crate) source: Option<&'a DataSource>,
    pub(crate) group: Option<Group>,
}

/// Makes a finding, of which the package's place in the list and its part are not known here.
pub(crate) fn finding(
    package: &Package,
    flaw: Flaw<'_>,
    word: Word<'_>,
    (enrichments, gaps): (&mut Enrichments<'_>, &mut Gaps),
) -> Finding {
    let Enrichment {
        mut ratings,
        kev,
        epss,
    } = enrichments.of(flaw.name, gaps).clone();
    let advisories = &flaw.problem.advisories;
    let own = advisories.iter().filter_map(|it| it.severity).max();
    if let Some(severity) = own {
        add_own_word(&mut ratings, word.speaker, severity);
    }
    let first = if own.is_some() {
        word.speaker
    } else {
        word.publisher
    };
    let chosen = severity::choose(&ratings, first, flaw.name).cloned();
    let vendor_ids: BTreeSet<&String> = advisories.iter().flat_map(|it| &it.vendor_ids).collect();
    let aliases = flaw.problem.aliases.iter();
    Finding {
        id: flaw.name.to_owned(),
        aliases: aliases.map(|&id| id.to_owned()).collect(),
        vendor_ids: vendor_ids.into_iter().cloned().collect(),
        package: 0,
        installed: package.version.clone(),
        fixed: flaw.fixed,
        status: flaw.status,
        severity: chosen.as_ref().map(|it| it.severity).unwrap_or_default(),
        is_severity_estimated: chosen.as_ref().is_some_and(|it| it.estimated),
        severity_source: chosen.map(|it| it.source).unwrap_or_default(),
        ratings,
        kev,
        epss,
        publisher: word.publisher.to_owned(),
        source: word.source.cloned(),
        since: advisories.iter().filter_map(|it| it.date).min(),
        details: None,
        part: Part::Unknown,
        group: word.group,
    }
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
