//! Judges the objects of a call, takes out what does not count, writes the rest, and asks the gate.

use clap::ArgMatches;
use manifest::judge::{self, Settings};
use manifest::{Input, Object};
use model::{Judgement, Misconfiguration, Severity};
use policy::Facts;
use report::{Answer, Answers, Output};

use crate::error::Failure;
use crate::exit::Exit;
use crate::output::Destination;
use crate::settings::Environment;
use crate::{ignored, scan, verdict};

/// What was found, each with its object.
pub(super) struct Judged<'i> {
    pub(super) objects: Vec<&'i Object>,
    pub(super) judgement: Judgement,
}

/// Judges, takes out what is of another severity than those that are asked for, and waives what is
/// ignored.
pub(super) fn judge<'i>(
    input: &'i Input,
    matches: &ArgMatches,
    environment: &Environment,
) -> Result<Judged<'i>, Failure> {
    let minor = scan::value(matches, "kubernetes-version");
    let settings = Settings {
        minor: minor.unwrap_or(manifest::pss::LATEST),
        ..Settings::default()
    };
    let verdict = judge::judge(&input.objects, &settings);
    let mut gaps = input.gaps.clone();
    gaps.extend(verdict.gaps.into_sorted());
    let severities: Vec<Severity> = scan::list_of(matches, "severity");
    let is_asked =
        |what: &Misconfiguration| severities.is_empty() || severities.contains(&what.severity);
    let found = verdict.found.into_iter();
    let (objects, found) = found.filter(|(_, what)| is_asked(what)).unzip();
    let mut judgement = Judgement {
        objects: input.objects.len(),
        found,
        gaps: gaps.into_sorted(),
    };
    let entries = ignored::read(matches.get_one("ignorefile"), environment)?;
    policy::ignore::waive(&mut judgement, &entries, environment.today());
    Ok(Judged { objects, judgement })
}

/// Writes, and returns how it ends.
pub(super) fn finish(
    judged: Judged<'_>,
    matches: &ArgMatches,
    environment: &Environment,
) -> Result<Exit, Failure> {
    let judgement = judged.judgement;
    let format: Output = matches
        .get_one::<String>("format")
        .map_or("table", String::as_str)
        .parse()
        .map_err(|error: report::UnknownOutput| Failure::usage(error.to_string()))?;
    let mut destinations: Vec<Destination> = scan::list_of(matches, "output");
    if destinations.is_empty() {
        destinations.push(Destination::default());
    }
    let view = scan::view(matches, environment);
    for destination in destinations {
        let answer = (Answer::Manifests(&judgement), view);
        let each = &destination.dress([answer].into_iter());
        let is_list = false;
        destination.write(format, &Answers { each, is_list })?;
    }
    Ok(verdict::exit(matches, &[Facts::from(&judgement)]))
}
