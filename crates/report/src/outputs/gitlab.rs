//! GitLab's code quality report: one JSON array.
//!
//! Source of truth: GitLab's "Code Quality report format".

use std::borrow::Cow;
use std::io;

use model::Severity;
use serde::Serialize;

use super::Output;
use crate::Answers;
use crate::problem::{Problem, problems};
use crate::text::safe;

pub(super) static OUTPUT: Output = Output {
    name: "gitlab",
    write,
};

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: Cow<'a, str>,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

fn write(answers: &Answers<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let problems: Vec<Problem<'_>> = answers
        .each
        .iter()
        .flat_map(|(answer, _)| problems(answer))
        .filter(|problem| problem.waived.is_none())
        .collect();
    let issues: Vec<Issue<'_>> = problems.iter().map(issue).collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

fn issue<'a>(problem: &'a Problem<'a>) -> Issue<'a> {
    Issue {
        description: safe(&problem.message).into_owned(),
        check_name: problem.id,
        fingerprint: &problem.fingerprint,
        severity: match problem.severity {
            Severity::Critical => "blocker",
            Severity::High => "critical",
            Severity::Medium => "major",
            Severity::Low => "minor",
            Severity::Unknown => "info",
        },
        location: Location {
            path: safe(problem.file),
            lines: Lines {
                begin: problem.place.0,
            },
        },
    }
}
