//! Judges the objects of a call, takes out what does not count, writes the rest, and asks the gate.

use clap::ArgMatches;
use manifest::judge::{self, Settings};
use manifest::{Input, Object};
use model::{Judgement, Severity};
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

/// Judges, and waives what is ignored.
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
    let (objects, found) = verdict.found.into_iter().unzip();
    let mut judgement = Judgement {
        objects: input.objects.len(),
        found,
        gaps: gaps.into_sorted(),
    };
    let entries = ignored::read(matches.get_one("ignorefile"), environment)?;
    policy::ignore::waive(&mut judgement, &entries, environment.today());
    Ok(Judged { objects, judgement })
}

/// Filters, writes, and returns how it ends.
pub(super) fn finish(
    judged: Judged<'_>,
    matches: &ArgMatches,
    environment: &Environment,
) -> Result<Exit, Failure> {
    let mut judgement = judged.judgement;
    let severities: Vec<Severity> = scan::list_of(matches, "severity");
    if !severities.is_empty() {
        judgement
            .found
            .retain(|what| severities.contains(&what.severity));
    }
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
